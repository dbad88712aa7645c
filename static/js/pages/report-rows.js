/** The numbers of the report page, and whether they add up. */

import { balanceGap, closingOf } from "../domain/balance.js";
import { balanceProblem } from "../domain/report-problems.js";
import { t } from "../messages.js";
import { sourceRow } from "./lines.js";
import { isWorkedOut } from "./report-data.js";
import { inWords, language, said } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./report-view.js").Facts} Facts */
/** @typedef {import("./report-data.js").Typed} Typed */
/** @typedef {import("../domain/balance.js").Measure} Measure */

/** @type {Record<string, string>} what is said of a number that nothing stands behind */
const NOTHING = { events: "none", visits: "no_visits", needs: "no_needs" };

/**
 * @param {State} state
 * @param {Facts} facts
 * @param {Measure} measure
 * @param {Record<string, any>} values
 * @param {Typed} typed
 */
export function measureRow(state, { month, cells, previous, entries }, measure, values, typed) {
  const { code, min, max } = measure;
  const label = inWords(measure.label);
  const worked = isWorkedOut(cells[code]);
  const cell = cells[code];
  const where = entries.filter((entry) => cell.where.includes(entry.id));
  const calls = cell.where.flatMap((id) => state.calls?.get(id) || []);
  const returned = (month.state === "returned" && month.report?.data.returned) || [];
  const reason = returned.find((/** @type {any} */ each) => each.measure === code)?.reason || "";
  return {
    key: code,
    kind: worked ? "worked" : "entered",
    label,
    value: values[code],
    last: t("report.last", { n: previous?.[code] ?? "—" }),
    definition: inWords(measure.definition),
    source: [...where.map((entry) => sourceRow(state, entry, month.month)), ...calls],
    origin: t(`origin.${cell.where.length ? cell.from : NOTHING[cell.from] || cell.from}`),
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
export function carriedRows({ form }, values) {
  const codes = [form.balance?.opening, form.balance?.closing].filter(Boolean);
  const rows = form.measures.filter((measure) => codes.includes(measure.code));
  return rows.map(({ code, label }) => ({
    key: code,
    label: inWords(label),
    value: values[code],
  }));
}

/**
 * @param {State} state
 * @param {Facts} facts
 * @param {Record<string, any>} values
 */
export function balanceView(state, { form, entries, month }, values) {
  const gap = balanceGap(form, values, entries);
  const rule = form.balance;
  const adds = rule && !gap && closingOf(rule, values) !== null;
  const doubled = entries.filter((entry) => gap?.candidates.includes(entry.id));
  return {
    gap: gap ? said([balanceProblem(form, gap, language())])[0].message : "",
    doubled: doubled.map((entry) => sourceRow(state, entry, month.month)),
    sum: adds ? equation(rule, form.measures, values) : "",
  };
}

/**
 * `上月 42 + 出生 1 − 死亡 0 + 流入 5 − 流出 3 = 45`
 * @param {import("../domain/balance.js").Balance} balance
 * @param {Measure[]} measures
 * @param {Record<string, any>} values
 */
function equation(balance, measures, values) {
  const shown = measures.filter(({ code }) =>
    [balance.opening, ...balance.plus, ...balance.minus].includes(code),
  );
  const terms = shown.map(({ code, short, label }) => {
    const sign = balance.plus.includes(code) ? "+ " : balance.minus.includes(code) ? "− " : "";
    return `${sign}${inWords(short || label)} ${values[code]}`;
  });
  return `${terms.join(" ")} = ${values[balance.closing]}`;
}
