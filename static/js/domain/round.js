/**
 * The round of a month: which doors are due, how it went, what the month's report counts of it, as the
 * server does (webapp/visits/rules.py); both are held to tests/vectors/round.json.
 */

import { firstDay, lastDay, monthOf, plusMonths } from "./month.js";

/**
 * @typedef {{ id: string, kind: string, left_on?: string | null, since?: string | null,
 *   preference?: { not_before?: string } | null, needs?: string[] | null,
 *   last?: { date: string, outcome: string, not_before?: string, follow_up?: string } | null }} RoundHousehold
 *   `last` is its newest visit, however long ago
 * @typedef {{ id: string, household: string, date: string, outcome: string, not_before?: string | null,
 *   follow_up?: string | null }} RoundVisit
 * @typedef {{ id: string, household: string, opened: string, closed?: string | null, counts?: boolean }} RoundNeed
 * @typedef {{ household: string, due: boolean, state: string, visit?: string, not_before?: string,
 *   follow_up?: string }} Door
 *   `state` is "unvisited" or an outcome, `visit` the one that decided it; `follow_up` a day that was
 *   agreed on and on which nobody has come yet
 * @typedef {{ planned: number, visits: { id: string, outcome: string }[], needs: { id: string }[] }} Doors
 */

const MONTHS_OF_HISTORY = 3; // what a phone has of the past
/** @type {Record<string, number>} whoever was met was met; to be told "no" is more than to find nobody */
const WEIGHT = { met: 2, declined: 1, rescheduled: 1, not_home: 0 };

/**
 * The doors of a month in the order of `households`; those that had left by its end are no part of it.
 * @param {string} month
 * @param {RoundHousehold[]} households
 * @param {RoundVisit[]} visits
 * @param {RoundNeed[]} needs
 * @returns {Door[]}
 */
export function roundOf(month, households, visits, needs) {
  const [first, last] = [firstDay(month), lastDay(month)];
  const start = firstDay(plusMonths(month, -MONTHS_OF_HISTORY));
  const known = byHousehold(visits.filter(({ date }) => start <= date && date <= last));
  const asked = new Set(
    needs.filter((need) => openWithin(need, first, last)).map(({ household }) => household),
  );
  const there = households.filter((household) => isThere(household, month));
  return there.map((one) =>
    doorOf(one, known.get(one.id) || longAgo(one, start), asked.has(one.id), first, last),
  );
}

/**
 * The newest visit of a household when that was before `start`: the days that were agreed on still hold.
 * @param {RoundHousehold} household
 * @param {string} start
 * @returns {RoundVisit[]}
 */
function longAgo({ id, last }, start) {
  return last && last.date < start ? [{ ...last, id: "", household: id }] : [];
}

/**
 * Whether a household is part of a month: known by its end, and not left by then.
 * @param {RoundHousehold} household
 * @param {string} month
 */
export function isThere({ since, left_on }, month) {
  const last = lastDay(month);
  return (since || last) <= last && last < (left_on || "9");
}

/**
 * Whether a need still wants somebody.
 * @param {{ state?: string }} need
 */
export function isOpenNeed({ state }) {
  return state === "open" || state === "referred";
}

/**
 * How far a round is: `due`, how many of them were `called` upon, and the doors by their state.
 * @param {Door[]} doors
 */
export function roundProgress(doors) {
  /** @type {Record<string, number>} */
  const found = {
    due: 0,
    called: 0,
    unvisited: 0,
    met: 0,
    not_home: 0,
    declined: 0,
    rescheduled: 0,
  };
  for (const { due, state } of doors) {
    if (!due && state === "unvisited") continue;
    found.due += Number(due);
    found.called += Number(due && state !== "unvisited");
    found[state] += 1;
  }
  return found;
}

/**
 * Of the visits that count in a month the one for each household that says how it went, by date.
 * @template {RoundVisit} V
 * @param {V[]} visits
 * @returns {V[]}
 */
export function decidingVisits(visits) {
  const decided = [...byHousehold(visits).values()].map((mine) => heaviest(mine));
  return decided.sort((a, b) => (a.date + a.id < b.date + b.id ? -1 : 1));
}

