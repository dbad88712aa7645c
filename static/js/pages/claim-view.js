/** What a claim's form is answered with: one sentence, facts, advice, and days for the calendar. Plain values only. */

import {
  assistance,
  childcare,
  endorsement,
  registration,
  residencePermit,
} from "../domain/claims.js";
import { t } from "../messages.js";
import { language, wholeDayWords } from "./words.js";

/** @typedef {Record<string, string>} Typed */
/** @typedef {import("../domain/claims.js").Figures} Figures */
/** @typedef {{ key: string, label: string, value: string }} Fact */
/** @typedef {{ head: string, facts: Fact[], advice: { key: string, text: string }[], days: import("../domain/ics.js").Day[] }} Answer */

const NOBODY_BEFORE = "1900-01-01";
const WRITTEN = /^\d{4}-\d\d-\d\d$/;
const DAY_IN_MS = 86_400_000;
// The fields of each form as they stand there: a `choice`, a `day`, or a day that `may` stay empty.
const ASKED = {
  childcare: { born: "day", home: "choice", adopted: "may" },
  assistance: { scheme: "choice", born: "day" },
  residence: { step: "choice", day: "day" },
  registration: { kind: "choice", day: "day" },
};

/**
 * @param {string} claim
 * @param {Typed} typed
 * @param {string} today
 */
export function problemsOf(claim, typed, today) {
  const asked = Object.entries(ASKED[/** @type {keyof typeof ASKED} */ (claim)]);
  const problems = asked
    .map(([field, what]) => ({ field, message: troubleWith(what, typed[field], today) }))
    .filter(({ message }) => message);
  if (!problems.length && typed.adopted && typed.adopted < typed.born)
    return [{ field: "adopted", message: t("claim.before_birth") }];
  return problems;
}

/**
 * @param {string} what
 * @param {string | undefined} text
 * @param {string} today
 */
function troubleWith(what, text, today) {
  if (what === "choice") return text ? "" : t("claim.choose");
  return what === "may" && !text ? "" : dayWrong(text, today);
}

/**
 * @param {string | undefined} day
 * @param {string} today
 */
function dayWrong(day, today) {
  if (!day) return t("claim.day_needed");
  if (!WRITTEN.test(day) || Number.isNaN(Date.parse(day))) return t("claim.no_day");
  if (day > today) return t("claim.future", { today });
  return day < NOBODY_BEFORE ? t("claim.too_old") : "";
}

/**
 * @param {string} claim
 * @param {Typed} typed without problems
 * @param {string} today
 * @param {Figures} figures
 * @returns {Answer}
 */
export function claimAnswer(claim, typed, today, figures) {
  const answers = {
    childcare: childcareAnswer,
    assistance: assistanceAnswer,
    residence: residenceAnswer,
    registration: registrationAnswer,
  };
  return answers[/** @type {keyof typeof answers} */ (claim)](typed, today, figures);
}

/**
 * @param {Typed} typed
 * @param {string} today
 * @param {Figures} figures
 * @returns {Answer}
 */
function childcareAnswer({ born, adopted, home }, today, figures) {
  const found = childcare(born, today, figures, adopted || born);
  const where = advice([home === "away" ? "away" : "here", "papers", "income", "no_card"]);
  if (!found.first_by || !found.first_from)
    return { head: t("claim.too_early"), facts: [], advice: [], days: [] };
  const [by, years] = [wholeDayWords(found.first_by), found.renewals.filter(isAhead(today))];
  const facts = [
    fact("total", t("claim.yuan", { n: found.total.toLocaleString("en") })),
    ...(found.state === "ask"
      ? []
      : [fact("first", t("claim.from_to", { from: wholeDayWords(found.first_from), to: by }))]),
    ...(years.length
      ? [fact("again", listed(years.map((year) => t("claim.year", { year }))))]
      : []),
  ];
  const left = daysBetween(today, found.first_by);
  const heads = {
    open: t(left ? "claim.open" : "claim.open_today", { day: by, n: left }),
    closed: t("claim.closed", { day: by }),
    ask: t("claim.ask"),
  };
  const first = found.state === "open" ? [deadline("first", found.first_by)] : [];
  const again = years.map((year) => deadline("again", `${year}-12-31`));
  return {
    head: heads[/** @type {keyof typeof heads} */ (found.state)],
    facts,
    advice: where,
    days: [...first, ...again],
  };
}

