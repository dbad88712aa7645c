/** What the month's report counts of visits, worked out on the phone. */

import { countsIn, doorsOf } from "../domain/round.js";
import { t } from "../messages.js";
import { addressWords } from "./door-words.js";
import { asHousehold, readDuties } from "./duties.js";
import { readState } from "./state.js";
import { dayWords, inWords } from "./words.js";

/** @typedef {import("./duties.js").Duties} Duties */

/**
 * What the phone knows, as `readState`, and of the group's doors.
 * @param {import("../store.js").Store} store
 * @returns {Promise<import("./state.js").State>}
 */
export async function readMonths(store) {
  const state = await readState(store);
  const duties = await readDuties(store, state.rows);
  return {
    ...state,
    doors: doorsByMonth(duties, state.unit?.id || ""),
    noted: (month) => notedRows(state, month),
    calls: new Map([...callRows(duties, state.reference), ...notedLines(state)]),
  };
}

/**
 * Visits and needs as lines behind a number, by their ids.
 * @param {Duties} duties
 * @param {any} reference
 * @returns {Map<string, { key: string, url: string, text: string }>}
 */
function callRows({ doors, visits, needs }, reference) {
  const places = new Map(doors.map((door) => [door.id, addressWords(door)]));
  const kinds = new Map(
    (reference?.services || []).map((/** @type {any} */ one) => [one.code, one]),
  );
  const line = (
    /** @type {string} */ page,
    /** @type {any} */ { id, household },
    /** @type {string[]} */ said,
  ) => ({
    key: id,
    url: `/app/${page}/${id}`,
    text: [...said, places.get(household)].filter(Boolean).join(" · "),
  });
  const rows = [
    ...visits.map((one) => line("visits", one, [dayWords(one.date), t(`state.${one.outcome}`)])),
    ...needs.map((one) =>
      line("needs", one, [dayWords(one.opened), inWords(kinds.get(one.service)?.label)]),
    ),
  ];
  return new Map(rows.map((row) => [row.key, row]));
}

/**
 * What the server told of work for everybody: all, or what one month counts.
 * @param {import("./state.js").State} state
 * @param {string} [month]
 * @returns {{ id: string, measure: string, counted: number, title: string, date: string }[]}
 */
export function notedRows({ me }, month) {
  const months = (me?.months || []).filter(
    (/** @type {any} */ one) => !month || one.month === month,
  );
  return months.flatMap((/** @type {any} */ one) => one.outreach || []);
}

/**
 * The same as lines behind a number, by id; their page needs a network.
 * @param {import("./state.js").State} state
 * @returns {[string, { key: string, url: string, text: string }][]}
 */
export function notedLines(state) {
  return notedRows(state).map(({ id, date, title, counted }) => [
    id,
    { key: id, url: `/app/outreach/${id}`, text: `${dayWords(date)} · ${title} · ${counted}` },
  ]);
}

/**
 * A function: month -> what its report counts, null for a group that keeps no households.
 * @param {Duties} duties
 * @param {string} unit the group
 * @returns {(month: string) => import("../domain/round.js").Doors | null}
 */
export function doorsByMonth({ doors, visits, needs }, unit) {
  const households = doors.filter((door) => door.unit === unit).map(asHousehold);
  const mine = visits.filter((visit) => visit.unit === unit);
  return (month) => {
    const counted = mine.filter((visit) => countsIn(visit, visit.date) === month);
    const asked = needs.map((need) => ({
      ...need,
      counts: need.unit === unit && countsIn(need, need.opened) === month,
    }));
    return doorsOf(month, households, visits, counted, asked);
  };
}