/**
 * The month that a record counts in: the one that the server gave it, or of what has not arrived its own.
 * @param {{ month?: string | number }} record
 * @param {string} date its day
 */
export function countsIn({ month }, date) {
  return month ? String(month) : monthOf(date);
}

/**
 * What a month's report counts, or null for a group that keeps no households: those are noted by hand.
 * @param {string} month
 * @param {RoundHousehold[]} households
 * @param {RoundVisit[]} history the households' visits
 * @param {RoundVisit[]} counted the group's visits that count in this month, supplementary ones too
 * @param {RoundNeed[]} needs the households' needs; those that have `counts` are counted
 * @returns {Doors | null}
 */
export function doorsOf(month, households, history, counted, needs) {
  const decided = decidingVisits(counted);
  const kept = households.some(({ since }) => (since || "") <= lastDay(month));
  if (!kept && !decided.length) return null;
  const due = roundOf(month, households, history, needs).filter((door) => door.due);
  const planned = new Set([...due, ...decided].map(({ household }) => household));
  return {
    planned: planned.size,
    visits: decided.map(({ id, outcome }) => ({ id, outcome })),
    needs: needs.filter(({ counts }) => counts).map(({ id }) => ({ id })),
  };
}

/**
 * @param {RoundHousehold} household
 * @param {RoundVisit[]} visits
 * @param {boolean} asked
 * @param {string} first
 * @param {string} last
 * @returns {Door}
 */
function doorOf({ id, kind, preference, needs }, visits, asked, first, last) {
  const within = visits.filter(({ date }) => date >= first);
  const before = visits.filter(({ date }) => date < first);
  const decided = within.length ? heaviest(within) : null;
  const wish = preference?.not_before || "";
  const agreed = visits.some(
    ({ follow_up }) => first <= (follow_up || "") && (follow_up || "") <= last,
  );
  const wanted = kind === "resident" || asked || Boolean(needs?.length) || agreed;
  const notBefore = later(wish, notBeforeIn(visits));
  const followUp = followUpIn(visits, last);
  return {
    household: id,
    due: wanted && later(wish, notBeforeIn(before)) <= last,
    state: decided ? decided.outcome : "unvisited",
    ...(decided && { visit: decided.id }),
    ...(notBefore && { not_before: notBefore }),
    ...(followUp && { follow_up: followUp }),
  };
}

/**
 * @template {RoundVisit} V
 * @param {V[]} visits
 * @returns {Map<string, V[]>}
 */
function byHousehold(visits) {
  const found = new Map();
  for (const visit of visits)
    found.set(visit.household, [...(found.get(visit.household) || []), visit]);
  return found;
}

/**
 * @template {RoundVisit} V
 * @param {V[]} visits at least one
 * @returns {V}
 */
function heaviest(visits) {
  const weight = (/** @type {V} */ { outcome, date, id }) => `${WEIGHT[outcome]} ${date} ${id}`;
  return visits.reduce((best, one) => (weight(one) > weight(best) ? one : best));
}

/**
 * @param {RoundNeed} need
 * @param {string} first
 * @param {string} last
 */
function openWithin({ opened, closed }, first, last) {
  return opened <= last && first <= (closed || last);
}

/**
 * Until when nobody should ring, as the last of `visits` says.
 * @param {RoundVisit[]} visits
 */
function notBeforeIn(visits) {
  const key = (/** @type {RoundVisit} */ { date, id }) => `${date} ${id}`;
  const newest = visits.reduce(
    (last, one) => (!last || key(one) > key(last) ? one : last),
    /** @type {RoundVisit | null} */ (null),
  );
  return newest?.not_before || "";
}

/**
 * The earliest day that was agreed on and on or after which nobody has come.
 * @param {RoundVisit[]} visits
 * @param {string} last
 */
function followUpIn(visits, last) {
  const newest = visits.reduce((latest, { date }) => later(latest, date), "");
  const agreed = visits.map(({ follow_up }) => follow_up || "");
  return agreed.filter((day) => newest < day && day <= last).sort()[0] || "";
}

/** @param {string[]} days */
function later(...days) {
  return days.sort()[days.length - 1];
}
