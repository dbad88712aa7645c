/**
 * What may be noted, checked while the person can still mend it: shape first, then meaning, as the
 * server does (webapp/events/schemas.py, rules.py); both are held to tests/vectors/event.json.
 */

import { windowProblem } from "./month.js";

/**
 * @typedef {import("./month.js").RuleProblem} RuleProblem
 * @typedef {{ code: string, since: string, until: string | null }} Service
 * @typedef {{ kind?: string, date?: string, persons?: any, households?: any, region?: string,
 *   service?: string, note?: string }} EventData
 */

const EVENT_KINDS = ["birth", "death", "move_in", "move_out", "service"];
const WITH_REGION = ["move_in", "move_out"];
const LONGEST_NOTE = 200;
export const REGION = /^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])[0-9]{4}$/;
export const LONG_NUMBER = /[0-9０-９]{11}/; // a telephone or identity number

/**
 * What is wrong with an entry; empty when nothing is.
 * @param {EventData} data
 * @param {Service[]} services the kinds that the server sent
 * @param {string} today
 * @param {number} [monthsBack] how many months before this one are still open to entries
 * @returns {RuleProblem[]}
 */
export function problemsWithEvent(data, services, today, monthsBack = 3) {
  const shape = [
    choiceShape("kind", data.kind, EVENT_KINDS),
    dayShape("date", data.date, true),
    countShape("persons", data.persons, 1),
    countShape("households", data.households ?? 0, 0),
    lengthShape("note", data.note, LONGEST_NOTE),
  ];
  const misshapen = onlyProblems(shape);
  if (misshapen.length) return misshapen;
  return onlyProblems([
    windowProblem(data.date || "", today, monthsBack),
    serviceMeaning(data, services),
    regionMeaning(data),
    householdsMeaning(data),
    noteMeaning("event", data.note),
  ]);
}

/**
 * @param {string} field
 * @param {string | undefined} value
 * @param {string[]} choices
 */
export function choiceShape(field, value, choices) {
  if (!value) return atField(field, "field", "required");
  return choices.includes(value) ? null : atField(field, "field", "choice");
}

/**
 * @param {string} field
 * @param {string | undefined} value
 * @param {boolean} required
 */
export function dayShape(field, value, required) {
  if (!value) return required ? atField(field, "field", "required") : null;
  return isDate(value) ? null : atField(field, "field", "date");
}

/**
 * @param {string} field
 * @param {string | undefined} text
 * @param {number} longest
 */
export function lengthShape(field, text, longest) {
  const long = Array.from((text || "").trim()).length > longest;
  return long ? atField(field, "field", "long", { longest }) : null;
}

/**
 * @param {string} name
 * @param {any} value
 * @param {number} low
 */
function countShape(name, value, low) {
  const high = 99;
  if (value === undefined || value === null || value === "")
    return atField(name, "field", "required");
  if (!Number.isInteger(value)) return atField(name, "field", "integer");
  return value < low || value > high ? atField(name, "field", "range", { low, high }) : null;
}

/**
 * @param {EventData} data
 * @param {Service[]} services
 */
function serviceMeaning(data, services) {
  if (data.kind !== "service")
    return data.service ? atField("service", "event", "service_unexpected") : null;
  if (!data.service) return atField("service", "event", "service_required");
  return serviceProblem("service", "event", data.service, data.date || "", services);
}

/**
 * @param {string} field
 * @param {string} group
 * @param {string} code
 * @param {string} date
 * @param {Service[]} services
 */
export function serviceProblem(field, group, code, date, services) {
  const known = services.find((service) => service.code === code);
  if (!known) return atField(field, group, "service_unknown");
  const open = known.since <= date && date <= (known.until || date);
  return open ? null : atField(field, group, "service_closed", { date });
}

/**
 * @param {string} group
 * @param {string | undefined} note
 */
export function noteMeaning(group, note) {
  return LONG_NUMBER.test(note || "") ? atField("note", group, "note_personal") : null;
}

/** @param {EventData} data */
function regionMeaning(data) {
  if (!data.region) return null;
  if (!WITH_REGION.includes(data.kind || ""))
    return atField("region", "event", "region_unexpected");
  return REGION.test(data.region) ? null : atField("region", "event", "region_unknown");
}

/** @param {EventData} data */
function householdsMeaning(data) {
  // A household that moves has somebody in it; a service may reach many through one person.
  const moves = WITH_REGION.includes(data.kind || "");
  const many = moves && (data.households ?? 0) > data.persons;
  return many ? atField("households", "event", "households_many") : null;
}

/** @param {string} text */
function isDate(text) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  // Some engines let the 30th of February roll over into March.
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text;
}

/**
 * @param {string} field
 * @param {string} group
 * @param {string} code
 * @param {Record<string, any>} [params]
 * @returns {RuleProblem}
 */
export function atField(field, group, code, params = {}) {
  return { field, code, key: `${group}.${code}`, params };
}

/** @param {(RuleProblem | null)[]} problems */
export function onlyProblems(problems) {
  return problems.flatMap((problem) => problem || []);
}
