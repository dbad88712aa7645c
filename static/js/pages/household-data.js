/** A household as its form holds it: fields named by their path in the record, and the record they make. */

import { sortKey } from "../domain/address.js";
import { PURPOSES } from "../domain/consent.js";
import { likeness, problemsWithHousehold } from "../domain/household.js";

/** @typedef {import("./held.js").Held} Held */
/** @typedef {Record<string, string>} Fields by name, as in `address.building`, `members.0.name` */
/** @typedef {{ fields: Fields, needs: string[] }} TypedHouse */

const MOST_ALIKE = 5;
const MEMBER_FIELDS = ["id", "name", "sex", "birth", "relation", "home", "arrived", "id_number"];

/**
 * What the form begins with.
 * @param {Held} household
 * @returns {TypedHouse}
 */
export function typedHouse(household) {
  const { address, contact, preference, consents = {}, members = [], needs = [] } = household;
  /** @type {Fields} */
  const fields = {};
  const put = (/** @type {string} */ path, /** @type {any} */ values) => {
    for (const [name, value] of Object.entries(values || {}))
      if (typeof value === "string") fields[path + name] = value;
  };
  put("", household);
  put("address.", address);
  put("contact.", contact);
  put("preference.", preference);
  for (const [i, member] of members.entries()) put(`members.${i}.`, member);
  for (const purpose of PURPOSES) {
    const answer = consents[purpose];
    fields[`consents.${purpose}`] = answer ? (answer.given ? "yes" : "no") : "";
  }
  fields["consents.members.guardian"] = consents.members?.guardian || "";
  return { fields, needs };
}

/**
 * The record's data. What was not agreed to is left out, whatever stands in the fields.
 * @param {TypedHouse} typed
 * @param {Held | undefined} before
 * @param {{ unit: string, today: string, versions: Record<string, number> }} about the group, and which text was read out
 * @returns {Record<string, any>}
 */
export function houseData({ fields, needs }, before, { unit, today, versions }) {
  const at = (/** @type {string} */ name) => plainAt(fields, name);
  const isGiven = (/** @type {string} */ purpose) => fields[`consents.${purpose}`] === "yes";
  const kind = fields.kind || "";
  const hasContact = isGiven("contact") && at("contact.name");
  const contact = hasContact ? partAt(at, "contact", ["name", "phone"]) : "";
  const members = isGiven("members") && kind !== "premises" ? memberRows(fields, before) : [];
  const preference = partAt(at, "preference", ["time", "not_before"]);
  const consents = answers(fields, before, today, versions);
  return dense({
    unit: before?.unit || fields.unit || unit,
    kind,
    premises: kind === "premises" ? fields.premises : "",
    address: partAt(at, "address", ["building", "entrance", "door"]) || {},
    contact,
    size: at("size"),
    language: at("language"),
    preference,
    needs: needs.length ? needs : "",
    members: members.length ? members : "",
    consents: Object.keys(consents).length ? consents : "",
    left_on: before?.left_on,
    note: at("note"),
  });
}

/**
 * Answers as they are now; one that was not changed keeps its day and its text.
 * @param {Fields} fields
 * @param {Held | undefined} before
 * @param {string} today
 * @param {Record<string, number>} versions
 */
function answers(fields, before, today, versions) {
  /** @type {Record<string, any>} */
  const found = { ...before?.consents };
  for (const purpose of PURPOSES) {
    const typed = fields[`consents.${purpose}`];
    if (!typed) continue;
    const given = typed === "yes";
    const guardian =
      purpose === "members" && given ? (fields["consents.members.guardian"] || "").trim() : "";
    const known = found[purpose];
    if (known?.given === given && (known.guardian || "") === guardian) continue;
    found[purpose] = dense({ given, version: versions[purpose], on: today, guardian });
  }
  return found;
}

/**
 * Those of whom something is said. A number that the phone has only masked stays as it is on the server.
 * @param {Fields} fields
 * @param {Held | undefined} before
 */
function memberRows(fields, before) {
  return memberPlaces(fields).map((i) => {
    const row = memberAt(fields, i);
    const known = (before?.members || []).find((/** @type {any} */ each) => each.id === row.id);
    const masked = row.id_number ? "" : known?.id_masked;
    return { name: "", ...dense({ ...row, id_masked: masked }) };
  });
}

/**
 * The numbers under which people stand in the form of whom something is said.
 * @param {Fields} fields
 */
function memberPlaces(fields) {
  const numbers = Object.keys(fields).flatMap(
    (name) => /^members\.(\d+)\.id$/.exec(name)?.[1] || [],
  );
  return numbers.filter((i) => Object.keys(dense({ ...memberAt(fields, i), id: "" })).length);
}

/**
 * @param {Fields} fields
 * @param {string} i
 * @returns {Fields}
 */
function memberAt(fields, i) {
  const row = Object.fromEntries(
    MEMBER_FIELDS.map((name) => [name, plainAt(fields, `members.${i}.${name}`)]),
  );
  return { ...row, id_number: row.id_number.toUpperCase() };
}

/**
 * What stands in a field, full-width letters and digits as ordinary ones, as the server reads it.
 * @param {Fields} fields
 * @param {string} name
 */
function plainAt(fields, name) {
  return (fields[name] || "").normalize("NFKC").trim();
}

/**
 * @param {(name: string) => string} at
 * @param {string} path
 * @param {string[]} names
 */
function partAt(at, path, names) {
  const found = dense(Object.fromEntries(names.map((name) => [name, at(`${path}.${name}`)])));
  return Object.keys(found).length ? found : "";
}

/**
 * Without what is empty; `false` and 0 say something.
 * @param {Record<string, any>} values
 * @returns {Record<string, any>}
 */
function dense(values) {
  const there = Object.entries(values).filter(
    ([, value]) => value !== "" && value !== undefined && value !== null,
  );
  return Object.fromEntries(there);
}

/**
 * What is wrong with a household, at the fields of its form, where people may stand under other numbers.
 * @param {TypedHouse} typed
 * @param {Record<string, any>} data made of it
 * @param {string} today
 */
export function problemsWithHouse({ fields }, data, today) {
  const places = memberPlaces(fields);
  return problemsWithHousehold(data, today).map((problem) => ({
    ...problem,
    field: problem.field.replace(/^members\.(\d+)/, (_, i) => `members.${places[i]}`),
  }));
}

/**
 * Doors of the phone that may be the same household, the most alike first.
 * @param {Record<string, any>} data
 * @param {import("./round-view.js").IndexRow[]} rows
 * @param {string} id of the household itself
 */
export function alikeDoors(data, rows, id) {
  const others = rows.filter((row) => row.id !== id && !row.left);
  const found = others.map((row) => ({ row, same: likeness(data, row).length, key: sortKey(row) }));
  return found
    .filter(({ same }) => same)
    .sort((a, b) => b.same - a.same || (a.key < b.key ? -1 : 1))
    .slice(0, MOST_ALIKE)
    .map(({ row }) => row);
}
