/** What the forms of records have in common: what is typed in them, and saving it on the phone first. */

import { StorageFull } from "../idb.js";
import { t } from "../messages.js";
import { save } from "../outbox.js";
import { showProblems } from "./problems.js";

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
  for (const [name, value] of Object.entries(typed)) {
    const field = form.elements.namedItem(name);
    if (field) /** @type {HTMLInputElement | RadioNodeList} */ (field).value = value;
  }
}

/**
 * Save a record and go on to `next`; when the phone cannot keep it, say so and stay.
 * @param {import("../store.js").Store} store
 * @param {HTMLFormElement} form
 * @param {import("../outbox.js").Fresh} fresh
 * @param {string} draft
 * @param {string} next
 */
export async function saveAndGo(store, form, fresh, draft, next) {
  try {
    await save(store, fresh, { draft });
  } catch (error) {
    console.error(error);
    return showProblems(form, [{ field: "", message: storageWords(error) }]);
  }
  // Not a step back: the form would come again with the id of what was just saved.
  location.replace(next);
}

/** @param {unknown} error */
export function storageWords(error) {
  return t(error instanceof StorageFull ? "storage.full" : "storage.failed");
}

/**
 * Let `work` answer the form instead of the network, one tap at a time.
 * @param {HTMLFormElement} form
 * @param {() => Promise<void>} work
 */
export function takeOver(form, work) {
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    await work().finally(() => {
      busy = false;
    });
  });
}

/**
 * The id of a record in the address, `/app/events/<id>`; "" when there is none.
 * @param {string} path
 */
export function idInPath(path) {
  return (/\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(path) || ["", ""])[1];
}
