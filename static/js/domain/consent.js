/**
 * Which text of a purpose is read out, and when one may ask again; as the server does (webapp/consents/rules.py). Both
 * are held to tests/vectors/consent.json.
 */

import { monthsAfter } from "./later.js";

/**
 * @typedef {{ version: number, since: string, ask_again_months: number, text: Record<string, string> }} Text
 * @typedef {{ code: string, versions: Text[] }} Purpose
 * @typedef {{ given: boolean, version: number, on: string, guardian?: string }} Answer
 */

export const PURPOSES = ["contact", "members", "keep_in_touch"];

/**
 * The text that is read out on `day`.
 * @param {Purpose} purpose
 * @param {string} day
 */
export function textInForce({ versions }, day) {
  const valid = versions.filter(({ since }) => since <= day);
  const known = valid.length ? valid : versions.slice(0, 1);
  return known.reduce((newest, text) => (text.version > newest.version ? text : newest));
}

/**
 * The day from which on a purpose that was refused may be brought up again, by the text that was read.
 * @param {Answer} answer
 * @param {Purpose} purpose
 */
export function askAgainOn({ version, on }, { versions }) {
  const text = versions.find((each) => each.version === version) || versions[0];
  return monthsAfter(on, text.ask_again_months);
}

/**
 * Whether staff may bring up a purpose today; the household may do so any day.
 * @param {Answer | undefined} answer
 * @param {Purpose} purpose
 * @param {string} today
 */
export function mayAsk(answer, purpose, today) {
  return !answer || answer.given || askAgainOn(answer, purpose) <= today;
}

/**
 * The versions of the texts that are read out today, by purpose.
 * @param {any} reference what the server told; without it nothing can be read out
 * @param {string} today
 * @returns {Record<string, number>}
 */
export function versionsToday(reference, today) {
  const purposes = /** @type {Purpose[]} */ (reference?.purposes || []);
  return Object.fromEntries(
    purposes.map((purpose) => [purpose.code, textInForce(purpose, today).version]),
  );
}
