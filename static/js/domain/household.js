/**
 * What a household may say, checked while the person can still mend it, and which two may be the same; as the server
 * does (webapp/households/schemas.py, rules.py, webapp/core/citizen.py). Both are held to tests/vectors/household.json
 * and likeness.json. The phone has no numbers of identity but those being typed.
 */

import { natural, plainText, sortKey } from "./address.js";
import { namesOf, tailOf } from "./contact.js";
import { LONG_NUMBER, REGION } from "./event.js";

/**
 * @typedef {import("./month.js").RuleProblem} RuleProblem
 * @typedef {Record<string, any>} HouseData
 */

const PHONE = /^\+?[0-9][0-9 -]{4,18}$/;
const ID_NUMBER = /^[1-9][0-9]{16}[0-9X]$/;
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS = "10X98765432"; // by the weighted sum modulo 11
const OLDEST = 130;
const GUARDED_UNDER = 14;

/**
 * What is wrong with a household; empty when nothing is.
 * @param {HouseData} data
 * @param {string} today
 * @returns {RuleProblem[]}
 */
export function problemsWithHousehold(data, today) {
  const { address = {}, kind, premises, contact, members = [], consents = {}, note = "" } = data;
  const isOpen = members.some((/** @type {HouseData} */ member) => isChild(member, today));
  const { given, guardian } = consents.members || {};
  /** @type {[any, string, string][]} what must hold, and the problem when it does not */
  const rules = [
    [address.building, "address.building", "required"],
    [address.door, "address.door", "required"],
    [kind, "kind", "required"],
    [kind !== "premises" || premises, "premises", "premises_required"],
    [!contact?.phone || PHONE.test(contact.phone), "contact.phone", "phone"],
    [!(isOpen && given) || guardian, "consents.members.guardian", "guardian_required"],
    [!LONG_NUMBER.test(note), "note", "note_personal"],
  ];
  for (const [purpose, answer] of Object.entries(consents))
    rules.push([answer.version, `consents.${purpose}`, "consent_version"]);
  for (const [i, member] of members.entries())
    for (const [holds, field, code] of memberRules(member, today))
      rules.push([holds, `members.${i}.${field}`, code]);
  return rules.filter(([holds]) => !holds).map(([, field, code]) => problem(field, code));
}

/**
 * @param {HouseData} member
 * @param {string} today
 * @returns {[any, string, string][]}
 */
function memberRules({ name, birth = "", arrived = "", home, sex, id_number: number }, today) {
  const earliest = `${Number(today.slice(0, 4)) - OLDEST}-01-01`;
  const isNumber = !number || isCitizenNumber(number);
  const known = isNumber ? number : "";
  const isOther = known && birth && birthOf(known) !== birth;
  return [
    [name, "name", "required"],
    [birth <= today, "birth", "future"],
    [!birth || birth >= earliest, "birth", "too_old"],
    [arrived <= today, "arrived", "future"],
    [!arrived || arrived >= earliest, "arrived", "too_old"],
    [!home || REGION.test(home), "home", "region_unknown"],
    [isNumber, "id_number", "id_number"],
    [!isOther, "id_number", "id_birth"],
    [isOther || !known || !sex || sexOf(known) === sex, "id_number", "id_sex"],
  ];
}

/**
 * @param {string} field
 * @param {string} code
 * @returns {RuleProblem}
 */
function problem(field, code) {
  return {
    field,
    code,
    key: code === "required" ? "field.required" : `household.${code}`,
    params: {},
  };
}

/**
 * Whether `text` is a number with a real birth date and the right check character (GB 11643-1999).
 * @param {string} text in upper case
 */
export function isCitizenNumber(text) {
  if (!ID_NUMBER.test(text)) return false;
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(text[i]), 0);
  return CHECKS[sum % CHECKS.length] === text[17] && birthOf(text) !== "";
}

/** @param {string} number @returns {string} the day it carries, "" when there is no such day */
function birthOf(number) {
  const text = number.replace(/^.{6}(.{4})(..)(..).*$/, "$1-$2-$3");
  const day = new Date(`${text}T00:00:00Z`);
  // Some engines let the 30th of February roll over into March.
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text ? text : "";
}

/** @param {string} number the last digit before the check is odd for men */
function sexOf(number) {
  return Number(number[16]) % 2 ? "m" : "f";
}

/**
 * Whether a member is under fourteen, as far as is known.
 * @param {HouseData} member
 * @param {string} today
 */
function isChild({ birth, id_number: number }, today) {
  const day = birth || birthOf(number || "");
  const limit = `${Number(today.slice(0, 4)) - GUARDED_UNDER}${today.slice(4)}`;
  return Boolean(day) && day > limit;
}

/**
 * By what a household may be that of a door: `address`, `name` with `phone` or building, `phone` with building.
 * @param {HouseData} data
 * @param {import("../register.js").Door} door
 * @returns {string[]}
 */
export function likeness(data, door) {
  const { building = "", entrance = "", door: number = "" } = data.address || {};
  const names = namesOf(data).map(plainText);
  const tail = tailOf(data);
  const same = [];
  if (sortKey({ building, entrance, door: number }) === sortKey(door)) same.push("address");
  if (door.names.some((name) => names.includes(plainText(name)))) same.push("name");
  if (tail && tail === door.tail) same.push("phone");
  const isNear = natural(building) === natural(door.building);
  return same.length === 1 && same[0] !== "address" && !isNear ? [] : same;
}
