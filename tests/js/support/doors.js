/** What a phone knows of doors, for tests of the round's pages. */

import { readFileSync } from "node:fs";
import { applyTold } from "../../../static/js/register.js";
import { nextId, UNIT } from "./leader.js";

const SERVICES = new URL("../../../webapp/forms/data/services.json", import.meta.url);
const PURPOSES = new URL("../../../webapp/consents/data/purposes.json", import.meta.url);
export const REFERENCE = {
  purposes: JSON.parse(readFileSync(PURPOSES, "utf8")).purposes,
  services: JSON.parse(readFileSync(SERVICES, "utf8")).services,
  not_before: [{ since: "2025-01-01", until: null, days: { not_home: 3, declined: 90 } }],
};
export const TODAY = "2026-11-21";

/** A household as the server tells it. @param {string} door @param {Record<string, any>} [given] */
export function household(door, given = {}) {
  const { id = nextId(), version = 1, ...data } = given;
  const about = {
    unit: UNIT,
    kind: "resident",
    address: { building: "3幢", entrance: "2单元", door },
    contact: { name: "王春生", phone: "138 1234 5678" },
    pinyin: "wang chun sheng 3 zhuang",
    consents: { contact: { given: true, version: 1, on: "2026-10-02" } },
    since: "2026-01-01",
  };
  return { id, type: "household", version, data: { ...about, ...data } };
}

/** @param {string} at a household's id @param {string} outcome @param {Record<string, any>} [given] */
export function visit(at, outcome, given = {}) {
  const { id = nextId(), version = 1, ...data } = given;
  const about = { unit: UNIT, household: at, outcome, date: "2026-11-20" };
  return { id, version, ...about, ...data };
}

/** The rows of the phone's index. @param {any[]} told */
export function indexOf(told) {
  const doors = new Map();
  for (const record of told) applyTold(doors, record);
  return [...doors.values()];
}

/** All that is known of one household, as `readHouse` gives it. @param {any} told @param {Record<string, any>} [given] */
export function houseOf(told, given = {}) {
  const { id, version, data } = told;
  return {
    id,
    household: { ...data, id, version },
    gone: false,
    unsent: 0,
    visits: [],
    needs: [],
    events: [],
    used: [],
    reference: REFERENCE,
    me: { units: [{ id: UNIT, name: "三组", level: "group" }], months: [] },
    today: TODAY,
    ...given,
  };
}
