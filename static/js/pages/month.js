/** One month put together for its pages: the form in force, last month's numbers, why it was returned. */

import { lastDay, previousMonth } from "../domain/month.js";
import { computed, fillReport } from "../domain/report.js";
import { entriesOf } from "./entries.js";
import { reportsByMonth } from "./state.js";
import { inWords } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").HeldReport} HeldReport */

/**
 * @typedef {import("../domain/balance.js").Form & { sections: { code: string, label: Record<string, string> }[],
 *   number: string, authority: string, reference: string, valid_from: string, valid_to: string, approved_on?: string,
 *   legal_basis: Record<string, string> }} WholeForm as the server sends it
 */

/**
 * The form a report was made with, or the newest that is in force for the month; undefined without any.
 * @param {State} state
 * @param {{ month: string, report?: HeldReport }} month
 * @returns {WholeForm | undefined}
 */
export function formFor({ reference }, { month, report }) {
  /** @type {WholeForm[]} */
  const forms = reference?.forms || [];
  const day = lastDay(month);
  const named = forms.find((form) => `${form.code}@${form.version}` === report?.data.form);
  const valid = forms.filter((form) => isInForce(form, day));
  return named || valid.sort((a, b) => b.version - a.version)[0];
}

/**
 * @param {WholeForm} form
 * @param {string} day
 */
function isInForce({ approved_on, valid_from, valid_to }, day) {
  return valid_from <= day && day <= valid_to && Boolean(approved_on && approved_on <= day);
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
  const last = previousValues(state, before);
  const cells = computed(form, mine, last, state.doors?.(before), state.noted?.(before));
  return fillReport(form, report.data, cells);
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
  return rows.map(
    (
      /** @type {{ measure: string, reason: string }} */ { measure, reason },
      /** @type {number} */ i,
    ) => {
      const label = inWords(
        form?.measures.find((/** @type {any} */ each) => each.code === measure)?.label,
      );
      return { key: `${i}`, text: label ? `${label}: ${reason}` : reason };
    },
  );
}
