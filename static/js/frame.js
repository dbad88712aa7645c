/** What every page of the staff has around its content: looks, the worker, the way out. */

import { signOut } from "./account.js";
import { followLooks } from "./looks.js";
import { startWorker, tellRole, tellWorker } from "./worker.js";

/** @param {() => boolean} [isBusy] whether something is on its way */
export function startFrame(isBusy = () => false) {
  followLooks(changeLooks);
  startWorker(() => !isBusy() && !isTyping());
  document.addEventListener("input", markTyping);
  document.addEventListener("submit", leave);
}

/**
 * Have the shells put on `looks`; a page that still wears others is loaded anew, unless that could lose something.
 * @param {import("./looks.js").Looks} looks
 * @param {boolean} isPressed whether the person just asked for it
 */
async function changeLooks({ lang, size, theme }, isPressed) {
  const changed = await tellWorker({ type: "looks", looks: `${lang},${size},${theme}` });
  const reload = changed || (isPressed && navigator.onLine);
  if (reload && !isTyping()) location.replace(location.href.split("#")[0]);
}

/** @param {Event} event */
function markTyping({ target }) {
  /** @type {Element} */ (target).closest("form[data-record]")?.setAttribute("data-dirty", "");
}

function isTyping() {
  return Boolean(document.querySelector("form[data-dirty]"));
}

/** @param {Event} event */
async function leave(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.getAttribute("action") !== "/sign-out") return;
  event.preventDefault();
  tellRole("");
  try {
    await signOut();
    location.assign("/sign-in");
  } catch {
    // No database, so there is nothing to hide either.
    form.submit();
  }
}
