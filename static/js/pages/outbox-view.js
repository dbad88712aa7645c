/** What waits on the phone, what needs the person, what arrived. */

import { t } from "../messages.js";
import { recordPairs, recordTitle, recordUrl } from "./outbox-doors.js";
import { dayWords, inWords, momentWords, monthWords } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("../queue.js").Row} Row */

const ENTRY_FIELDS = ["kind", "date", "persons", "households", "region", "service", "note"];
const LISTED_DAYS = 14;

/**
 * @param {State} state
 * @param {Row[]} [closed] rows that outlived the vault their contents were sealed in: nobody can read them, the server can
 */
export function outboxView(state, closed = []) {
  const rows = [...new Map([...closed, ...state.rows].map((row) => [row.id, row])).values()];
  const attention = rows
    .filter((row) => row.state !== "waiting")
    .map((row) => troubleRow(state, row));
  const waiting = rows.filter((row) => row.state === "waiting").map((row) => plainRow(row));
  const since = new Date(state.now - LISTED_DAYS * 86_400_000).toISOString().slice(0, 10);
  const sent = state.sent
    .filter((each) => each.settled_at.slice(0, 10) >= since)
    .sort((a, b) => (a.settled_at < b.settled_at ? 1 : -1))
    .map((each) => sentRow(each));
  return {
    unit: state.unit?.name,
    attention,
    waiting,
    sent,
    calm: !attention.length && !waiting.length,
    waits: waiting.length > 0,
    has_sent: sent.length > 0,
  };
}

/** @param {{ type: string, data?: any }} record */
export function titleOf({ type, data }) {
  if (!data) return t(`record.${type}`);
  if (type !== "event" && type !== "report") return recordTitle(type, data);
  if (type === "report") return t("record.report_of", { month: monthWords(data.month) });
  return `${t(`kind.${data.kind}`)} · ${dayWords(data.date)} · ${t("unit.person", { n: data.persons })}`;
}

/** @param {Row} row */
function plainRow(row) {
  return { key: row.id, title: titleOf(row), code: row.code, saved: momentWords(row.saved_at) };
}

/**
 * @param {State} state
 * @param {Row} row
 */
function troubleRow(state, row) {
  const ofMonth = row.type === "report" && row.data;
  const url = ofMonth ? `/app/report/${row.data.month}` : row.data ? recordUrl(row) : "/app";
  return {
    ...plainRow(row),
    kind: row.state,
    problems: (row.problems || []).map(({ message }, i) => ({ key: `${i}`, text: message })),
    url,
    differences: row.state === "stale" && row.data ? differences(state, row) : [],
  };
}

/**
 * What differs between the person's version and the server's.
 * @param {State} state
 * @param {Row} row
 */
function differences(state, row) {
  const theirs = row.current?.data || row.current || {};
  return pairsOf(state, row, theirs)
    .filter(({ mine, other }) => mine !== other)
    .map(({ mine, other, ...row }) => ({
      ...row,
      mine: t("outbox.mine", { it: mine }),
      other: t("outbox.theirs", { it: other }),
    }));
}

/**
 * @param {State} state
 * @param {Row} row
 * @param {any} theirs
 */
function pairsOf(state, row, theirs) {
  if (row.type === "report") return reportPairs(state, row.data, theirs);
  return row.type === "event" ? entryPairs(state, row, theirs) : recordPairs(row, theirs);
}

/**
 * @param {State} state
 * @param {Row} row
 * @param {any} theirs
 */
function entryPairs({ reference }, { data, deleted }, theirs) {
  const words = (/** @type {any} */ record, /** @type {string} */ name) => {
    const service = reference?.services.find(
      (/** @type {any} */ each) => each.code === record.service,
    );
    if (name === "kind") return t(`kind.${record.kind}`);
    return name === "service" && service ? inWords(service.label) : `${record[name] ?? "—"}`;
  };
  const pairs = ENTRY_FIELDS.map((name) => ({
    key: name,
    label: t(`entry.${name}`),
    mine: words(data, name),
    other: words(theirs, name),
  }));
  return deleted
    ? [
        {
          key: "deleted",
          label: t("record.event"),
          mine: t("entry.withdrawn"),
          other: titleOf({ type: "event", data: theirs }),
        },
      ]
    : pairs;
}

/**
 * @param {State} state
 * @param {any} mine
 * @param {any} theirs
 */
function reportPairs(state, mine, theirs) {
  const form = state.reference?.forms.find(
    (/** @type {any} */ each) => `${each.code}@${each.version}` === mine.form,
  );
  const unchanged = mine.nil && !Object.keys(mine.values).length;
  const nil = {
    key: "nil",
    label: t("record.report"),
    mine: t(mine.nil ? "home.nil" : "report.noted"),
    other: t(theirs.nil ? "home.nil" : "report.noted"),
  };
  const rows = (form?.measures || []).map((/** @type {any} */ { code, label }) => ({
    key: code,
    label: inWords(label),
    mine: unchanged ? `${theirs.values?.[code] ?? "—"}` : `${mine.values[code] ?? "—"}`,
    other: `${theirs.values?.[code] ?? "—"}`,
  }));
  return [nil, ...rows];
}

/** @param {import("../queue.js").Sent} sent */
function sentRow(sent) {
  const { receipt } = sent;
  return {
    key: sent.key,
    title: sent.deleted ? t("outbox.withdrawn", { title: titleOf(sent) }) : titleOf(sent),
    received: momentWords(receipt?.received_at || sent.settled_at),
    number: receipt?.number || "",
    url: receipt ? `/receipts/${receipt.number}` : "",
  };
}
