/** The big minus and plus beside a number. Without script the number is typed. */

/** Let every minus and plus of the page work, those that come later too. */
export function startSteppers() {
  showSteps(document);
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-step]") : null;
    if (button instanceof HTMLElement) step(button);
  });
}

/** @param {ParentNode} root where buttons are still hidden */
export function showSteps(root) {
  for (const button of root.querySelectorAll("[data-step]")) button.removeAttribute("hidden");
}

/**
 * The number after a tap; what cannot be read as a number counts as none.
 * @param {string} typed
 * @param {number} by
 * @param {number} min
 * @param {number} max
 */
export function stepped(typed, by, min, max) {
  const number = /^\s*\d+\s*$/.test(typed) ? Number(typed) : 0;
  return Math.min(Math.max(number + by, min), max);
}

/** @param {HTMLElement} button */
function step(button) {
  const box = /** @type {HTMLElement} */ (button.closest("[data-stepper]"));
  const input = box?.querySelector("input");
  if (!input || input.readOnly) return;
  const { min, max } = box.dataset;
  input.value = String(stepped(input.value, Number(button.dataset.step), Number(min), Number(max)));
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
