/** What the forms of records have in common: what is typed in them, and saving it on the phone first. */

import { StorageFull } from "../idb.js";
import { t } from "../messages.js";
import { showNotice } from "../notices.js";
import { saveAll } from "../outbox.js";
import { clearProblems, showProblems } from "./problems.js";

/** @typedef {Record<string, string>} Typed */

/**
 * @param {HTMLFormElement} form
 * @returns {Typed}
 */
export function typedIn(form) {
  /** @type {Typed} */
  const typed = {};
  for (const [name, value] of new FormData(form)) typed[name] = String(value);
  return typed;
}

/**
 * @param {HTMLFormElement} form
 * @param {Typed} typed
 */
export function typeInto(form, typed) {
  for (const each of form.elements) {
    const field = /** @type {HTMLInputElement} */ (each);
    const value = typed[field.name];
    if (value === undefined) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === value;
    else field.value = value;
  }
}

/**
 * What the person has changed before the script could listen: on a slow phone there is time to.
 * @param {HTMLFormElement} form
 * @returns {Typed}
 */
export function touchedIn(form) {
  /** @type {Typed} */
  const touched = {};
  for (const field of form.elements) {
    if (isTouched(/** @type {HTMLInputElement | HTMLSelectElement} */ (field))) {
      const { name, value } = /** @type {HTMLInputElement} */ (field);
      touched[name] = value;
    }
  }
  return touched;
}

/** @param {HTMLInputElement | HTMLSelectElement} field or a button, which nobody changes */
function isTouched(field) {
  if (field instanceof HTMLSelectElement) {
    const first = Array.from(field.options).findIndex((option) => option.defaultSelected);
    return field.selectedIndex >= 0 && field.selectedIndex !== Math.max(first, 0);
  }
  if (field.type === "radio") return field.checked && !field.defaultChecked;
  return "defaultValue" in field && field.value !== field.defaultValue;
}

/**
 * Save a record, or several at once, and go on to `next`; when the phone cannot keep it, say so and stay.
 * @param {import("../store.js").Store} store
 * @param {HTMLFormElement} form
 * @param {import("../outbox.js").Fresh | import("../outbox.js").Fresh[]} fresh
 * @param {string} draft
 * @param {string} next
 * @param {() => void} [stay] makes the form ready for what comes next, when no other page can be shown
 */
export async function saveAndGo(store, form, fresh, draft, next, stay = () => {}) {
  try {
    await saveAll(store, [fresh].flat(), { draft });
  } catch (error) {
    console.error(error);
    return showProblems(form, [{ field: "", message: storageWords(error) }]);
  }
  if (goOn(next)) return;
  form.removeAttribute("data-dirty");
  stay();
  showNotice("kept", "ok", t("home.saved"));
}

/**
 * Go to another page, if there is a way: without a network only a worker has pages.
 * @param {string} next
 * @returns {boolean} whether we are on our way
 */
export function goOn(next) {
  const isOpen = navigator.onLine || Boolean(navigator.serviceWorker?.controller);
  // Not a step back: the form would come again with the id of what was just saved.
  if (isOpen) location.replace(next);
  return isOpen;
}

/**
 * Say that what was typed is not kept, unless it is just being saved: how that ends says more.
 * @param {HTMLFormElement} form
 * @param {unknown} error
 */
export function sayUnkept(form, error) {
  if ("busy" in form.dataset) return;
  showProblems(form, [{ field: "", message: storageWords(error) }]);
}

/** @param {unknown} error */
function storageWords(error) {
  return t(error instanceof StorageFull ? "storage.full" : "storage.failed");
}

/**
 * Let `work` answer the form instead of the network, one tap at a time. What was said before goes at once: whatever
 * stands there later is the answer to this tap.
 * @param {HTMLFormElement} form
 * @param {(pressed: string) => Promise<void>} work hears the name of the button that was pressed, "" of one without
 */
export function takeOver(form, work) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if ("busy" in form.dataset) return;
    form.dataset.busy = "";
    clearProblems(form);
    // Not document.activeElement: Safari gives no focus to a button that is touched.
    const pressed = event.submitter?.getAttribute("name") || "";
    await work(pressed).finally(() => {
      delete form.dataset.busy;
    });
  });
}

/**
 * The id of a record in the address, `/app/events/<id>`, `/app/households/<id>/visit`; "" when there is none.
 * @param {string} path
 */
export function idInPath(path) {
  return (/\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/|$)/.exec(path) || ["", ""])[1];
}