/**
 * @param {Typed} typed
 * @param {string} today
 * @param {Figures} figures
 * @returns {Answer}
 */
function assistanceAnswer({ scheme, born }, today, figures) {
  const found = assistance(scheme, born, today, figures);
  if (!found) return { head: t("claim.ask"), facts: [], advice: advice(["village"]), days: [] };
  const [isNow, since] = [found.state === "now", wholeDayWords(found.since)];
  return {
    head: t(isNow ? "claim.now" : "claim.later", { day: since }),
    // The day on which the age was reached may be long before the scheme.
    facts: [
      ...(isNow ? [] : [fact("since", since)]),
      fact("monthly", t("claim.yuan", { n: found.amount })),
    ],
    advice: advice([found.sure ? "at_least" : "unsure", "village", "no_card"]),
    days: isNow ? [] : [beginning("assistance", found.since)],
  };
}

/**
 * @param {Typed} typed
 * @param {string} today
 * @param {Figures} figures
 * @returns {Answer}
 */
function residenceAnswer({ step, day }, today, figures) {
  if (step === "apply") {
    const from = residencePermit(day, figures);
    const days = from > today ? [beginning("permit", from)] : [];
    const head = t(from > today ? "claim.permit_from" : "claim.permit_now", {
      day: wholeDayWords(from),
    });
    return { head, facts: [], advice: advice(["permit_needs", "permit_free", "no_card"]), days };
  }
  const [begins, ends] = endorsement(day, today, figures);
  const facts = [
    fact("window", t("claim.from_to", { from: wholeDayWords(begins), to: wholeDayWords(ends) })),
  ];
  return {
    head: t("claim.endorse", { day: wholeDayWords(ends) }),
    facts,
    advice: advice(["endorse_late"]),
    days: [deadline("endorse", ends)],
  };
}

/**
 * @param {Typed} typed
 * @param {string} today
 * @param {Figures} figures
 * @returns {Answer}
 */
function registrationAnswer({ kind, day }, today, figures) {
  if (!(kind in figures.registration))
    return { head: t("claim.before_burial"), facts: [], advice: advice(["police"]), days: [] };
  const last = registration(kind, day, figures);
  const left = daysBetween(today, last);
  const key = left > 0 ? "claim.register" : left ? "claim.register_late" : "claim.register_today";
  return {
    head: t(key, { day: wholeDayWords(last), n: left }),
    facts: [],
    advice: advice(kind === "birth" ? ["birth_papers", "no_conditions"] : ["police"]),
    days: left >= 0 ? [deadline("register", last)] : [],
  };
}

/**
 * @param {string} key
 * @param {string} value
 * @returns {Fact}
 */
function fact(key, value) {
  return { key, label: t(`claim.${key}`), value };
}

/**
 * For the calendar: the last day on which something can be done.
 * @param {string} key
 * @param {string} day
 */
function deadline(key, day) {
  return { day, key, text: t(`claim.ics_${key}`) };
}

/**
 * For the calendar: the first day on which something can be done.
 * @param {string} key
 * @param {string} day
 */
function beginning(key, day) {
  return { ...deadline(key, day), isFirst: true };
}

/** @param {string[]} words */
function listed(words) {
  return new Intl.ListFormat(language()).format(words);
}

/** @param {string[]} keys */
function advice(keys) {
  return keys.map((key) => ({ key, text: t(`claim.advice.${key}`) }));
}

/** @param {string} today */
function isAhead(today) {
  return (/** @type {number} */ year) => year >= Number(today.slice(0, 4));
}

/**
 * @param {string} from
 * @param {string} to
 */
function daysBetween(from, to) {
  return (Date.parse(to) - Date.parse(from)) / DAY_IN_MS;
}
