/** What every page of the staff has around its content: looks, the worker, the way out. */

import { signOut } from "./account.js";
import { followLooks, givenLooks, isSame } from "./looks.js";
import { startWorker, tellRole, tellWorker } from "./worker.js";

/** @typedef {import("./looks.js").Looks} Looks */

/** What is sent; the switches of looks are not, and a question of a list costs nobody anything. */
const SENDING = 'form[method="post"]:not([action="/settings/looks"])';

let isLeaving = false;

/** @param {() => boolean} [isBusy] whether something is on its way */
export function startFrame(isBusy = () => false) {
  const given = givenLooks();
  followLooks((looks, isPressed) => changeLooks(given, looks, isPressed));
  startWorker(() => !isBusy() && !isTyping());
  document.addEventListener("input", markTyping);
  document.addEventListener("click", markLeaving);
  document.addEventListener("submit", markLeaving);
  document.addEventListener("submit", leave);
}

/**
 * Have the shells put on `looks`; a page that came in others is loaded anew, unless that could lose something.
 * @param {Looks} given what the page came in
 * @param {Looks} looks
 * @param {boolean} isPressed whether the person just asked for it
 */
async function changeLooks(given, looks, isPressed) {
  if (isPressed) isLeaving = false;
  const { lang, size, theme } = looks;
  const isDressed = await tellWorker({ type: "looks", looks: `${lang},${size},${theme}` });
  const isToBeHad = isDressed || (isPressed && navigator.onLine);
  if (!isToBeHad || isSame(given, looks) || isTyping() || isLeaving) return;
  location.replace(location.href.split("#")[0]);
}

/**
 * Whoever has gone on meanwhile is not called back: the next page wears the looks anyway.
 * @param {Event} event
 */
function markLeaving({ type, target }) {
  const node = /** @type {Element} */ (target);
  const isOnward =
    type === "click"
      ? node.closest('a[href]:not([href^="#"])')
      : node.getAttribute("action") !== "/settings/looks";
  isLeaving ||= Boolean(isOnward);
}

/** @param {Event} event */
function markTyping({ target }) {
  /** @type {Element} */ (target).closest(SENDING)?.setAttribute("data-dirty", "");
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
