/** The report page: every number with last month's, where it comes from, and what does not add up. */

import { balanceGap, isWhole } from "../domain/balance.js";
import { balanceProblem, computed, isNil } from "../domain/report.js";
import { t } from "../messages.js";
import { sourceRow } from "./lines.js";
import { formFor, previousValues, reasonsOf } from "./month.js";
import { filledReport, isWorkedOut, typedReport } from "./report-data.js";
import { entriesOf, isClosed, monthStates } from "./state.js";
import { dayWords, daysWords, inWords, language, monthWords, said } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Entry} Entry */
/** @typedef {import("./state.js").MonthState} MonthState */
/** @typedef {import("./report-data.js").Typed} Typed */
/** @typedef {{ month: MonthState, form: any, cells: Record<string, any>, previous: Record<string, number> | null, entries: Entry[], nil: boolean }} Facts */

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
  const cells = computed(form, entries, previous);
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
    carried: nil ? carried(facts, values) : [],
    returned: month.state === "returned",
    reasons: reasonsOf(state, month),
    corrects: corrects(month),
    sections: form.sections.map((/** @type {any} */ section) => ({
      key: section.code,
      label: inWords(section.label),
      measures: form.measures.filter((/** @type {any} */ m) => m.section === section.code).map((/** @type {any} */ m) => measureRow(state, facts, m, values, typed)),
    })),
    ...balanceView(state, facts, values),
    form_marks: t("report.marks", { number: form.number, authority: form.authority, reference: form.reference, until: form.valid_to }),
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

/**
 * @param {State} state
 * @param {Facts} facts
 * @param {any} measure
 * @param {Record<string, any>} values
 * @param {Typed} typed
 */
function measureRow(state, { month, cells, previous, entries }, measure, values, typed) {
  const { code, min, max } = measure;
  const label = inWords(measure.label);
  const worked = isWorkedOut(cells[code]);
  const where = entries.filter((entry) => cells[code].where.includes(entry.id));
  const returned = (month.state === "returned" && month.report?.data.returned) || [];
  const reason = returned.find((/** @type {any} */ each) => each.measure === code)?.reason || "";
  return {
    key: code,
    kind: worked ? "worked" : "entered",
    label,
    value: values[code],
    last: t("report.last", { n: previous?.[code] ?? "—" }),
    definition: inWords(measure.definition),
    source: where.map((entry) => sourceRow(state, entry, month.month)),
    origin: t(`origin.${cells[code].from === "events" && !where.length ? "none" : cells[code].from}`),
    returned: reason,
    field: `values.${code}`,
    input: typed[`values.${code}`] || values[code],
    reason_field: `reason.${code}`,
    reason: typed[`reason.${code}`] || "",
    min,
    max,
    less: t("report.less", { label }),
    more: t("report.more", { label }),
  };
}

/**
 * @param {Facts} facts
 * @param {Record<string, any>} values
 */
function carried({ form }, values) {
  const codes = [form.balance?.opening, form.balance?.closing].filter(Boolean);
  const rows = form.measures.filter((/** @type {any} */ measure) => codes.includes(measure.code));
  return rows.map((/** @type {any} */ { code, label }) => ({ key: code, label: inWords(label), value: values[code] }));
}

/**
 * @param {State} state
 * @param {Facts} facts
 * @param {Record<string, any>} values
 */
function balanceView(state, { form, entries, month }, values) {
  const gap = balanceGap(form, values, entries);
  const doubled = entries.filter((entry) => gap?.candidates.includes(entry.id));
  const whole = form.balance && isWhole(values[form.balance.closing]);
  return {
    gap: gap ? said([balanceProblem(form, gap, language())])[0].message : "",
    doubled: doubled.map((entry) => sourceRow(state, entry, month.month)),
    sum: gap || !whole ? "" : equation(form, values),
  };
}

/**
 * `上月 42 + 出生 1 − 死亡 0 + 流入 5 − 流出 3 = 45`
 * @param {any} form
 * @param {Record<string, any>} values
 */
function equation({ balance, measures }, values) {
  const shown = measures.filter(({ code }) => [balance.opening, ...balance.plus, ...balance.minus].includes(code));
  const terms = shown.map(({ code, short, label }) => {
    const sign = balance.plus.includes(code) ? "+ " : balance.minus.includes(code) ? "− " : "";
    return `${sign}${inWords(short || label)} ${values[code]}`;
  });
  return `${terms.join(" ")} = ${values[balance.closing]}`;
}
