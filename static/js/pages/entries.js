/** The entries of the phone, noted and told, each with the month it counts in. */

import { monthOf, nextMonth } from "../domain/month.js";
import { isClosed, monthStates, newestRows } from "./state.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("../queue.js").Row} Row */
/**
 * @typedef {object} Entry
 * @property {string} id
 * @property {number} version the server's, 0 while it has none
 * @property {string} kind
 * @property {string} date
 * @property {number} persons
 * @property {number} households
 * @property {string} [region]
 * @property {string} [service]
 * @property {string} [note]
 * @property {string} month
 * @property {boolean} late
 * @property {string} [mark] the state of the outbox row, if there is one
 */

/**
 * All entries of the phone, the newest date first, each with the month it counts in.
 * @param {State} state
 * @returns {Entry[]}
 */
export function entriesOf(state) {
  /** @type {Map<string, Entry>} */
  const found = new Map();
  for (const { id, version, data } of state.events) {
    const month = data.month || monthOf(data.date);
    found.set(id, { ...data, id, version, month, late: month !== monthOf(data.date) });
  }
  for (const row of newestRows(state, "event")) {
    if (row.deleted && row.state !== "refused") {
      found.delete(row.id);
      continue;
    }
    const month = monthFor(state, row);
    const late = month !== monthOf(row.data.date);
    found.set(row.id, {
      ...row.data,
      id: row.id,
      version: row.base_version,
      month,
      late,
      mark: row.state,
    });
  }
  return [...found.values()].sort((a, b) =>
    a.date < b.date ? 1 : a.date > b.date ? -1 : a.id < b.id ? -1 : 1,
  );
}

/**
 * The month that a waiting entry will count in: its own, or the first after it whose report is not in
 * before this entry.
 * @param {State} state
 * @param {Row} row
 */
function monthFor(state, row) {
  const closed = new Set(
    monthStates({ ...state, rows: [] })
      .filter(isClosed)
      .map(({ month }) => month),
  );
  for (const report of newestRows(state, "report")) {
    if (report.state === "waiting" && Number(report.key) < Number(row.key))
      closed.add(report.data.month);
  }
  let month = monthOf(row.data.date);
  while (closed.has(month)) month = nextMonth(month);
  return month;
}
