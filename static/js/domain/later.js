/** Days some months on, as the server counts them (webapp/core/period.py). A day is "2026-11-21". */

import { dayIn, lastDay, monthOf, plusMonths } from "./month.js";

/**
 * The same day `months` months later, the month's last day where it has no such day.
 * @param {string} day
 * @param {number} months
 */
export function monthsAfter(day, months) {
  const later = plusMonths(monthOf(day), months);
  return dayIn(later, Math.min(Number(day.slice(8)), Number(lastDay(later).slice(8))));
}
