/** Records of doors in the outbox: what they are called, where they are mended, in what two versions differ. */

import { t } from "../messages.js";
import { addressWords } from "./door-words.js";
import { dayWords } from "./words.js";

/** @type {Record<string, string[]>} what is compared, by the type of record */
const COMPARED = {
  household: ["address", "kind", "contact", "size", "left_on", "note"],
  visit: ["date", "outcome", "not_before", "follow_up", "note"],
  need: ["state", "referred_to", "promised", "closed", "note"],
  feedback: ["state", "answer"],
};

/**
 * @param {string} type
 * @param {any} data
 */
export function recordTitle(type, data) {
  const more = {
    household: data.address && addressWords(data.address),
    visit: [data.date && dayWords(data.date), t(`state.${data.outcome}`)].join(" · "),
    need: data.opened && dayWords(data.opened),
  }[type];
  return [t(`record.${type}`), more].filter(Boolean).join(" · ");
}

/**
 * The page on which a record can be mended.
 * @param {import("../queue.js").Row} row
 */
export function recordUrl({ type, id, data }) {
  if (type === "household") return `/app/households/${id}/edit`;
  if (type === "visit") return `/app/households/${data.household}/visit?visit=${id}`;
  if (type === "need") return `/app/needs/${id}`;
  if (type === "feedback") return `/app/feedback/${id}`;
  return `/app/events/${id}`;
}

/**
 * @param {import("../queue.js").Row} row
 * @param {any} theirs
 */
export function recordPairs({ type, data, deleted }, theirs) {
  if (deleted) {
    const other = recordTitle(type, theirs);
    return [{ key: "deleted", label: t(`record.${type}`), mine: t("entry.withdrawn"), other }];
  }
  return (COMPARED[type] || []).map((name) => ({
    key: name,
    label: t(`pair.${name}`),
    mine: valueWords(name, data[name]),
    other: valueWords(name, theirs[name]),
  }));
}

/**
 * @param {string} name
 * @param {any} value
 */
function valueWords(name, value) {
  if (value === undefined || value === null || value === "") return "—";
  if (name === "outcome" || name === "state") return t(`state.${value}`);
  return typeof value === "object" ? Object.values(value).join(" ") : String(value);
}
