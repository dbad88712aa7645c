/** What a leader's phone knows, for tests of its pages: state as `readState` gives it, with defaults. */

import { readFileSync } from "node:fs";

export const UNIT = "6b1f0a52-7d0e-4c7a-9a51-0c2f3f7a1c11";
const DATA = new URL("../../../webapp/forms/data/", import.meta.url);
const read = (/** @type {string} */ name) => JSON.parse(readFileSync(new URL(name, DATA), "utf8"));
export const FORM = read("monthly-1.json");
const NOON = Date.parse("2026-11-21T12:00:00+08:00");
let made = 0;

/** Let sentences be their keys and places, in Simplified Chinese. */
export function usePage(sentences = {}) {
  const page = {
    documentElement: { lang: "zh-Hans" },
    querySelector: () => ({ content: JSON.stringify(sentences) }),
  };
  /** @type {any} */ (globalThis).document = page;
}

/** @param {Record<string, any>} [given] */
export function stateWith(given = {}) {
  const reference = {
    forms: [FORM],
    calendar: { exceptions: [] },
    extensions: [],
    services: read("services.json").services,
  };
  const months = ["202611", "202610", "202609", "202608"].map((month) => ({
    month,
    due: "",
    state: month === "202611" ? "empty" : "accepted",
  }));
  const me = { account: {}, units: [{ id: UNIT, name: "三组" }], months };
  const reports = [
    report("202610", { values: values({ opening_persons: 168, closing_persons: 168 }) }),
  ];
  return {
    me,
    unit: me.units[0],
    reference,
    rows: [],
    events: [],
    reports,
    sent: [],
    today: "2026-11-21",
    now: NOON,
    ...given,
  };
}

/** @param {Record<string, number>} given */
export function values(given) {
  return {
    ...Object.fromEntries(FORM.measures.map((/** @type {any} */ measure) => [measure.code, 0])),
    ...given,
  };
}

/** An entry as the server tells it. @param {Record<string, any>} [given] */
export function entry(given = {}) {
  const { id = nextId(), version = 1, ...data } = given;
  return {
    id,
    type: "event",
    version,
    data: { ...entryData(), month: "202611", late: false, ...data },
  };
}

/** @param {Record<string, any>} [given] */
export function entryData(given = {}) {
  return { unit: UNIT, kind: "birth", date: "2026-11-20", persons: 1, households: 0, ...given };
}

/** @param {string} month @param {Record<string, any>} [given] */
export function report(month, given = {}) {
  const { id = nextId(), version = 1, ...data } = given;
  const about = {
    unit: UNIT,
    month,
    form: "monthly@1",
    values: {},
    adjustments: [],
    nil: false,
    state: "accepted",
    returned: [],
  };
  return { id, type: "report", version, data: { ...about, ...data } };
}

/** What waits in the outbox. @param {string} type @param {any} data @param {Record<string, any>} [given] */
export function row(type, data, given = {}) {
  const time = "2026-11-21T12:00:00+08:00";
  const id = nextId();
  const about = {
    key: ++made,
    id,
    type,
    schema: 1,
    base_version: 0,
    declared_at: time,
    saved_at: time,
    state: "waiting",
    frozen: false,
  };
  return { ...about, hash: "7f3a92c1".repeat(8), code: "7F3A-92C1", data, ...given };
}

export function nextId() {
  return `00000000-0000-4000-8000-${String(++made).padStart(12, "0")}`;
}
