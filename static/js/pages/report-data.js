/** From what is typed in the report form to the record it makes. */

import { closingOf, isWhole } from "../domain/balance.js";
import { countIn } from "./event-view.js";

/** @typedef {import("../domain/balance.js").Form} Form */
/** @typedef {import("../domain/report.js").Cell} Cell */
/** @typedef {import("../domain/report.js").Adjustment} Adjustment */
/** @typedef {Record<string, string>} Typed the form's fields by name: `values.births`, `reason.births`, `reason` */
/** @typedef {{ values: Record<string, any>, adjustments: Adjustment[] }} Filled */

/**
 * What the form begins with: what was reported before, else nothing typed. A number that is left as
 * it was worked out, or was explained and comes out so by now, is not typed, so that it follows the
 * entries.
 * @param {Form} form
 * @param {Record<string, Cell>} cells
 * @param {{ values?: Record<string, any>, adjustments?: Adjustment[] } | undefined} reported
 * @returns {Typed}
 */
export function typedReport(form, cells, reported) {
  /** @type {Typed} */
  const typed = {};
  for (const { measure, value, reason } of reported?.adjustments || []) {
    if (value === cells[measure]?.value) continue;
    typed[`values.${measure}`] = `${value}`;
    typed[`reason.${measure}`] = reason;
  }
  for (const { code } of form.measures) {
    const value = reported?.values?.[code];
    if (!isWorkedOut(cells[code]) && value !== undefined) typed[`values.${code}`] = `${value}`;
  }
  return typed;
}

/**
 * The values and their explanations. An untouched number is what was worked out; where nobody but the
 * leader knows it, 0; except what only last month could say, which has to be typed once.
 * @param {Form} form
 * @param {Record<string, Cell>} cells
 * @param {Typed} typed
 * @returns {Filled}
 */
export function filledReport(form, cells, typed) {
  const closing = form.balance?.closing || "";
  /** @type {Record<string, any>} */
  const values = {};
  for (const { code } of form.measures)
    values[code] = typedValue(typed, code, suggestion(cells[code]));
  const expected = form.balance ? closingOf(form.balance, values) : null;
  if (closing) values[closing] = typedValue(typed, closing, expected ?? "");
  const adjustments = form.measures.flatMap(({ code }) => {
    const worked = code === closing ? expected : cells[code].value;
    const value = values[code];
    if (worked === null || !isWhole(value) || value === worked) return [];
    return [{ measure: code, value, reason: (typed[`reason.${code}`] || "").trim() }];
  });
  return { values, adjustments };
}

/**
 * The fields of reasons beside a number that was not changed: nobody would read them.
 * @param {Filled} filled what `filledReport` makes of `typed`
 * @param {Typed} typed
 */
export function idleReasons({ values, adjustments }, typed) {
  const changed = adjustments.map(({ measure }) => measure);
  const left = Object.keys(values).filter(
    (code) => isWhole(values[code]) && !changed.includes(code),
  );
  return left.map((code) => `reason.${code}`).filter((field) => (typed[field] || "").trim());
}

/**
 * Whether a number comes out by itself, so that changing it wants a reason.
 * @param {Cell} cell
 */
export function isWorkedOut({ value, from }) {
  return value !== null || from === "balance";
}

/**
 * The field at which a problem is shown: adjustments stand at their measure.
 * @param {string} field as the rules name it
 * @param {Adjustment[]} adjustments
 */
export function fieldOnPage(field, adjustments) {
  const [, index, name] = /^adjustments\.(\d+)\.(\w+)$/.exec(field) || [];
  if (!name) return field;
  return `${name === "reason" ? "reason" : "values"}.${adjustments[Number(index)].measure}`;
}

/** @param {Cell} cell */
function suggestion({ value, from }) {
  return value ?? (from === "entered" ? 0 : "");
}

/**
 * @param {Typed} typed
 * @param {string} code
 * @param {number | string} otherwise
 */
function typedValue(typed, code, otherwise) {
  const text = typed[`values.${code}`] || "";
  return text.trim() === "" ? otherwise : countIn(text);
}
