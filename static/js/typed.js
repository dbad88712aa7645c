/** What is typed into a form stays when its page comes anew: for that moment it lies in the storage of the tab. */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Box */

const KEPT = "typed";
const SENT = 'main form[method="post"]'; // what is only reckoned on the page is nobody else's business
const TYPED = `${SENT} :is(textarea, select, input:not([type=hidden], [type=password], [type=file]))`;

/** @returns {Box[]} */
function typedBoxes() {
  return [...document.querySelectorAll(TYPED)].map((box) => /** @type {Box} */ (box));
}

function where() {
  return location.pathname + location.search;
}

/** Keep what is typed on this page for the same page when it is loaded next in this tab. */
export function keepTyped() {
  const typed = typedBoxes().map((box) => [box.name, box.value, "checked" in box && box.checked]);
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ where: where(), typed }));
  } catch {
    // No storage: the page comes empty.
  }
}

/** Put back what was kept for this page, and keep it no longer. */
export function bringBackTyped() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) || "{}");
    sessionStorage.removeItem(KEPT);
    const found = typedBoxes();
    if (kept.where !== where() || kept.typed.length !== found.length) return;
    for (const [index, box] of found.entries()) putInto(box, kept.typed[index]);
  } catch {
    // No storage, or nothing of ours in it.
  }
}

/**
 * @param {Box} box
 * @param {[string, string, boolean]} typed name, text, whether it was ticked
 */
function putInto(box, [name, value, isTicked]) {
  if (box.name !== name) return;
  if (box instanceof HTMLInputElement && /^(radio|checkbox)$/.test(box.type))
    box.checked = isTicked;
  else box.value = value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}
