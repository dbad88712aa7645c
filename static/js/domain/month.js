/**
 * Months and due days, worked out on the phone as the server does (webapp/core/period.py); both are
 * held to tests/vectors/month.json. A month is "202611", a date "2026-11-21", never an instant.
 */

/**
 * @typedef {{ exceptions: { month: string, due: string, reason: string }[] }} Calendar
 * @typedef {{ month: string, due: string, unit?: string, reason?: string }} Extension of one unit
 * @typedef {{ field: string, code: string, key: string, params: Record<string, any> }} RuleProblem
 *   `key` and `params` are what `t` of messages.js turns into a sentence
 */

const DUE_DAY = 30;
const MILLISECONDS_AHEAD = 8 * 3_600_000; // Asia/Shanghai, which has no summer time
const MILLISECONDS_A_DAY = 86_400_000;

/**
 * @param {string} month
 * @param {number} months how many later, earlier when negative
 */
export function plusMonths(month, months) {
  const count = Number(month.slice(0, 4)) * 12 + Number(month.slice(4)) - 1 + months;
  return `${Math.floor(count / 12)}${String((count % 12) + 1).padStart(2, "0")}`;
}

/** @param {string} month */
export function nextMonth(month) {
  return plusMonths(month, 1);
}

/** @param {string} month */
export function previousMonth(month) {
  return plusMonths(month, -1);
}

/** @param {string} date */
export function monthOf(date) {
  return date.slice(0, 4) + date.slice(5, 7);
}

/** @param {string} month */
export function firstDay(month) {
  return dayIn(month, 1);
}

/** @param {string} month */
export function lastDay(month) {
  return dayIn(month, new Date(Date.UTC(yearIn(month), Number(month.slice(4)), 0)).getUTCDate());
}

/**
 * The last day on which `month` is on time for one unit: day 30, or the month's last; an exception
 * replaces it; an extension of the unit can only move it later.
 * @param {string} month
 * @param {Calendar} calendar
 * @param {Extension[]} [extensions] of this unit, of any month
 */
export function due(month, calendar, extensions = []) {
  const moved = daysFor(month, calendar.exceptions);
  const last = lastDay(month);
  const usual = moved.pop() || (last.slice(8) < String(DUE_DAY) ? last : dayIn(month, DUE_DAY));
  return [usual, ...daysFor(month, extensions)].sort().pop() || usual;
}

/**
 * The last on-time second, as the server writes it.
 * @param {string} month
 * @param {Calendar} calendar
 * @param {Extension[]} [extensions]
 */
export function dueAt(month, calendar, extensions = []) {
  return `${due(month, calendar, extensions)}T23:59:59+08:00`;
}

/**
 * Shanghai days from `moment` to the due day: 0 on it, negative after it.
 * @param {Date | string | number} moment
 * @param {string} until what `dueAt` returned
 */
export function daysLeft(moment, until) {
  return shanghaiDay(until) - shanghaiDay(moment);
}

/**
 * Why something of `date` cannot be noted on `today`; null when it can.
 * @param {string} date
 * @param {string} today
 * @param {number} monthsBack how many months before this one are still open to entries
 * @returns {RuleProblem | null}
 */
export function windowProblem(date, today, monthsBack) {
  const earliest = firstDay(plusMonths(monthOf(today), -monthsBack));
  if (date > today) return { field: "date", code: "future", key: "date.future", params: { today } };
  if (date >= earliest) return null;
  return { field: "date", code: "too_old", key: "date.too_old", params: { earliest } };
}

/**
 * @param {string} month
 * @param {Extension[]} rows
 * @returns {string[]} the dates for `month`, the earliest first
 */
function daysFor(month, rows) {
  const mine = rows.filter((row) => row.month === month);
  return mine.map((row) => row.due).sort();
}

/** @param {string} month */
function yearIn(month) {
  return Number(month.slice(0, 4));
}

/**
 * @param {string} month
 * @param {number} day
 */
export function dayIn(month, day) {
  return `${month.slice(0, 4)}-${month.slice(4)}-${String(day).padStart(2, "0")}`;
}

/** @param {Date | string | number} moment */
function shanghaiDay(moment) {
  return Math.floor((new Date(moment).getTime() + MILLISECONDS_AHEAD) / MILLISECONDS_A_DAY);
}
