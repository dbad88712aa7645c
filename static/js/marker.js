/**
 * A mark outside the database that says it was there, and how much waited in it. Browsers throw databases
 * away (Safari after seven days without a visit, all of them when the disk is full), and that must be said.
 */

import { readCookies, setCookie } from "./cookies.js";

/** A store was there, and nobody knows how much waited in it: only the server's mark is left. */
export const SOME = -1;

/**
 * @param {string} accountId
 * @returns {number | undefined} how many records waited when last noted, or SOME; undefined when nothing is known
 */
export function readMark(accountId) {
  const name = markName(accountId);
  const cookies = readCookies();
  const found = cookies[name] ?? stored((storage) => storage.getItem(name));
  if (found) return Number(found);
  // Set with each first pull of a session (webapp/access/service.py): Safari lets go of what scripts set after a week.
  return cookies[name.replace("phone", "had")] ? SOME : undefined;
}

/**
 * @param {string} accountId
 * @param {number} waiting
 */
export function writeMark(accountId, waiting) {
  const name = markName(accountId);
  setCookie(name, waiting);
  stored((storage) => storage.setItem(name, String(waiting)));
}

/**
 * Note that the store is in use; when it is new although it had been, remember how much is lost.
 * @param {import("./store.js").Store} store
 * @returns {Promise<number | undefined>} how many records waited in a store that was wiped, or SOME
 */
export async function noticeWipe(store) {
  if (!(await store.meta.get("born"))) {
    await store.meta.set("wiped", readMark(store.accountId));
    await store.meta.set("born", true);
  }
  return store.meta.get("wiped");
}

/** @param {string} accountId */
function markName(accountId) {
  return `phone-${accountId.slice(0, 8)}`;
}

/** @param {(storage: Storage) => string | null | void} use */
function stored(use) {
  try {
    return use(localStorage);
  } catch {
    return null;
  }
}
