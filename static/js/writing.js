/** What a transaction of the store writes. */

import { answerOf } from "./idb.js";
import { isIndexed } from "./register.js";

/** @typedef {import("./queue.js").Mirrored} Mirrored */

/**
 * @param {IDBTransaction} tx
 * @param {import("./queue.js").Changes} changes
 */
export async function carryOut(tx, { drop = [], put = [], sent = [], mirror = [] }) {
  const records = tx.objectStore("records");
  for (const row of drop) records.delete(Number(row.key));
  for (const row of put) row.key = Number(await answerOf(records.put(row)));
  for (const row of sent) tx.objectStore("receipts").put(row);
  for (const row of mirror) await putNewer(tx.objectStore("mirror"), row, row.version);
  const unheard = mirror.filter(({ type }) => isIndexed(type)).map(({ id }) => id);
  if (!unheard.length) return;
  // Which rows the index has not heard of: it is sealed, and cannot be changed in here.
  const vault = tx.objectStore("vault");
  const behind = (await answerOf(vault.get("behind"))) || [];
  vault.put([...new Set([...behind, ...unheard])], "behind");
}

/**
 * @param {IDBObjectStore} part
 * @param {Record<string, unknown>} values those that are undefined stay as they were
 */
export function putAll(part, values) {
  for (const [key, value] of Object.entries(values)) if (value !== undefined) part.put(value, key);
}

/**
 * Put `row` unless the mirror knows a version from `limit` upwards.
 * @param {IDBObjectStore} mirror
 * @param {Mirrored} row
 * @param {number} limit
 */
export async function putNewer(mirror, row, limit) {
  const known = await answerOf(mirror.get(row.id));
  if (!known || known.version < limit) mirror.put(row);
}
