/** A phone for tests: an empty disk, and stores on it. */

import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { restoreClock } from "../../../static/js/clock.js";
import { openStore } from "../../../static/js/store.js";
import { newSecret } from "../../../static/js/vault/secret.js";

export const LEADER = "11111111-1111-4111-8111-111111111111";

/** @type {Set<import("../../../static/js/store.js").Store>} */
const openStores = new Set();

/** Of a vault that nobody has to open; deriving them takes long, so all tests of a file have the same. */
const KEYS = newSecret("secret", LEADER, 1).then(({ keys }) => keys);

/** Begin with an empty disk and a clock that has heard nothing. */
export function newPhone() {
  closeAll();
  globalThis.indexedDB = new IDBFactory();
  restoreClock(undefined);
}

/** The store of `account` as a page opens it at its start, with its vault open. */
export async function startStore(account = LEADER) {
  const store = await lockedStore(account);
  await store.unlock(await KEYS);
  return store;
}

/** The same while its vault is closed. */
export async function lockedStore(account = LEADER) {
  const store = await openStore(account);
  openStores.add(store);
  restoreClock(await store.meta.get("clock"));
  return store;
}

/** What is left when a browser is killed: the disk. Also lets a test's process end. */
export function closeAll() {
  for (const store of openStores) store.close();
  openStores.clear();
}

/**
 * An event as a form makes it.
 * @param {Record<string, any>} [data]
 */
export function event(data = {}) {
  return {
    type: "event",
    data: { unit: "u", kind: "birth", date: "2026-11-03", persons: 1, households: 0, ...data },
  };
}

/** Wait for what was promised to be done soon: turns of the loop, not time, which a busy machine lets pass idle. */
export async function soon() {
  for (let turn = 0; turn < 5; turn++)
    await new Promise((resolve) => setTimeout(() => setImmediate(resolve), 1));
}

/**
 * Wait until `isSo`, however long that takes; the test's own assertion says what is missing after ten seconds.
 * @param {() => boolean | Promise<boolean>} isSo
 */
export async function until(isSo) {
  const end = performance.now() + 10_000;
  while (!(await isSo()) && performance.now() < end) await soon();
}
