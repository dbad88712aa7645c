/**
 * The monthly report, worked out and checked on the phone as the server does
 * (webapp/reports/rules.py); both are held to tests/vectors/report.json.
 */

import { balanceGap, closingOf, isWhole, sourceCounts, wordsIn } from "./balance.js";

/**
 * @typedef {import("./month.js").RuleProblem} RuleProblem
 * @typedef {import("./balance.js").Form} Form
 * @typedef {import("./balance.js").Measure} Measure
 * @typedef {import("./balance.js").Entry} Entry
 * @typedef {import("./balance.js").Gap} Gap
 * @typedef {import("./round.js").Doors} Doors
 * @typedef {Record<string, any>} Values
 * @typedef {{ value: number | null, where: string[], from: string }} Cell
 *   `value` is null when only the leader knows it; `where` are the ids of the entries behind it
 * @typedef {{ measure: string, value: any, reason: string }} Adjustment
 * @typedef {{ form?: string, nil?: boolean, values?: Values, adjustments?: Adjustment[] }} ReportData
 */

const LONGEST_REASON = 200;
const FROM_DOORS = ["visits", "round", "needs"];

/**
 * What every measure of the form comes to.
 * @param {Form} form
 * @param {Entry[]} entries those that count in the month, supplementary ones included
 * @param {Values | null} previousValues last month's, null without a report
 * @param {Doors | null} [doors] what the month's visits come to, null for a group that keeps no households
 * @returns {Record<string, Cell>}
 */
export function computed(form, entries, previousValues, doors = null) {
  /** @type {Record<string, Cell>} */
  const cells = {};
  for (const measure of form.measures)
    cells[measure.code] = cellOf(measure, entries, previousValues || {}, doors);
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
 * @returns {Cell}
 */
function cellOf(measure, entries, previous, doors) {
  const { kind, measure: before = "", sum } = measure.source;
  if (kind === "previous") return { value: previous[before] ?? null, where: [], from: kind };
  if (FROM_DOORS.includes(kind)) return atDoors(measure, doors);
  if (kind !== "events") return { value: null, where: [], from: kind };
  const mine = entries.filter((entry) => sourceCounts(measure, entry));
  const each = mine.map((entry) => (sum === "households" ? entry.households : entry.persons));
  const value = sum === "count" ? mine.length : each.reduce((all, one) => all + one, 0);
  return { value, where: mine.map((entry) => entry.id), from: kind };
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

/**
 * What is wrong with a report as it is (before `fillReport`); empty when nothing is.
 * @param {Form} form
 * @param {ReportData} data
 * @param {Record<string, Cell>} cells
 * @param {Values | null} previous last month's values
 * @param {string} language of the words taken from the form
 * @returns {RuleProblem[]}
 */
export function problemsWithReport(form, data, cells, previous, language) {
  if (data.form !== `${form.code}@${form.version}`) return [inReport("form", "form_version")];
  const values = fillReport(form, data, cells);
  const adjustments = data.adjustments || [];
  const explained = adjustments.map((adjustment) => adjustment.measure);
  const gap = balanceGap(form, values, []);
  const asked = form.measures.flatMap((measure) => [
    ...problemsWithValue(measure, values[measure.code], previous === null, language),
    ...unexplained(measure, values[measure.code], cells[measure.code], explained, language),
  ]);
  return [
    ...problemsWithNil(form, data, cells),
    ...asked,
    ...unknownValues(form, values),
    ...adjustments.flatMap((_, i) => problemsWithAdjustment(i, adjustments, values)),
    ...(gap && !explained.includes(gap.closing) ? [balanceProblem(form, gap, language)] : []),
  ];
}

/**
 * The one sentence about a gap: the sum, the difference, where to look.
 * @param {Form} form
 * @param {Gap} gap
 * @param {string} language
 * @returns {RuleProblem}
 */
export function balanceProblem(form, gap, language) {
  const short = (/** @type {string} */ code) => {
    const measure = form.measures.find((each) => each.code === code);
    return wordsIn(measure?.short || measure?.label || {}, language);
  };
  const terms = gap.terms.map(([code, sign, value]) => `${sign} ${short(code)} ${value}`.trim());
  const params = {
    sum: terms.join(" "),
    suspect: short(gap.suspect),
    expected: gap.expected,
    entered: gap.entered,
    gap: Math.abs(gap.difference),
    count: gap.candidates.length,
  };
  const key = gap.candidates.length ? "report.balance_repeated" : "report.balance";
  return { field: `values.${gap.closing}`, code: "balance", key, params };
}

/**
 * @param {Form} form
 * @param {ReportData} data
 * @param {Record<string, Cell>} cells
 */
function problemsWithNil(form, data, cells) {
  const changes = form.measures.filter(({ code }) =>
    ["events", "entered"].includes(cells[code].from),
  );
  const some = changes.some(({ code }) => cells[code].value || data.values?.[code]);
  return data.nil && some ? [inReport("nil", "nil_not_empty")] : [];
}

/**
 * @param {Measure} measure
 * @param {any} value
 * @param {boolean} isFirst
 * @param {string} language
 */
function problemsWithValue({ code, label, source, min, max }, value, isFirst, language) {
  const field = `values.${code}`;
  const named = { label: wordsIn(label, language) };
  if (value === undefined || value === null || value === "")
    return [
      inReport(field, isFirst && source.kind === "previous" ? "first_month" : "required", named),
    ];
  if (!isWhole(value)) return [inReport(field, "integer", named)];
  return value < min || value > max ? [inReport(field, "range", { ...named, min, max })] : [];
}

/**
 * @param {Measure} measure
 * @param {any} value
 * @param {Cell} cell
 * @param {string[]} explained
 * @param {string} language
 */
function unexplained({ code, label }, value, cell, explained, language) {
  const known = cell.from !== "balance" && cell.value !== null && isWhole(value);
  if (!known || explained.includes(code) || value === cell.value) return [];
  const params = { label: wordsIn(label, language), computed: cell.value, value };
  return [inReport(`values.${code}`, "unexplained", params)];
}

/**
 * @param {Form} form
 * @param {Values} values
 */
function unknownValues(form, values) {
  const codes = form.measures.map((measure) => measure.code);
  const odd = Object.keys(values).filter((code) => !codes.includes(code));
  return odd.map((code) => inReport(`values.${code}`, "unknown", { measure: code }));
}

/**
 * @param {number} index
 * @param {Adjustment[]} rows
 * @param {Values} values
 */
function problemsWithAdjustment(index, rows, values) {
  const { measure, value, reason } = rows[index];
  const field = `adjustments.${index}`;
  const problems = [];
  if (!(measure in values)) problems.push(inReport(`${field}.measure`, "unknown", { measure }));
  else if (!isWhole(value) || value !== values[measure])
    problems.push(inReport(`${field}.value`, "adjustment_differs"));
  if (rows.slice(0, index).some((row) => row.measure === measure))
    problems.push(inReport(`${field}.measure`, "adjusted_twice"));
  const said = typeof reason === "string" ? Array.from(reason) : [];
  if (!said.join("").trim()) problems.push(inReport(`${field}.reason`, "reason_required"));
  else if (said.length > LONGEST_REASON)
    problems.push(inReport(`${field}.reason`, "reason_long", { longest: LONGEST_REASON }));
  return problems;
}

/**
 * @param {string} field
 * @param {string} code
 * @param {Record<string, any>} [params]
 * @returns {RuleProblem}
 */
function inReport(field, code, params = {}) {
  return { field, code, key: `report.${code}`, params };
}
