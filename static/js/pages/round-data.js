/** What the phone knows of doors, read for the pages of the round. */

import { today } from "../clock.js";
import { sortKey } from "../domain/address.js";
import { monthOf } from "../domain/month.js";
import { heldRecords } from "./held.js";
import { roundWith } from "./round-view.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("./held.js").Held} Held */
/**
 * @typedef {object} House all that is known of one household
 * @property {string} id
 * @property {Held | undefined} household
 * @property {boolean} gone whether it is somebody else's now
 * @property {number} unsent how many records about it wait on this phone
 * @property {Held[]} visits the newest first
 * @property {Held[]} needs
 * @property {Held[]} events noted at its visits
 * @property {string[]} used the kinds of service that this phone has noted, one for each time
 * @property {any} reference
 * @property {any} me
 * @property {string} today
 */

/**
 * The doors of this month's round.
 * @param {Store} store
 */
export async function readRound(store) {
  const outbox = await store.records.list();
  const [rows, visits, needs] = await Promise.all([
    store.index.all(outbox),
    store.mirror.list("visit"),
    store.mirror.list("need"),
  ]);
  return roundWith(
    monthOf(today()),
    walked(rows),
    heldRecords(visits, outbox, "visit"),
    heldRecords(needs, outbox, "need"),
  );
}

/**
 * Doors in the order in which somebody walks by them.
 * @param {import("../register.js").Door[]} rows
 */
function walked(rows) {
  const keyed = rows.map((row) => ({ row, key: sortKey(row) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ row }) => row);
}

/**
 * @param {Store} store
 * @param {string} id of a household
 * @returns {Promise<House>}
 */
export async function readHouse(store, id) {
  const [told, outbox, visits, needs, events, reference, me] = await Promise.all([
    store.mirror.get(id),
    store.records.list(),
    store.mirror.list("visit"),
    store.mirror.list("need"),
    store.mirror.list("event"),
    store.meta.get("reference"),
    store.own.get("me"),
  ]);
  const gone = Boolean(told?.deleted);
  const [household] = heldRecords(
    told && !gone ? [told] : [],
    gone ? [] : outbox.filter((row) => row.id === id),
    "household",
  );
  const mine = heldRecords(visits, outbox, "visit").filter((visit) => visit.household === id);
  const ids = new Set(mine.map((visit) => visit.id));
  const noted = heldRecords(events, outbox, "event");
  return {
    id,
    household,
    gone,
    unsent: outbox.filter((row) => row.id === id || row.data?.household === id).length,
    visits: mine.sort((a, b) => (a.date + a.id < b.date + b.id ? 1 : -1)),
    needs: heldRecords(needs, outbox, "need").filter((need) => need.household === id),
    events: noted.filter(({ visit }) => ids.has(visit)),
    used: noted.flatMap(({ service }) => service || []),
    reference,
    me,
    today: today(),
  };
}

/**
 * The newest form that is in force on `day`; undefined without any.
 * @param {any} reference
 * @param {string} day
 */
export function newestForm(reference, day) {
  const forms = (reference?.forms || []).filter(
    (/** @type {any} */ form) => form.valid_from <= day && day <= form.valid_to,
  );
  return forms.sort((/** @type {any} */ a, /** @type {any} */ b) => b.version - a.version)[0];
}
