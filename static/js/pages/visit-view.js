/** A visit as its form holds it, and the records that it makes: the visit, entries of the month, needs. */

import { problemsWithEvent } from "../domain/event.js";
import { problemsWithNeed, problemsWithVisit } from "../domain/visit.js";
import { countIn } from "./event-view.js";
import { ownData } from "./held.js";
import { serviceWords } from "./household-view.js";

/** @typedef {import("./held.js").Held} Held */
/** @typedef {import("../outbox.js").Fresh} Fresh */
/** @typedef {import("../domain/month.js").RuleProblem} RuleProblem */
/**
 * @typedef {Record<string, string> & { topics?: never, needs?: never }} Fields the form's fields by name
 * @typedef {{ fields: Record<string, string>, topics: string[], needs: string[] }} Typed what stands in the form
 * @typedef {(name: string) => string} Ids one id for each record of a form, the same as long as the form is open
 */

/** The steppers of the form, each an entry of the month. */
export const CHANGES = ["move_in", "move_out", "birth", "death"];
const MOVE_KINDS = ["move_in", "move_out"];
const FIRST_CHIPS = 6;
const NOT_MET = ["not_home", "declined", "rescheduled"];

/**
 * A form that nobody has touched.
 * @param {string} date
 * @returns {Record<string, string>}
 */
export function freshVisit(date) {
  const steps = Object.fromEntries(CHANGES.map((kind) => [kind, "0"]));
  return { outcome: "", date, not_before: "", follow_up: "", promised: "", note: "", ...steps };
}

/**
 * The visit's own data: what does not belong to its outcome is left out.
 * @param {Typed} typed
 * @param {Held} household
 */
export function visitData({ fields, topics }, household) {
  const { outcome = "", date = "" } = fields;
  const note = (fields.note || "").trim();
  return {
    unit: household.unit,
    household: household.id,
    date,
    outcome,
    ...(NOT_MET.includes(outcome) && fields.not_before && { not_before: fields.not_before }),
    ...(fields.follow_up && { follow_up: fields.follow_up }),
    ...(outcome === "met" && topics.length && { topics }),
    ...(note && { note }),
  };
}

/**
 * Everything that one tap on 保存 keeps, the visit first: told topics and changes are entries of the month,
 * entered here and nowhere else.
 * @param {Typed} typed
 * @param {Held} household
 * @param {Ids} idFor
 * @param {number} [version] of the visit, when it is changed
 * @returns {(Fresh & { id: string, name: string })[]} `name` says where in the form a record stands
 */
export function visitRecords(typed, household, idFor, version = 0) {
  const visit = idFor("visit");
  const data = visitData(typed, household);
  const own = { type: "visit", id: visit, base_version: version, data, name: "visit" };
  if (version || data.outcome !== "met") return [own];
  const about = { unit: household.unit, date: data.date, visit };
  const made = (
    /** @type {string} */ type,
    /** @type {string} */ name,
    /** @type {any} */ more,
  ) => ({
    type,
    name,
    id: idFor(name),
    base_version: 0,
    data: { ...about, ...more },
  });
  return [
    own,
    ...typed.topics.map((service) =>
      made("event", `topics:${service}`, { kind: "service", persons: 1, households: 0, service }),
    ),
    ...CHANGES.flatMap((kind) => {
      const persons = countIn(typed.fields[kind]);
      const households = MOVE_KINDS.includes(kind) && typed.fields.whole && persons ? 1 : 0;
      return persons ? [made("event", kind, { kind, persons, households })] : [];
    }),
    ...typed.needs.map((service) => needRecord(typed, household, idFor, service)),
    ...leftRecords(typed, household),
  ];
}

/**
 * The household with the day it left, when it has gone as a whole and nobody moved in instead; the entry counts it.
 * @param {Typed} typed
 * @param {Held} household
 */
function leftRecords({ fields: { whole, move_out, move_in, date } }, household) {
  const { id, version, left_on } = household;
  if (left_on || !whole || !Number(countIn(move_out)) || Number(countIn(move_in))) return [];
  const data = { ...ownData(household), left_on: date };
  return [{ type: "household", name: "move_out", id, base_version: version, data }];
}

/**
 * @param {Typed} typed
 * @param {Held} household
 * @param {Ids} idFor
 * @param {string} service
 */
function needRecord({ fields }, { id, unit }, idFor, service) {
  const data = {
    unit,
    household: id,
    service,
    state: "open",
    opened: fields.date,
    visit: idFor("visit"),
    ...(fields.promised && { promised: fields.promised }),
  };
  return {
    type: "need",
    name: `needs:${service}`,
    id: idFor(`needs:${service}`),
    base_version: 0,
    data,
  };
}

/**
 * What is wrong with any of the records, at the form's fields.
 * @param {ReturnType<typeof visitRecords>} records
 * @param {any[]} services
 * @param {string} today
 * @returns {RuleProblem[]}
 */
export function problemsWithRecords(records, services, today) {
  const found = records.flatMap(({ type, name, data }) => {
    const [place] = name.split(":");
    if (type === "visit") return problemsWithVisit(data, services, today);
    if (type === "household") return []; // its day is the visit's
    if (type === "need") return atPlace(problemsWithNeed(data, services, today), place);
    return atPlace(problemsWithEvent(/** @type {any} */ (data), services, today), place);
  });
  const keys = found.map(({ field, key }) => `${field} ${key}`);
  return found.filter((_, i) => keys.indexOf(keys[i]) === i);
}

/**
 * @param {RuleProblem[]} problems
 * @param {string} place
 */
function atPlace(problems, place) {
  const own = ["date", "promised"];
  return problems.map((problem) => ({
    ...problem,
    field:
      problem.field === "opened" ? "date" : own.includes(problem.field) ? problem.field : place,
  }));
}

/**
 * The kinds of service as chips: what this household wished for and what this phone notes most come first.
 * @param {any} reference
 * @param {string} date
 * @param {string[]} wished
 * @param {string[]} used what was noted, one for each time
 * @param {string[]} chosen
 */
export function serviceChips(reference, date, wished, used, chosen) {
  const open = (reference?.services || []).filter(
    (/** @type {any} */ one) => one.since <= date && date <= (one.until || date),
  );
  /** @type {Record<string, number>} */
  const times = {};
  for (const code of used) times[code] = (times[code] || 0) + 1;
  const weight = (/** @type {any} */ { code }) =>
    (wished.includes(code) ? 1_000_000 : 0) + (times[code] || 0);
  const rows = [...open]
    .sort((a, b) => weight(b) - weight(a))
    .map(({ code }) => ({
      key: code,
      value: code,
      text: serviceWords(reference, code),
      checked: chosen.includes(code),
    }));
  return [rows.slice(0, FIRST_CHIPS), rows.slice(FIRST_CHIPS)];
}
