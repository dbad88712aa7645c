/** The report page: every number with last month's, where it comes from, and what does not add up. */

import { computed, isNil } from "../domain/report.js";
import { t } from "../messages.js";
import { entriesOf } from "./entries.js";
import { formFor, previousValues, reasonsOf } from "./month.js";
import { filledReport, typedReport } from "./report-data.js";
import { balanceView, carriedRows, measureRow } from "./report-rows.js";
import { isClosed, monthStates } from "./state.js";
import { daysWords, dayWords, inWords, monthWords } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./entries.js").Entry} Entry */
/** @typedef {import("./state.js").MonthState} MonthState */
/** @typedef {import("./report-data.js").Typed} Typed */
/** @typedef {{ month: MonthState, form: import("./month.js").WholeForm, cells: Record<string, import("../domain/report.js").Cell>, previous: Record<string, number> | null, entries: Entry[], nil: boolean }} Facts */

/**
 * All that is known of one month; undefined when the month is not on the phone or no form is in force.
 * @param {State} state
 * @param {string} month
 * @returns {Facts | undefined}
 */
export function reportFacts(state, month) {
  const found = monthStates(state).find((each) => each.month === month);
  const form = found && formFor(state, found);
  if (!found || !form) return undefined;
  const entries = entriesOf(state).filter((entry) => entry.month === month);
  const previous = previousValues(state, month);
  const cells = computed(form, entries, previous, state.doors?.(month), state.noted?.(month));
  return { month: found, form, cells, previous, entries, nil: isNil(form, cells) };
}

/**
 * What the form begins with.
 * @param {Facts} facts
 */
export function firstTyped({ form, cells, month }) {
  const typed = typedReport(form, cells, month.report?.data);
  return month.report?.data.reason ? { ...typed, reason: month.report.data.reason } : typed;
}

/**
 * @param {State} state
 * @param {Facts} facts
 * @param {Typed} typed
 * @param {boolean} asNil whether 本月无变动 was asked for
 */
export function reportView(state, facts, typed, asNil) {
  const { month, form } = facts;
  const { values } = filledReport(form, facts.cells, typed);
  const locked = month.state === "locked";
  const nil = asNil && facts.nil && month.state === "empty";
  return {
    heading: monthWords(month.month),
    action: `/app/report/${month.month}`,
    state: month.state,
    days: isClosed(month) ? "" : daysWords(month.left),
    due: t("days.due", { day: dayWords(month.until.slice(0, 10)) }),
    locked,
    handed_in: isClosed(month) && !locked,
    slip_url: month.report && isClosed(month) ? `/app/slip/${month.report.id}` : "",
    no_nil: asNil && !nil && !isClosed(month),
    nil,
    full: !nil && !locked,
    carried: nil ? carriedRows(facts, values) : [],
    returned: month.state === "returned",
    reasons: reasonsOf(state, month),
    corrects: corrects(month),
    sections: form.sections.map((/** @type {any} */ section) => ({
      key: section.code,
      label: inWords(section.label),
      measures: form.measures
        .filter((/** @type {any} */ m) => m.section === section.code)
        .map((/** @type {any} */ m) => measureRow(state, facts, m, values, typed)),
    })),
    ...balanceView(state, facts, values),
    form_marks: t("report.marks", {
      number: form.number,
      authority: form.authority,
      reference: form.reference,
      until: form.valid_to,
    }),
    legal_basis: inWords(form.legal_basis),
  };
}

/**
 * Whether the community accepted the month before, so that a change wants a reason.
 * @param {MonthState} month
 */
export function corrects({ state, report }) {
  return state === "accepted" || Boolean(report?.data.reason);
}
