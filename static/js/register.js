/**
 * The doors of this phone in one sealed piece, so that a search or a scan needs no household opened. What waits in the
 * outbox is laid over it when it is read; what arrived since it was made is listed beside it (`behind`).
 */

import { namesOf, tailOf } from "./domain/contact.js";
import { isOpenNeed } from "./domain/round.js";

/**
 * @typedef {object} Door
 * @property {string} id of the household
 * @property {string} unit
 * @property {string} kind
 * @property {string} building
 * @property {string} entrance
 * @property {string} door
 * @property {string} name of the contact person, "" without
 * @property {string[]} names of all who live there, the contact person first
 * @property {string} pinyin of names and address, as the server spelt it; "" until it has
 * @property {string} tail the last four digits of the contact's telephone, "" without
 * @property {string[]} numbers of its cards in use
 * @property {string[]} hashes of their tokens
 * @property {string} not_before the day before which nobody is to call, "" without
 * @property {{ date: string, outcome: string, not_before?: string, follow_up?: string } | null} last visit
 * @property {number} needs how many are open
 * @property {string[]} open ids of open needs that this phone has heard of
 * @property {string[]} wishes kinds of service it would like
 * @property {string} since the day from which it is known, "" while the server has not said
 * @property {string} left the day the household left, "" while it is there
 * @property {boolean} [waiting] whether something of it waits to be sent
 */
/** @typedef {{ type: string, id: string, deleted?: boolean, data?: any }} Told */

const INDEXED = ["household", "visit", "need"];

/** @param {string} type whether records of it change the index */
export function isIndexed(type) {
  return INDEXED.includes(type);
}

export class Register {
  #store;
  #read;
  /** @type {Promise<Map<string, Door>> | undefined} */
  #doors;

  /**
   * @param {import("./store.js").Store} store
   * @param {() => Promise<any>} read what lies on the disk
   */
  constructor(store, read) {
    this.#store = store;
    this.#read = read;
  }

  /**
   * Every door, with what waits in the outbox.
   * @param {import("./queue.js").Row[]} [outbox] when it has been read already
   * @returns {Promise<Door[]>} in no order
   */
  async all(outbox) {
    const rows = (outbox || (await this.#store.records.list())).filter(({ type }) =>
      isIndexed(type),
    );
    const doors = await this.#load();
    if (!rows.length) return [...doors.values()];
    const laid = new Map(doors);
    for (const row of rows) applyTold(laid, row);
    for (const { type, id, data } of rows) {
      const door = laid.get(type === "household" ? id : data.household);
      if (door) laid.set(door.id, { ...door, waiting: true });
    }
    return [...laid.values()];
  }

  /**
   * The door whose card has a token with this hash.
   * @param {string} hash
   */
  async byHash(hash) {
    return (await this.all()).find(({ hashes }) => hashes.includes(hash));
  }

  /**
   * The door whose card bears this number.
   * @param {string} number
   */
  async byNumber(number) {
    return (await this.all()).find(({ numbers }) => numbers.includes(number));
  }

  /**
   * The index as it is after `changes`, sealed; undefined when they do not touch it.
   * @param {Told[]} changes
   * @param {boolean} restart
   */
  async after(changes, restart) {
    const mine = changes.filter(({ type }) => isIndexed(type));
    if (!mine.length && !restart) return undefined;
    const doors = restart ? new Map() : new Map(await this.#load());
    for (const change of mine) applyTold(doors, change);
    return this.#store.sealer.seal([...doors.values()], "index");
  }

  /** Read it anew next time. */
  forget() {
    this.#doors = undefined;
  }

  #load() {
    this.#doors ??= this.#loaded();
    return this.#doors;
  }

  async #loaded() {
    const kept = await this.#store.sealer.unseal(await this.#read(), "index");
    /** @type {Map<string, Door>} */
    const doors = new Map(
      // What an earlier version of the app sealed knows the contact's name only.
      (kept || []).map((/** @type {any} */ door) => [door.id, { names: [door.name], ...door }]),
    );
    for (const id of (await this.#store.vault.get("behind")) || []) {
      const row = await this.#store.mirror.get(id);
      if (row) applyTold(doors, row);
    }
    return doors;
  }
}

/**
 * Take one record into account.
 * @param {Map<string, Door>} doors
 * @param {Told} told
 */
export function applyTold(doors, { type, id, deleted, data }) {
  if (type === "household") {
    if (deleted || !data) doors.delete(id);
    else doors.set(id, doorRow(id, data, doors.get(id)));
    return;
  }
  const door = data && doors.get(data.household);
  if (!door) return;
  if (type === "visit" && !deleted) doors.set(door.id, { ...door, last: laterOf(door.last, data) });
  if (type === "need") doors.set(door.id, withNeed(door, id, !deleted && isOpenNeed(data)));
}

/**
 * @param {string} id
 * @param {any} data as pulled, or as typed here: then what only the server knows stays as it was
 * @param {Door | undefined} before
 * @returns {Door}
 */
function doorRow(id, data, before) {
  const { building = "", entrance = "", door = "" } = data.address || {};
  return {
    id,
    unit: data.unit,
    kind: data.kind,
    building,
    entrance,
    door,
    name: data.contact?.name || "",
    names: namesOf(data),
    tail: tailOf(data),
    not_before: data.preference?.not_before || "",
    left: data.left_on || "",
    wishes: data.needs || [],
    ...serversPart(data, before),
  };
}

/**
 * What only the server knows of a household. What was typed here says nothing of it.
 * @param {any} data
 * @param {Partial<Door>} [before]
 */
function serversPart(data, before = {}) {
  /** @type {{ number: string, hash: string }[] | undefined} */
  const cards = data.cards;
  const { numbers = [], hashes = [], pinyin = "", last = null, needs = 0, open = [] } = before;
  return {
    since: data.since ?? before.since ?? "",
    numbers: cards ? cards.map((card) => card.number) : numbers,
    hashes: cards ? cards.map((card) => card.hash) : hashes,
    pinyin: data.pinyin ?? pinyin,
    last: data.last ?? last,
    needs: data.needs_open ?? needs,
    open,
  };
}

/**
 * @param {Door["last"]} last
 * @param {{ date: string, outcome: string, not_before?: string, follow_up?: string }} visit
 */
function laterOf(last, { date, outcome, not_before, follow_up }) {
  if (last && last.date > date) return last;
  return { date, outcome, ...(not_before && { not_before }), ...(follow_up && { follow_up }) };
}

/**
 * @param {Door} door
 * @param {string} id of a need
 * @param {boolean} isOpen
 * @returns {Door}
 */
function withNeed(door, id, isOpen) {
  const known = door.open.includes(id);
  if (known === isOpen) return door;
  const open = isOpen ? [...door.open, id] : door.open.filter((each) => each !== id);
  // The server's count may have this one in it already.
  return {
    ...door,
    open,
    needs: isOpen ? Math.max(door.needs, open.length) : Math.max(door.needs - 1, open.length),
  };
}
