/**
 * What is wrong with a monthly report, judged on the phone as the server does (webapp/reports/rules.py); both are held
 * to tests/vectors/report.json. Apart from domain/report.js, because the first pages of a phone work a report out and
 * do not check it.
 */

import { balanceGap, isWhole, wordsIn } from "./balance.js";
import { fillReport } from "./report.js";

/**
 * @typedef {import("./month.js").RuleProblem} RuleProblem
 * @typedef {import("./balance.js").Form} Form
 * @typedef {import("./balance.js").Measure} Measure
 * @typedef {import("./balance.js").Gap} Gap
 * @typedef {import("./report.js").Values} Values
 * @typedef {import("./report.js").Cell} Cell
 * @typedef {import("./report.js").Adjustment} Adjustment
 * @typedef {import("./report.js").ReportData} ReportData
 */

const LONGEST_REASON = 200;

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
