/** The leader's home: where the month stands, the two things to do, what was noted. */

import { computed, isNil } from "../domain/report.js";
import { t } from "../messages.js";
import { countStates } from "../queue.js";
import { dutiesView, readDuties } from "./duties.js";
import { entriesOf } from "./entries.js";
import { fillPage } from "./fill.js";
import { entryRow } from "./lines.js";
import { formFor, previousValues, reasonsOf } from "./month.js";
import { isClosed, monthStates, readState } from "./state.js";
import { daysWords, dayWords, monthName, monthWords } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").MonthState} MonthState */
/** @typedef {import("./entries.js").Entry} Entry */

const SOON = 3;
const SAID = ["saved", "withdrawn"];

/**
 * Show the home of whoever has `store`, now and after every change.
 * @param {import("../store.js").Store} store
 */
export async function startHome(store) {
  const show = async () => {
    const state = await readState(store);
    // Before the first contact the phone knows less than a page from the server says.
    if (state.me || document.querySelector("[data-shell]"))
      fillPage(document.body, {
        ...homeView(state, location.search),
        ...dutiesView(await readDuties(store, state.rows)),
      });
  };
  store.onChange(show);
  await show();
}

/**
 * @param {State} state
 * @param {string} search of the address: what the page before has done
 */
export function homeView(state, search) {
  const months = monthStates(state);
  const main = months[months.length - 1];
  const entries = entriesOf(state);
  const late = months.slice(0, -1).filter((month) => !isClosed(month));
  // What was noted for a month that still wants its report is seen too, and what goes into the next one.
  const shown = entries.filter(({ month }) => month >= (late[0] || main).month);
  const troubled = countStates(state.rows).attention;
  const said = new URLSearchParams(search).get("said") || "";
  return {
    unit: state.unit?.name,
    said: SAID.includes(said) ? t(`said.${said}`) : "",
    ...monthCard(main),
    ...actions(state, main, entries),
    reasons: reasonsOf(state, main),
    returned: main.state === "returned",
    attention: troubled ? t("home.attention", { n: troubled }) : "",
    overdue: late.map((month) => overdue(state, month, entries)),
    overdue_any: late.length > 0,
    entries: shown.map((entry) => entryRow(state, entry, main.month)),
    nothing: !shown.length,
  };
}

/** @param {MonthState} main */
function monthCard({ month, until, left, state }) {
  const done = isClosed({ state });
  const tone = left < 0 ? "over" : left <= SOON ? "soon" : null;
  return {
    month: monthWords(month),
    "leaf-month": monthName(month),
    "leaf-day": Number(until.slice(8, 10)),
    days: done ? t(state === "saved" ? "home.saved" : "home.done") : daysWords(left),
    due: t("days.due", { day: dayWords(until.slice(0, 10)) }),
    state,
    tone: done ? null : tone,
  };
}

/**
 * Where the buttons lead; one that is not offered leads nowhere.
 * @param {State} state
 * @param {MonthState} main
 * @param {Entry[]} entries
 */
function actions(state, main, entries) {
  const done = isClosed(main);
  const nil = !done && mayBeNil(state, main, entries);
  return {
    nil_url: nil ? `${reportUrl(main)}?nil=1` : "",
    check_url: done || nil ? "" : reportUrl(main),
    slip_url: done && main.report ? `/app/slip/${main.report.id}` : "",
  };
}

/**
 * @param {State} state
 * @param {MonthState} month
 * @param {Entry[]} entries
 */
function overdue(state, month, entries) {
  const nil = mayBeNil(state, month, entries);
  return {
    key: month.month,
    month: monthWords(month.month),
    days: daysWords(month.left),
    state: month.state,
    url: reportUrl(month) + (nil ? "?nil=1" : ""),
    action: t(nil ? "home.nil" : "home.check"),
    reasons: reasonsOf(state, month),
  };
}

/** @param {MonthState} month */
function reportUrl({ month, state }) {
  return state === "stale" ? "/app/outbox" : `/app/report/${month}`;
}

/**
 * @param {State} state
 * @param {MonthState} month
 * @param {Entry[]} entries
 */
function mayBeNil(state, month, entries) {
  const form = formFor(state, month);
  if (!form || month.state !== "empty") return false;
  const mine = entries.filter((entry) => entry.month === month.month);
  return isNil(form, computed(form, mine, previousValues(state, month.month)));
}
