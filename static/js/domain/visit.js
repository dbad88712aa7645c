/**
 * What a visit and a need may say, checked while the person can still mend it, as the server does
 * (webapp/visits/schemas.py, rules.py); both are held to tests/vectors/visit.json.
 */

import { windowProblem } from "./month.js";

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
const OPEN_STATES = ["open", "referred"];
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
const PHONE_OR_ID = /[0-9０-９]{11}/;

/**
 * What is wrong with a visit; empty when nothing is.
 * @param {VisitData} data
 * @param {Service[]} services the kinds that the server sent
 * @param {string} today
 * @param {number} [monthsBack] how many months before this one are still open to visits
 * @returns {RuleProblem[]}
 */
export function problemsWithVisit(data, services, today, monthsBack = 3) {
  const misshapen = present([
    choiceShape("outcome", data.outcome, OUTCOMES),
    dayShape("date", data.date, true),
    dayShape("not_before", data.not_before, false),
    dayShape("follow_up", data.follow_up, false),
    lengthShape("note", data.note, LONGEST_VISIT_NOTE),
  ]);
  if (misshapen.length) return misshapen;
  return present([
    windowProblem(data.date || "", today, monthsBack),
    notBeforeMeaning(data),
    followUpMeaning(data),
    topicsMeaning(data, services),
    noteMeaning(data.note),
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
  const misshapen = present([
    data.service ? null : inField("service", "required"),
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
  return present([
    when && { ...when, field: "opened" },
    isNew ? serviceProblem("service", data.service || "", opened, services) : null,
    mayBe ? null : inVisit("state", "state_order"),
    ...promiseMeaning(data),
    endMeaning(data, today),
    noteMeaning(data.note),
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
export function isOverdue({ state, promised }, today) {
  return OPEN_STATES.includes(state || "") && Boolean(promised) && (promised || "") < today;
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
  return present(topics.map((code) => serviceProblem("topics", code, date, services)))[0] || null;
}

/**
 * @param {string} field
 * @param {string} code
 * @param {string} date
 * @param {Service[]} services
 */
function serviceProblem(field, code, date, services) {
  const known = services.find((service) => service.code === code);
  if (!known) return inVisit(field, "service_unknown");
  const open = known.since <= date && date <= (known.until || date);
  return open ? null : inVisit(field, "service_closed", { date });
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
  const isOpen = OPEN_STATES.includes(state);
  if (!closed) return isOpen ? null : inVisit("closed", "closed_required");
  if (isOpen) return inVisit("closed", "closed_unexpected");
  if (closed < opened) return inVisit("closed", "closed_early");
  return closed > today ? inVisit("closed", "closed_future", { today }) : null;
}

/** @param {string | undefined} note */
function noteMeaning(note) {
  return PHONE_OR_ID.test(note || "") ? inVisit("note", "note_personal") : null;
}

/**
 * @param {string} field
 * @param {string | undefined} value
 * @param {string[]} choices
 */
function choiceShape(field, value, choices) {
  if (!value) return inField(field, "required");
  return choices.includes(value) ? null : inField(field, "choice");
}

/**
 * @param {string} field
 * @param {string | undefined} value
 * @param {boolean} required
 */
function dayShape(field, value, required) {
  if (!value) return required ? inField(field, "required") : null;
  const day = new Date(`${value}T00:00:00Z`);
  const real = /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(day.getTime());
  // Some engines let the 30th of February roll over into March.
  return real && day.toISOString().startsWith(value) ? null : inField(field, "date");
}

/**
 * @param {string} field
 * @param {string | undefined} text
 * @param {number} longest
 */
function lengthShape(field, text, longest) {
  const long = Array.from((text || "").trim()).length > longest;
  return long ? inField(field, "long", { longest }) : null;
}

/**
 * @param {string} field
 * @param {string} code
 * @param {Record<string, any>} [params]
 * @returns {RuleProblem}
 */
function inField(field, code, params = {}) {
  return { field, code, key: `field.${code}`, params };
}

/**
 * @param {string} field
 * @param {string} code
 * @param {Record<string, any>} [params]
 * @returns {RuleProblem}
 */
function inVisit(field, code, params = {}) {
  return { field, code, key: `visit.${code}`, params };
}

/** @param {(RuleProblem | null)[]} problems */
function present(problems) {
  return problems.flatMap((problem) => problem || []);
}
