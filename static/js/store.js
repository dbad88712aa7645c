/**
 * What lies on the phone: the only module that reads and writes records.
 *
 * Each account has a database of its own, so nothing is ever sent under another name.
 * Contents are sealed before a transaction and unsealed after it, which is why the rules in queue.js
 * look at the other members only.
 */

import { keyed, openDatabase } from "./database.js";
import { answerOf } from "./idb.js";
import { News } from "./news.js";
import { opened, seal, unseal } from "./sealing.js";

/** @typedef {import("./queue.js").Row} Row */
/** @typedef {import("./queue.js").Sent} Sent */
/** @typedef {import("./queue.js").Mirrored} Mirrored */
/** @typedef {{ seq: number, type: string, id: string, version: number, deleted?: boolean, data: any }} Change */

/** Every version there ever was, in order; a step is never changed once it was on a phone. */
export const STORE_STEPS = [
  (/** @type {IDBDatabase} */ db) => {
    db.createObjectStore("records", { keyPath: "key", autoIncrement: true });
    db.createObjectStore("mirror", { keyPath: "id" }).createIndex("type", "type");
    db.createObjectStore("receipts", { keyPath: "key" }).createIndex("id", "id");
    db.createObjectStore("meta");
    db.createObjectStore("drafts");
  },
];
const PARTS = ["records", "mirror", "receipts", "meta", "drafts"];

/**
 * Open the store of one account.
 * @param {string} accountId
 * @returns {Promise<Store>} rejects with StorageUnavailable
 */
export async function openStore(accountId) {
  return new Store(accountId, await openDatabase(`sanshi-${accountId}`, STORE_STEPS));
}

export class Store {
  #db;
  #news;

  /**
   * @param {string} accountId
   * @param {import("./database.js").Database} db
   */
  constructor(accountId, db) {
    this.accountId = accountId;
    this.#db = db;
    this.#news = new News(accountId);
    /** @type {import("./database.js").Database["list"]} */
    const list = async (...where) => Promise.all((await db.list(...where)).map(opened));
    /** Versions that have not arrived, oldest first; `get` gives a record's newest. */
    this.records = {
      /** @type {() => Promise<Row[]>} */
      list: () => list("records"),
      /** @type {(id: string) => Promise<Row | undefined>} */
      get: async (id) => (await list("records")).filter((row) => row.id === id).pop(),
    };
    /** What the server has, as far as this phone has heard. */
    this.mirror = {
      /** @type {(type: string) => Promise<Mirrored[]>} */
      list: async (type) => (await list("mirror", "type", type)).filter((row) => !row.deleted),
      /** @type {(id: string) => Promise<Mirrored | undefined>} */
      get: async (id) => opened(await db.get("mirror", id)),
    };
    /** What arrived, with its receipt; `of` gives one record's, oldest version first. */
    this.receipts = {
      /** @type {() => Promise<Sent[]>} */
      list: () => list("receipts"),
      /** @type {(id: string) => Promise<Sent[]>} */
      of: async (id) => (await list("receipts", "id", id)).sort((a, b) => a.version - b.version),
    };
    /** What is being typed, by a name of the page's choice. */
    this.drafts = keyed(db, "drafts", seal, unseal);
    /** me, reference, cursor, clock, last_synced_at, device: nothing that needs sealing. */
    this.meta = keyed(db, "meta");
  }

  /**
   * Change the outbox in one transaction. `plan` sees its rows, and what arrived of the record `id`;
   * contents are sealed. Together with it a draft can end and values of `meta` be kept.
   * @template {import("./queue.js").Changes} T
   * @param {string} what the word for listeners; "" tells nobody
   * @param {(rows: Row[], sent: Sent[]) => T} plan
   * @param {{ id?: string, draft?: string, meta?: Record<string, unknown> }} [also]
   * @returns {Promise<T>} the plan, its rows with their keys
   */
  async change(what, plan, { id, draft, meta = {} } = {}) {
    const done = await this.#db.write(PARTS, async (tx) => {
      const rows = await answerOf(tx.objectStore("records").getAll());
      const receipts = tx.objectStore("receipts").index("id");
      const changes = plan(rows, id ? await answerOf(receipts.getAll(id)) : []);
      await carryOut(tx, changes);
      for (const [key, value] of Object.entries(meta)) tx.objectStore("meta").put(value, key);
      if (draft) tx.objectStore("drafts").delete(draft);
      return changes;
    });
    if (what) this.#news.tell(what);
    return done;
  }

  /**
   * Take over a page of what the server told; the outbox is not touched.
   * @param {Change[]} changes
   * @param {Record<string, unknown>} meta values to keep with them, the cursor first of all
   * @param {boolean} restart whether all that was told before is to be forgotten
   */
  async pulled(changes, meta, restart) {
    const rows = await Promise.all(
      changes.map(async ({ seq, ...row }) => ({ ...row, data: await seal(row.data) })),
    );
    await this.#db.write(["mirror", "meta"], async (tx) => {
      const [mirror, values] = [tx.objectStore("mirror"), tx.objectStore("meta")];
      if (restart) mirror.clear();
      // The same version again can say more than before: how the office took a report.
      for (const row of rows) await putNewer(mirror, row, row.version + 1);
      for (const [key, value] of Object.entries(meta)) values.put(value, key);
    });
    if (changes.length || restart) this.#news.tell("pulled");
  }

  /**
   * Forget the content, not the receipt, of what arrived before `time` (written as in `settled_at`).
   * @param {string} time
   */
  async tidy(time) {
    await this.#db.write(["receipts"], async (tx) => {
      const receipts = tx.objectStore("receipts");
      for (const { data, ...row } of await answerOf(receipts.getAll())) {
        if (data !== undefined && row.settled_at < time) receipts.put(row);
      }
    });
  }

  /** @param {import("./news.js").Listener} listener hears of every change of records and mirror, here and in other tabs */
  onChange(listener) {
    this.#news.listen(listener);
  }

  /** Let go of the database; the store is of no use after it. */
  close() {
    this.#news.close();
    this.#db.close();
  }
}

/**
 * @param {IDBTransaction} tx
 * @param {import("./queue.js").Changes} changes
 */
async function carryOut(tx, { drop = [], put = [], sent = [], mirror = [] }) {
  const records = tx.objectStore("records");
  for (const row of drop) records.delete(Number(row.key));
  for (const row of put) row.key = Number(await answerOf(records.put(row)));
  for (const row of sent) tx.objectStore("receipts").put(row);
  for (const row of mirror) await putNewer(tx.objectStore("mirror"), row, row.version);
}

/**
 * Put `row` unless the mirror knows a version from `limit` upwards.
 * @param {IDBObjectStore} mirror
 * @param {Mirrored} row
 * @param {number} limit
 */
async function putNewer(mirror, row, limit) {
  const known = await answerOf(mirror.get(row.id));
  if (!known || known.version < limit) mirror.put(row);
}
