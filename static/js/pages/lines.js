/** Entries as lines of a list. */

import { t } from "../messages.js";
import { dayWords, inWords, monthName } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./entries.js").Entry} Entry */

/**
 * @param {State} state
 * @param {Entry} entry
 * @param {string} month the month of the page; a line of another month says so
 */
export function entryRow({ reference }, entry, month) {
  const service = reference?.services.find(
    (/** @type {any} */ each) => each.code === entry.service,
  );
  const other =
    entry.month === month ? "" : t("entry.counts_in", { month: monthName(entry.month) });
  return {
    key: entry.id,
    kind: entry.kind,
    url: `/app/events/${entry.id}`,
    meta: [dayWords(entry.date), inWords(service?.label), other].filter(Boolean).join(" · "),
    count: t("unit.person", { n: entry.persons }),
    late: entry.late,
    mark: entry.mark === "gone" ? "stale" : entry.mark || "",
  };
}

/**
 * The same in one text, for the small lists behind a number.
 * @param {State} state
 * @param {Entry} entry
 * @param {string} month
 */
export function sourceRow(state, entry, month) {
  const { key, url, kind, meta, count } = entryRow(state, entry, month);
  return { key, url, text: `${t(`kind.${kind}`)} · ${meta} · ${count}` };
}
