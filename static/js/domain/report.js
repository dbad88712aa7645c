/**
 * The monthly report, worked out on the phone as the server does (webapp/reports/rules.py); both are held to
 * tests/vectors/report.json.
 */

import { closingOf, sourceCounts } from "./balance.js";

/**
 * @typedef {import("./balance.js").Form} Form
 * @typedef {import("./balance.js").Measure} Measure
 * @typedef {import("./balance.js").Entry} Entry
 * @typedef {import("./round.js").Doors} Doors
 * @typedef {{ id: string, measure: string, counted: number }} Noted work for everybody (webapp/outreach)
 * @typedef {Record<string, any>} Values
 * @typedef {{ value: number | null, where: string[], from: string }} Cell
 *   `value` is null when only the leader knows it; `where` are the ids of the entries behind it
 * @typedef {{ measure: string, value: any, reason: string }} Adjustment
 * @typedef {{ form?: string, nil?: boolean, values?: Values, adjustments?: Adjustment[] }} ReportData
 */

const FROM_DOORS = ["visits", "round", "needs"];

/**
 * What every measure of the form comes to.
 * @param {Form} form
 * @param {Entry[]} entries those that count in the month, supplementary ones included
 * @param {Values | null} previousValues last month's, null without a report
 * @param {Doors | null} [doors] what the month's visits come to, null for a group that keeps no households
 * @param {Noted[]} [noted] what the month counts of work for everybody
 * @returns {Record<string, Cell>}
 */
export function computed(form, entries, previousValues, doors = null, noted = []) {
  /** @type {Record<string, Cell>} */
  const cells = {};
  for (const measure of form.measures)
    cells[measure.code] = cellOf(measure, entries, previousValues || {}, doors, noted);
  if (form.balance) {
    const values = Object.fromEntries(Object.entries(cells).map(([code, c]) => [code, c.value]));
    cells[form.balance.closing] = {
      value: closingOf(form.balance, values),
      where: [],
      from: "balance",
    };
  }
  return cells;
}

/**
 * @param {Measure} measure
 * @param {Entry[]} entries
 * @param {Values} previous
 * @param {Doors | null} doors
 * @param {Noted[]} noted
 * @returns {Cell}
 */
function cellOf(measure, entries, previous, doors, noted) {
  const { kind, measure: before = "", sum, field } = measure.source;
  if (kind === "previous") return { value: previous[before] ?? null, where: [], from: kind };
  if (FROM_DOORS.includes(kind)) return atDoors(measure, doors);
  const told = noted.filter((one) => one.measure === field);
  if (told.length) return summed(told, (one) => one.counted, kind);
  if (kind !== "events") return { value: null, where: [], from: field ? "entered" : kind };
  const mine = entries.filter((entry) => sourceCounts(measure, entry));
  return summed(mine, (one) => (sum === "count" ? 1 : one[sum || "persons"]), kind);
}

/**
 * @param {any[]} rows
 * @param {(row: any) => number} count
 * @param {string} from
 * @returns {Cell}
 */
function summed(rows, count, from) {
  const value = rows.reduce((all, one) => all + count(one), 0);
  return { value, where: rows.map(({ id }) => id), from };
}

/**
 * @param {Measure} measure
 * @param {Doors | null} doors
 * @returns {Cell}
 */
function atDoors({ source: { kind, outcome } }, doors) {
  if (!doors) return { value: null, where: [], from: "entered" };
  if (kind === "round") return { value: doors.planned, where: [], from: kind };
  const called = doors.visits.filter((visit) => visit.outcome === outcome);
  const where = (kind === "visits" ? called : doors.needs).map(({ id }) => id);
  return { value: where.length, where, from: kind };
}

/**
 * Whether 本月无变动 may be offered: no entries, and last month's numbers are known. A month in which
 * doors were called on may be without a change all the same: those numbers are filled in.
 * @param {Form} form
 * @param {Record<string, Cell>} cells
 */
export function isNil(form, cells) {
  const all = form.measures.map((measure) => cells[measure.code]);
  const nothing = all.every((cell) => cell.from !== "events" || cell.value === 0);
  return nothing && all.every((cell) => cell.from !== "previous" || cell.value !== null);
}

/**
 * The values of a report; those of a nil report are completed by what was computed, or 0. What last
 * month would say stays out when nothing is known of last month.
 * @param {Form} form
 * @param {ReportData} data
 * @param {Record<string, Cell>} cells
 * @returns {Values}
 */
export function fillReport(form, data, cells) {
  if (!data.nil) return { ...data.values };
  const known = form.measures.filter(({ code }) => workedOut(cells[code]) !== null);
  const suggested = Object.fromEntries(known.map(({ code }) => [code, workedOut(cells[code])]));
  const values = { ...suggested, ...data.values };
  const closing = form.balance ? closingOf(form.balance, values) : null;
  return form.balance && closing !== null ? { [form.balance.closing]: closing, ...values } : values;
}

/** @param {Cell} cell */
function workedOut({ value, from }) {
  if (from === "balance") return null;
  return from === "entered" ? 0 : value;
}
