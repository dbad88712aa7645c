/** What the phone knows, put together: what the server told, and over it what waits in the outbox. */

import { currentAccount } from "../account.js";
import { now, today } from "../clock.js";
import { dueAt, daysLeft, monthOf, nextMonth } from "../domain/month.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("../queue.js").Row} Row */
/**
 * @typedef {object} State
 * @property {any} me account, units, months; undefined before the first contact
 * @property {{ id: string, name: string } | null} [unit] the group
 * @property {any} reference forms, calendar, extensions, services
 * @property {Row[]} rows the outbox, oldest first
 * @property {import("../queue.js").Mirrored[]} events
 * @property {import("../queue.js").Mirrored[]} reports
 * @property {import("../queue.js").Sent[]} sent
 * @property {string} today
 * @property {number} now milliseconds
 */
/** @typedef {{ id: string, version: number, data: any, state: string, row?: Row }} HeldReport */
/** @typedef {{ id: string, version: number, month: string, late: boolean, mark?: string, [name: string]: any }} Entry */
/** @typedef {{ month: string, until: string, left: number, state: string, report?: HeldReport }} MonthState */

const CLOSED = ["saved", "submitted", "accepted", "locked"];

/**
 * @param {Store} store
 * @returns {Promise<State>}
 */
export async function readState(store) {
  const [account, me, reference, rows, events, reports, sent] = await Promise.all([
    currentAccount(),
    store.meta.get("me"),
    store.meta.get("reference"),
    store.records.list(),
    store.mirror.list("event"),
    store.mirror.list("report"),
    store.receipts.list(),
  ]);
  const unit = me?.units[0] || account?.unit;
  return { me, unit, reference, rows, events, reports, sent, today: today(), now: now().getTime() };
}

/**
 * The newest outbox row of each record of one type.
 * @param {State} state
 * @param {string} type
 * @returns {Row[]}
 */
export function newestRows({ rows }, type) {
  return [...new Map(rows.filter((row) => row.type === type).map((row) => [row.id, row])).values()];
}

/**
 * Reports by month; one in the outbox goes before what the server has.
 * @param {State} state
 * @returns {Map<string, HeldReport>}
 */
export function reportsByMonth(state) {
  const found = new Map();
  for (const { id, version, data } of state.reports) {
    found.set(data.month, { id, version, data, state: data.state || "submitted" });
  }
  for (const row of newestRows(state, "report")) {
    const state = row.state === "waiting" ? "saved" : row.state;
    found.set(row.data.month, { id: row.id, version: row.base_version, data: row.data, state, row });
  }
  return found;
}

/**
 * This month and those before it that the server named, oldest first.
 * @param {State} state
 * @returns {MonthState[]}
 */
export function monthStates(state) {
  const current = monthOf(state.today);
  const told = new Map((state.me?.months || []).map((/** @type {any} */ each) => [each.month, each]));
  const months = [...told.keys()].filter((month) => month <= current).sort();
  // The phone may go on for weeks without hearing of the months that begin.
  for (let month = nextMonth(months[months.length - 1] || "999912"); month <= current; month = nextMonth(month)) months.push(month);
  if (!months.length) months.push(current);
  const reports = reportsByMonth(state);
  return months.map((month) => {
    const report = reports.get(month);
    const until = untilOf(state, month, told.get(month)?.due);
    return { month, until, left: daysLeft(state.now, until), state: report?.state || told.get(month)?.state || "empty", report };
  });
}

/**
 * @param {State} state
 * @param {string} month
 * @param {string} [told]
 */
function untilOf({ reference }, month, told) {
  if (!reference) return told || dueAt(month, { exceptions: [] });
  return dueAt(month, reference.calendar, reference.extensions);
}

/**
 * Whether a month takes no more entries.
 * @param {{ state: string }} month
 */
export function isClosed({ state }) {
  return CLOSED.includes(state);
}

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
    found.set(row.id, { ...row.data, id: row.id, version: row.base_version, month, late, mark: row.state });
  }
  return [...found.values()].sort((a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : a.id < b.id ? -1 : 1));
}

/**
 * The month that a waiting entry will count in: its own, or the first after it whose report is not in
 * before this entry.
 * @param {State} state
 * @param {Row} row
 */
function monthFor(state, row) {
  const closed = new Set(monthStates({ ...state, rows: [] }).filter(isClosed).map(({ month }) => month));
  for (const report of newestRows(state, "report")) {
    if (report.state === "waiting" && Number(report.key) < Number(row.key)) closed.add(report.data.month);
  }
  let month = monthOf(row.data.date);
  while (closed.has(month)) month = nextMonth(month);
  return month;
}
