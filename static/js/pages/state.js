/** What the phone knows, put together: what the server told, and over it what waits in the outbox. */

import { now, today } from "../clock.js";
import { daysLeft, dueAt, monthOf, nextMonth, previousMonth } from "../domain/month.js";

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
 * @property {(month: string) => import("../domain/round.js").Doors | null} [doors] what a month's report counts of visits
 * @property {(month: string) => import("../domain/report.js").Noted[]} [noted] what a month's report counts of work for everybody
 * @property {Map<string, { key: string, url: string, text: string }>} [calls] visits, needs and other work as lines, by id
 * @property {string} today
 * @property {number} now milliseconds
 */
/** @typedef {{ id: string, version: number, data: any, state: string, row?: Row }} HeldReport */
/** @typedef {{ month: string, until: string, left: number, state: string, report?: HeldReport }} MonthState */

const CLOSED = ["saved", "submitted", "accepted", "locked"];

/**
 * @param {Store} store
 * @returns {Promise<State>}
 */
export async function readState(store) {
  const [owner, me, reference, rows, events, reports, sent] = await Promise.all([
    store.own.get("owner"),
    store.own.get("me"),
    store.meta.get("reference"),
    store.records.list(),
    store.mirror.list("event"),
    store.mirror.list("report"),
    store.receipts.list(),
  ]);
  const unit = me?.units[0] || owner?.unit;
  return { me, unit, reference, rows, events, reports, sent, today: today(), now: now().getTime() };
}

/**
 * The newest outbox row of each record of one type.
 * @param {{ rows: Row[] }} state
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
    found.set(row.data.month, {
      id: row.id,
      version: row.base_version,
      data: row.data,
      state,
      row,
    });
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
  const told = new Map(
    (state.me?.months || []).map((/** @type {any} */ each) => [each.month, each]),
  );
  const months = [...told.keys()].filter((month) => month <= current).sort();
  // The phone may go on for weeks without hearing of the months that begin.
  let last = months[months.length - 1] || previousMonth(current);
  while (last < current) {
    last = nextMonth(last);
    months.push(last);
  }
  const reports = reportsByMonth(state);
  return months.map((month) => {
    const report = reports.get(month);
    const until = untilOf(state, month, told.get(month)?.due);
    return {
      month,
      until,
      left: daysLeft(state.now, until),
      state: report?.state || told.get(month)?.state || "empty",
      report,
    };
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
