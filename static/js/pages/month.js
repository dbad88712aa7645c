/** One month put together for its pages: the form in force, last month's numbers, why it was returned. */

import { computed, fillReport } from "../domain/report.js";
import { lastDay, previousMonth } from "../domain/month.js";
import { entriesOf, reportsByMonth } from "./state.js";
import { inWords } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").HeldReport} HeldReport */

/**
 * The form a report was made with, or the newest that is in force for the month; undefined without any.
 * @param {State} state
 * @param {{ month: string, report?: HeldReport }} month
 * @returns {any}
 */
export function formFor({ reference }, { month, report }) {
  const forms = reference?.forms || [];
  const day = lastDay(month);
  const named = forms.find((/** @type {any} */ form) => `${form.code}@${form.version}` === report?.data.form);
  const valid = forms.filter((/** @type {any} */ form) => form.valid_from <= day && day <= form.valid_to && form.approved_on <= day);
  return named || valid.sort((/** @type {any} */ a, /** @type {any} */ b) => b.version - a.version)[0];
}

/**
 * What was reported for the month before, as the server will complete it; null without a report.
 * @param {State} state
 * @param {string} month
 * @returns {Record<string, number> | null}
 */
export function previousValues(state, month) {
  const before = previousMonth(month);
  const report = reportsByMonth(state).get(before);
  if (!report) return null;
  const form = formFor(state, { month: before, report });
  if (!report.data.nil || !form) return report.data.values;
  const mine = entriesOf(state).filter((entry) => entry.month === before);
  return fillReport(form, report.data, computed(form, mine, previousValues(state, before)));
}

/**
 * Why the community returned a report.
 * @param {State} state
 * @param {{ month: string, state: string, report?: HeldReport }} month
 * @returns {{ key: string, text: string }[]}
 */
export function reasonsOf(state, month) {
  const form = formFor(state, month);
  const rows = month.state === "returned" ? month.report?.data.returned || [] : [];
  return rows.map((/** @type {{ measure: string, reason: string }} */ { measure, reason }, /** @type {number} */ i) => {
    const label = inWords(form?.measures.find((/** @type {any} */ each) => each.code === measure)?.label);
    return { key: `${i}`, text: label ? `${label}: ${reason}` : reason };
  });
}
