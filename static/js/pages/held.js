/** Records of one type as this phone shows them: what the server told, and over it what waits in the outbox. */

import { newestRows } from "./state.js";

/** @typedef {import("../queue.js").Row} Row */
/** @typedef {import("../queue.js").Mirrored} Mirrored */
/** @typedef {any} Held its data with `id`, `version`, and `mark`, the state of its outbox row */

/** What only the server says of a record; a change made on the phone does not know it. */
const TOLD_ONLY = ["cards", "last", "needs_open", "pinyin", "since", "month", "late", "who"];

/**
 * What of a record is its own: not the phone's marks, nor what only the server says.
 * @param {Held} held
 * @returns {Record<string, any>}
 */
export function ownData({ id, version, mark, ...data }) {
  for (const name of TOLD_ONLY) delete data[name];
  return data;
}

/**
 * @param {Mirrored[]} told
 * @param {Row[]} rows the outbox
 * @param {string} type
 * @returns {Held[]}
 */
export function heldRecords(told, rows, type) {
  /** @type {Map<string, Held>} */
  const found = new Map(told.map(({ id, version, data }) => [id, { ...data, id, version }]));
  for (const row of newestRows({ rows }, type)) {
    if (row.deleted && row.state !== "refused") found.delete(row.id);
    else found.set(row.id, laidOver(found.get(row.id), row));
  }
  return [...found.values()];
}

/**
 * @param {Held | undefined} told
 * @param {Row} row
 * @returns {Held}
 */
function laidOver(told, { id, base_version, data, state }) {
  const kept = TOLD_ONLY.filter((name) => told?.[name] !== undefined);
  const extras = Object.fromEntries(kept.map((name) => [name, told?.[name]]));
  return { ...extras, ...data, id, version: base_version, mark: state };
}
