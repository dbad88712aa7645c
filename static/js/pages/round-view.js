/** The round as its page shows it: how far it is, the doors by building and floor, what was searched for. */

import { floorOf } from "../domain/address.js";
import { roundOf, roundProgress } from "../domain/round.js";
import { t } from "../messages.js";
import { isFound, piecesOf, searchable } from "./door-search.js";
import { addressWords, maskedName } from "./door-words.js";
import { asHousehold } from "./duties.js";
import { dayWords } from "./words.js";

/** @typedef {import("./held.js").Held} Held */
/** @typedef {import("../register.js").Door} IndexRow one door of the phone's index */
/**
 * @typedef {IndexRow & { address: string, place: string, floor: string, state: string, due: boolean,
 *   follow_up?: string, words: import("./door-search.js").Searchable }} Door with how it stands this month
 */
/** @typedef {{ doors: Door[], about: Record<string, string | number> }} Round `about`: what the page says above the doors */

export const DOORS_AT_ONCE = 60;
const FOUND_AT_MOST = 30;
export const SHOWN_FIRST = "due";

/** @type {Record<string, (door: Door) => boolean>} what each filter lets through */
const FILTERS = {
  due: ({ due, state }) => due || state !== "unvisited",
  unvisited: ({ due, state }) => due && state === "unvisited",
  not_home: ({ state }) => state === "not_home",
  rescheduled: ({ state }) => state === "rescheduled",
  visited: ({ state }) => state === "met" || state === "declined",
  all: () => true,
};

/**
 * The doors of a month in the order in which somebody walks by them.
 * @param {string} month
 * @param {IndexRow[]} rows in that order
 * @param {Held[]} visits
 * @param {Held[]} needs
 * @returns {Round}
 */
export function roundWith(month, rows, visits, needs) {
  const there = rows.filter(({ left }) => !left);
  const states = roundOf(month, there.map(asHousehold), visits, needs);
  const byId = new Map(states.map((door) => [door.household, door]));
  const doors = there.flatMap((row) => {
    const found = byId.get(row.id);
    return found ? [doorWith(row, found)] : [];
  });
  return { doors, about: aboutRound(doors, roundProgress(states)) };
}

/**
 * @param {Door[]} doors
 * @param {Record<string, number>} progress
 */
function aboutRound(doors, { called, due }) {
  const counts = Object.entries(FILTERS).map(([name, lets]) => [
    `count_${name}`,
    doors.filter(lets).length,
  ]);
  return {
    progress: `${called} / ${due}`,
    done: called,
    planned: due || 1,
    ...Object.fromEntries(counts),
  };
}

/**
 * @param {IndexRow} row
 * @param {import("../domain/round.js").Door} found
 * @returns {Door}
 */
function doorWith(row, { due, state, not_before, follow_up }) {
  const resting = !due && state === "unvisited";
  return {
    ...row,
    address: addressWords(row),
    place: addressWords({ ...row, door: "" }),
    floor: `${floorOf(row.door) ?? ""}`,
    due,
    state,
    not_before: (resting || state !== "unvisited" ? not_before : "") || "",
    follow_up,
    words: searchable(row),
  };
}

/**
 * @param {Round} round
 * @param {{ show: string, query: string, most: number }} asked
 */
export function roundView({ doors, about }, { show, query, most }) {
  const pieces = piecesOf(query);
  return pieces.length
    ? { ...about, ...foundView(doors, pieces) }
    : { ...about, ...listView(doors.filter(FILTERS[show] || FILTERS.due), most) };
}

/**
 * @param {Door[]} doors
 * @param {string[]} pieces
 */
export function foundView(doors, pieces) {
  const found = doors.filter(({ words }) => isFound(pieces, words));
  const beyond = found.length - FOUND_AT_MOST;
  return {
    searching: true,
    found: found.slice(0, FOUND_AT_MOST).map(doorLine),
    too_many: beyond > 0 ? t("round.too_many", { n: beyond }) : "",
    not_found: !found.length,
    told: t("round.found", { n: found.length }),
    buildings: [],
    empty: false,
    more: false,
  };
}

/**
 * @param {Door[]} doors
 * @param {number} most
 */
function listView(doors, most) {
  return {
    searching: false,
    told: t("round.shown", { n: doors.length }),
    buildings: buildingRows(doors.slice(0, most), doors),
    empty: !doors.length,
    more: doors.length > most,
  };
}

/** @param {Door} door */
function doorLine({ id, address, name, state, due, not_before, follow_up }) {
  const when = not_before ? t("door.not_before", { day: dayWords(not_before) }) : "";
  const again = follow_up ? t("door.follow_up", { day: dayWords(follow_up) }) : "";
  return {
    key: id,
    url: doorUrl(id),
    address,
    sub: [maskedName(name), again || when].filter(Boolean).join(" · "),
    state: !due && state === "unvisited" ? "resting" : state,
  };
}

/**
 * @param {Door[]} shown
 * @param {Door[]} all to count those of a building that are not shown yet, too
 */
function buildingRows(shown, all) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const { place } of all) counts.set(place, (counts.get(place) || 0) + 1);
  return grouped(shown, ({ place }) => place).map(([place, doors]) => ({
    key: place,
    name: place,
    count: t("round.doors", { n: counts.get(place) || 0 }),
    floors: grouped(doors, ({ floor }) => floor).map(([floor, on]) => ({
      key: floor,
      name: floor && t("door.floor", { n: floor }),
      doors: on.map(doorTile),
    })),
  }));
}

/** @param {Door} door */
function doorTile({ id, door, state, due, needs }) {
  return {
    key: id,
    url: doorUrl(id),
    door: door || "",
    state: !due && state === "unvisited" ? "resting" : state,
    need: Boolean(needs),
  };
}

/**
 * The door after `id` that is still to be visited, from the beginning again after the last.
 * @param {Door[]} doors
 * @param {string} id
 */
export function nextDoor(doors, id) {
  const from = doors.findIndex((door) => door.id === id) + 1;
  const open = [...doors.slice(from), ...doors.slice(0, from)].filter(FILTERS.unvisited);
  return open.find((door) => door.id !== id);
}

/** @param {string} id */
export function doorUrl(id) {
  return `/app/households/${id}`;
}

/**
 * @template T
 * @param {T[]} rows
 * @param {(row: T) => string} name
 * @returns {[string, T[]][]} in the order of their first
 */
function grouped(rows, name) {
  /** @type {Map<string, T[]>} */
  const found = new Map();
  for (const row of rows) {
    const group = found.get(name(row));
    if (group) group.push(row);
    else found.set(name(row), [row]);
  }
  return [...found];
}
