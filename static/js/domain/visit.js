/**
 * What a visit and a need may say, checked while the person can still mend it, as the server does
 * (webapp/visits/schemas.py, rules.py); both are held to tests/vectors/visit.json.
 */

import {
  atField,
  choiceShape,
  dayShape,
  lengthShape,
  noteMeaning,
  onlyProblems,
  serviceProblem,
} from "./event.js";
import { windowProblem } from "./month.js";
import { isOpenNeed } from "./round.js";

/**
 * @typedef {import("./month.js").RuleProblem} RuleProblem
 * @typedef {import("./event.js").Service} Service
 * @typedef {{ date?: string, outcome?: string, not_before?: string, follow_up?: string, topics?: string[],
 *   note?: string }} VisitData
 * @typedef {{ service?: string, state?: string, opened?: string, promised?: string, closed?: string,
 *   referred_to?: string, note?: string }} NeedData
 * @typedef {{ since: string, until: string | null, days: Record<string, number> }} Period
 */

const OUTCOMES = ["met", "not_home", "declined", "rescheduled"];
/** @type {Record<string, string[]>} */
const NEXT_STATES = {
  open: ["open", "referred", "done", "withdrawn"],
  referred: ["open", "referred", "done", "withdrawn"],
  done: ["done", "open"],
  withdrawn: ["withdrawn", "open"],
};
const DAYS_AHEAD = 366;
const LONGEST_VISIT_NOTE = 200;
const LONGEST_REFERRED = 60;

/**
 * What is wrong with a visit; empty when nothing is.
 * @param {VisitData} data
 * @param {Service[]} services the kinds that the server sent
 * @param {string} today
 * @param {number} [monthsBack] how many months before this one are still open to visits
 * @returns {RuleProblem[]}
 */
export function problemsWithVisit(data, services, today, monthsBack = 3) {
  const misshapen = onlyProblems([
    choiceShape("outcome", data.outcome, OUTCOMES),
    dayShape("date", data.date, true),
    dayShape("not_before", data.not_before, false),
    dayShape("follow_up", data.follow_up, false),
    lengthShape("note", data.note, LONGEST_VISIT_NOTE),
  ]);
  if (misshapen.length) return misshapen;
  return onlyProblems([
    windowProblem(data.date || "", today, monthsBack),
    notBeforeMeaning(data),
    followUpMeaning(data),
    topicsMeaning(data, services),
    noteMeaning("visit", data.note),
  ]);
}

/**
 * What is wrong with a need; `stored` is what is known of it, null for a new one.
 * @param {NeedData} data
 * @param {Service[]} services
 * @param {string} today
 * @param {NeedData | null} [stored]
 * @param {number} [monthsBack]
 * @returns {RuleProblem[]}
 */
export function problemsWithNeed(data, services, today, stored = null, monthsBack = 3) {
  const misshapen = onlyProblems([
    data.service ? null : atField("service", "field", "required"),
    choiceShape("state", data.state, Object.keys(NEXT_STATES)),
    dayShape("opened", data.opened, true),
    dayShape("promised", data.promised, false),
    dayShape("closed", data.closed, false),
    lengthShape("referred_to", data.referred_to, LONGEST_REFERRED),
    lengthShape("note", data.note, LONGEST_VISIT_NOTE),
  ]);
  if (misshapen.length) return misshapen;
  const opened = data.opened || "";
  const isNew = stored?.opened !== opened;
  const when = isNew ? windowProblem(opened, today, monthsBack) : null;
  const mayBe = !stored || NEXT_STATES[stored.state || "open"].includes(data.state || "");
  return onlyProblems([
    when && { ...when, field: "opened" },
    isNew ? serviceProblem("service", "visit", data.service || "", opened, services) : null,
    mayBe ? null : inVisit("state", "state_order"),
    ...promiseMeaning(data),
    endMeaning(data, today),
    noteMeaning("visit", data.note),
  ]);
}

/**
 * The day before which nobody asks again, when nothing else was said; "" for none.
 * @param {string} outcome
 * @param {string} date
 * @param {Period[]} periods
 */
export function defaultNotBefore(outcome, date, periods) {
  const period = periods.find(
    ({ since, until, days }) => since <= date && date <= (until || date) && outcome in days,
  );
  return period ? daysAfter(date, period.days[outcome]) : "";
}

/**
 * Whether a need is open past the day that was promised.
 * @param {NeedData} need
 * @param {string} today
 */
export function isOverdue(need, today) {
  return isOpenNeed(need) && Boolean(need.promised) && (need.promised || "") < today;
}

/**
 * @param {string} date
 * @param {number} days
 */
export function daysAfter(date, days) {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** @param {VisitData} data */
function notBeforeMeaning({ outcome, date = "", not_before: day }) {
  if (!day) return outcome === "rescheduled" ? inVisit("not_before", "not_before_required") : null;
  if (day < date) return inVisit("not_before", "not_before_early");
  return day > daysAfter(date, DAYS_AHEAD) ? inVisit("not_before", "too_far") : null;
}

/** @param {VisitData} data */
function followUpMeaning({ date = "", not_before, follow_up: day }) {
  if (!day) return null;
  if (day < date || day < (not_before || date)) return inVisit("follow_up", "follow_up_early");
  return day > daysAfter(date, DAYS_AHEAD) ? inVisit("follow_up", "too_far") : null;
}

/**
 * @param {VisitData} data
 * @param {Service[]} services
 */
function topicsMeaning({ outcome, date = "", topics = [] }, services) {
  if (topics.length && outcome !== "met") return inVisit("topics", "topics_unexpected");
  if (new Set(topics).size < topics.length) return inVisit("topics", "topics_twice");
  return (
    onlyProblems(
      topics.map((code) => serviceProblem("topics", "visit", code, date, services)),
    )[0] || null
  );
}

/** @param {NeedData} data */
function promiseMeaning({ state, opened = "", promised, referred_to }) {
  const refers = state === "referred";
  const whom = refers && !(referred_to || "").trim();
  return [
    whom ? inVisit("referred_to", "referred_to_required") : null,
    !promised && refers ? inVisit("promised", "promised_required") : null,
    promised && promised < opened ? inVisit("promised", "promised_early") : null,
    promised && promised > daysAfter(opened, DAYS_AHEAD) ? inVisit("promised", "too_far") : null,
  ];
}

/**
 * @param {NeedData} data
 * @param {string} today
 */
function endMeaning({ state = "", opened = "", closed }, today) {
  const isOpen = isOpenNeed({ state });
  if (!closed) return isOpen ? null : inVisit("closed", "closed_required");
  if (isOpen) return inVisit("closed", "closed_unexpected");
  if (closed < opened) return inVisit("closed", "closed_early");
  return closed > today ? inVisit("closed", "closed_future", { today }) : null;
}

/**
 * @param {string} field
 * @param {string} code
 * @param {Record<string, any>} [params]
 */
function inVisit(field, code, params) {
  return atField(field, "visit", code, params);
}
