/** Months, days and counts as a person reads them. The browser knows how dates are written. */

import { firstDay } from "../domain/month.js";
import { t } from "../messages.js";

/** The language of the page: `zh-Hans`, `zh-Hant` or `en`. */
export function language() {
  return document.documentElement.lang || "zh-Hans";
}

/**
 * `2026年11月`
 * @param {string} month
 */
export function monthWords(month) {
  return spoken(firstDay(month), { year: "numeric", month: "long" });
}

/**
 * `11月`
 * @param {string} month
 */
export function monthName(month) {
  return spoken(firstDay(month), { month: "short" });
}

/**
 * `11月18日`
 * @param {string} date
 */
export function dayWords(date) {
  return spoken(date, { month: "short", day: "numeric" });
}

/**
 * `2026年11月18日`
 * @param {string} date
 */
export function wholeDayWords(date) {
  return spoken(date, { year: "numeric", month: "short", day: "numeric" });
}

/**
 * `2026-11-29 21:03`, in Shanghai: stamps are written there.
 * @param {string | undefined} stamp
 */
export function momentWords(stamp) {
  return (stamp || "").slice(0, 16).replace("T", " ");
}

/**
 * `还有 9 天`, `今天截止`, `已过截止 2 天`
 * @param {number} left
 */
export function daysWords(left) {
  if (left > 0) return t("days.left", { n: left });
  return left ? t("days.over", { n: -left }) : t("days.today");
}

/**
 * A text of the form, or a service, in the language of the page.
 * @param {Record<string, string> | undefined} texts
 */
export function inWords(texts) {
  return texts?.[language()] || texts?.["zh-Hans"] || "";
}

/**
 * What rules found, as sentences at fields.
 * @param {import("../domain/month.js").RuleProblem[]} problems
 */
export function said(problems) {
  return problems.map(({ field, key, params }) => {
    const words = Object.entries(params).map(([name, value]) => [
      name,
      typeof value === "object" ? inWords(value) : value,
    ]);
    return { field, message: t(key, Object.fromEntries(words)) };
  });
}

/**
 * @param {string} date
 * @param {Intl.DateTimeFormatOptions} options
 */
function spoken(date, options) {
  return new Intl.DateTimeFormat(language(), { ...options, timeZone: "UTC" }).format(
    new Date(`${date}T00:00:00Z`),
  );
}
