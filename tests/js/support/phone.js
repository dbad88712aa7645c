/** A phone for tests: an empty disk, and stores on it. */

import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { restoreClock } from "../../../static/js/clock.js";
import { openStore } from "../../../static/js/store.js";

export const LEADER = "11111111-1111-4111-8111-111111111111";

/** @type {Set<import("../../../static/js/store.js").Store>} */
const openStores = new Set();

/** Begin with an empty disk and a clock that has heard nothing. */
export function newPhone() {
  closeAll();
  globalThis.indexedDB = new IDBFactory();
  restoreClock(undefined);
}

/** The store of `account`, as a page opens it at its start. */
export async function startStore(account = LEADER) {
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

/** Wait for what was promised to be done soon. */
export function soon() {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
