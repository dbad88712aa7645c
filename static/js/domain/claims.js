/**
 * What a date means for a family's claims, worked out on the phone, which sends nothing of it. The same as
 * webapp/claims/rules.py; both are held to tests/vectors/claims.json. A day is "2026-11-21".
 */

import { monthsAfter } from "./later.js";

/**
 * @typedef {{ scheme: string, age: number, from: string, until: string | null, amount: number, sure: boolean }} Rate
 * @typedef {{ childcare: { since: string, until_age: number, yearly: number, monthly: number, earlier_first_by: string },
 *   assistance: Rate[], residence: { months: number, window: number },
 *   registration: Record<string, { months?: number, days?: number }> }} Figures
 * @typedef {{ state: string, total: number, first_from: string | null, first_by: string | null, renewals: number[] }} Childcare
 */

const MONTHS_A_YEAR = 12;
const ONE_DAY = 86_400_000;

/**
 * @param {string} born
 * @param {string} today
 * @param {Figures} figures
 * @param {string} [adopted]
 * @returns {Childcare}
 */
export function childcare(born, today, { childcare: rule }, adopted = born) {
  const third = monthsAfter(born, rule.until_age * MONTHS_A_YEAR);
  if (third < rule.since)
    return { state: "too_early", total: 0, first_from: null, first_by: null, renewals: [] };
  const isEarlier = born < rule.since;
  const firstBy = isEarlier ? rule.earlier_first_by : `${yearOf(born) + 1}-12-31`;
  const firstFrom = [rule.since, born, adopted].sort()[2];
  const state = firstFrom > firstBy ? "ask" : today <= firstBy ? "open" : "closed";
  const total = isEarlier
    ? monthsBetween(rule.since, third) * rule.monthly
    : rule.until_age * rule.yearly;
  const applied = isEarlier
    ? yearOf(firstBy)
    : Math.max(yearOf(firstFrom), Math.min(yearOf(today), yearOf(firstBy)));
  const last = isEarlier ? yearOf(third) : applied + rule.until_age - 1;
  const count = state === "ask" ? 0 : Math.max(0, last - applied);
  const renewals = Array.from({ length: count }, (_, index) => applied + 1 + index);
  return { state, total, first_from: firstFrom, first_by: firstBy, renewals };
}

/**
 * Both months counted.
 * @param {string} since
 * @param {string} third
 */
function monthsBetween(since, third) {
  return (
    (yearOf(third) - yearOf(since)) * MONTHS_A_YEAR +
    Number(third.slice(5, 7)) -
    Number(since.slice(5, 7)) +
    1
  );
}

/**
 * From when, and how much a month; null before the scheme's first known figure.
 * @param {string} scheme
 * @param {string} born
 * @param {string} today
 * @param {Figures} figures
 */
export function assistance(scheme, born, today, figures) {
  const rates = figures.assistance.filter((rate) => rate.scheme === scheme);
  const since = monthsAfter(born, rates[0].age * MONTHS_A_YEAR);
  const day = [since, today].sort()[1];
  const rate = rates.find(({ from, until }) => from <= day && day <= (until || "9999"));
  if (!rate) return null;
  return {
    state: since <= today ? "now" : "later",
    since,
    amount: rate.amount,
    sure: rate.sure,
  };
}

/**
 * The first day on which somebody has lived at a place for half a year.
 * @param {string} registered
 * @param {Figures} figures
 */
export function residencePermit(registered, figures) {
  return monthsAfter(registered, figures.residence.months);
}

/**
 * First and last day of the next yearly endorsement.
 * @param {string} issued
 * @param {string} today
 * @param {Figures} figures
 * @returns {[string, string]}
 */
export function endorsement(issued, today, figures) {
  const years = Math.max(1, yearOf(today) - yearOf(issued));
  const usual = monthsAfter(issued, years * MONTHS_A_YEAR);
  const end = usual < today ? monthsAfter(issued, (years + 1) * MONTHS_A_YEAR) : usual;
  return [monthsAfter(end, -figures.residence.window), end];
}

/**
 * The last day to register what happened on `day`.
 * @param {string} kind
 * @param {string} day
 * @param {Figures} figures
 */
export function registration(kind, day, figures) {
  const { months, days = 0 } = figures.registration[kind];
  if (months) return monthsAfter(day, months);
  return new Date(Date.parse(day) + days * ONE_DAY).toISOString().slice(0, 10);
}

/** @param {string} day */
function yearOf(day) {
  return Number(day.slice(0, 4));
}
