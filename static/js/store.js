/**
 * What lies on the phone: the only module that reads and writes records.
 *
 * Each account has a database of its own, so nothing is ever sent under another name. Contents are sealed before a
 * transaction and unsealed after it, which is why the rules in queue.js look at the other members only. While the vault
 * is closed the outbox can be counted, sent and settled; nothing can be read.
 */

import { keyed, openDatabase } from "./database.js";
import { answerOf } from "./idb.js";
import { News } from "./news.js";
import { newestOf } from "./queue.js";
import { Register } from "./register.js";
import { isSealed, Locked, Sealer } from "./sealing.js";
import { eraseContents, sealLegacy } from "./vault/contents.js";
import { carryOut, putAll, putNewer } from "./writing.js";

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
  // From here on contents are sealed: a page of the version before must not take them for records.
  (/** @type {IDBDatabase} */ db) => {
    db.createObjectStore("vault");
  },
];
const PARTS = ["records", "mirror", "receipts", "meta", "drafts", "vault"];

/**
 * Open the store of one account; its vault is closed.
 * @param {string} accountId
 * @returns {Promise<Store>} rejects with StorageUnavailable
 */
export async function openStore(accountId) {
  return new Store(accountId, await openDatabase(`sanshi-${accountId}`, STORE_STEPS));
}

export class Store {
  #db;
  #news;
  /** @type {Set<Promise<boolean>>} drafts on their way to the disk, and those that did not get there */
  #drafts = new Set();
  /** Versions that have not arrived, oldest first; `get` gives a record's newest. */
  records = {
    /** All of them as they lie there, to be counted and sent. @type {() => Promise<Row[]>} */
    rows: () => this.#db.list("records"),
    /** Those that can be read. @type {() => Promise<Row[]>} */
    list: async () => this.#opened((await this.#db.list("records")).filter(({ data }) => data)),
    /** Those of a vault that is gone: their contents can be sent and not be read. @type {() => Promise<Row[]>} */
    closed: async () => this.#opened((await this.#db.list("records")).filter(({ data }) => !data)),
    /** @type {(id: string) => Promise<Row | undefined>} */
    get: async (id) => newestOf(await this.records.list(), id),
  };
  /** What the server has, as far as this phone has heard. */
  mirror = {
    /** @type {(type: string) => Promise<Mirrored[]>} */
    list: async (type) =>
      this.#opened((await this.#db.list("mirror", "type", type)).filter((row) => !row.deleted)),
    /** @type {(id: string) => Promise<Mirrored | undefined>} */
    get: async (id) => (await this.#opened([await this.#db.get("mirror", id)].filter(Boolean)))[0],
  };
  /** What arrived, with its receipt; `of` gives one record's, oldest version first. */
  receipts = {
    /** @type {() => Promise<Sent[]>} */
    list: async () => this.#opened(await this.#db.list("receipts")),
    /** @type {(id: string) => Promise<Sent[]>} */
    of: async (id) =>
      (await this.#opened(await this.#db.list("receipts", "id", id))).sort(byVersion),
  };

  /**
   * @param {string} accountId
   * @param {import("./database.js").Database} db
   */
  constructor(accountId, db) {
    this.accountId = accountId;
    this.#db = db;
    this.#news = new News(accountId);
    this.sealer = new Sealer();
    /** reference, cursor, clock, last_synced_at, part, device, seal_key: nothing that needs sealing. */
    this.meta = keyed(db, "meta");
    /** What the vault says of itself: lock, behind. */
    this.vault = keyed(db, "vault");
    /** me, owner: what the server says of the person, sealed. */
    this.own = this.#sealed("vault");
    /** What is being typed, by a name of the page's choice. */
    this.drafts = this.#watched(this.#sealed("drafts"));
    /** The doors of this phone, to be searched and found by their cards. */
    this.index = new Register(this, () => db.get("vault", "index"));
    this.onChange((what) => what === "elsewhere" && this.index.forget());
  }

  /** Whether contents can be read and written. */
  get isOpen() {
    return this.sealer.isOpen;
  }

  /**
   * Open the vault. What an earlier version of the app left unsealed is sealed now.
   * @param {import("./sealing.js").Keys} keys
   */
  async unlock(keys) {
    this.sealer.open(keys);
    await this.sealRest();
    this.#news.pass("elsewhere");
  }

  /** Seal what is not, for this phone and for the server. */
  async sealRest() {
    await sealLegacy(this.#db, this.sealer);
  }

  /** Close the vault: what is read from now on is Locked. */
  lock() {
    this.sealer.close();
    this.index.forget();
  }

  /**
   * Erase what can be fetched again, and with `all` also what was typed and the vault itself. What waits to be sent
   * stays, as it is sealed for the server.
   * @param {boolean} all
   * @param {unknown} [lock] what the vault is to say of itself
   * @returns {Promise<number>} how many records were sealed for nobody else, and are lost
   */
  async erase(all, lock) {
    const lost = await eraseContents(this.#db, all, lock);
    if (all) this.lock();
    else this.index.forget();
    return lost;
  }

  /**
   * Wait until what was typed lies on the disk.
   * @returns {Promise<boolean>} false when some of it could not be kept
   */
  async draftsAreKept() {
    const kept = await Promise.all(this.#drafts);
    return kept.every(Boolean);
  }

  /**
   * Change the outbox in one transaction. `plan` sees its rows, and what arrived of the records `ids`; contents are
   * sealed. Together with it a draft can end and values of `meta` be kept.
   * @template {import("./queue.js").Changes} T
   * @param {string} what the word for listeners; "" tells nobody
   * @param {(rows: Row[], sent: Sent[]) => T} plan
   * @param {{ ids?: string[], draft?: string, meta?: Record<string, unknown> }} [also]
   * @returns {Promise<T>} the plan, its rows with their keys
   */
  async change(what, plan, { ids = [], draft, meta = {} } = {}) {
    const done = await this.#db.write(PARTS, async (tx) => {
      const rows = await answerOf(tx.objectStore("records").getAll());
      const receipts = tx.objectStore("receipts").index("id");
      const sent = [];
      for (const id of ids) sent.push(...(await answerOf(receipts.getAll(id))));
      const changes = plan(rows, sent);
      await carryOut(tx, changes);
      for (const [key, value] of Object.entries(meta)) tx.objectStore("meta").put(value, key);
      if (draft) tx.objectStore("drafts").delete(draft);
      return changes;
    });
    this.index.forget();
    if (what) this.#news.tell(what);
    return done;
  }

  /**
   * Take over a page of what the server told; the outbox is not touched.
   * @param {Change[]} changes
   * @param {Record<string, unknown>} meta values to keep with them, the cursor first of all
   * @param {boolean} restart whether all that was told before is to be forgotten
   * @param {unknown} [me] what it said of the person
   */
  async pulled(changes, meta, restart, me) {
    const rows = await Promise.all(
      changes.map(async ({ seq, data, ...row }) => ({
        ...row,
        data: await this.sealer.seal({ data }, row.id),
      })),
    );
    const index = await this.index.after(changes, restart);
    const vault = { index, me: await this.sealer.seal(me, "me") };
    await this.#db.write(["mirror", "meta", "vault"], async (tx) => {
      const mirror = tx.objectStore("mirror");
      if (restart) mirror.clear();
      // The same version again can say more than before: how the office took a report.
      for (const row of rows) await putNewer(mirror, row, row.version + 1);
      putAll(tx.objectStore("meta"), meta);
      putAll(tx.objectStore("vault"), vault);
      if (index) tx.objectStore("vault").delete("behind");
    });
    this.index.forget();
    if (changes.length || restart) this.#news.tell("pulled");
  }

  /**
   * Forget the content, not the receipt, of what arrived before `time` (written as in `settled_at`).
   * @param {string} time
   */
  async tidy(time) {
    const old = (await this.#db.list("receipts")).filter(
      (row) => row.settled_at < time && row.data,
    );
    const made = await Promise.all(old.map((row) => this.#withoutContent(row)));
    const rows = made.flatMap((row) => row || []);
    await this.#db.write(["receipts"], (tx) => {
      for (const row of rows) tx.objectStore("receipts").put(row);
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

  /**
   * @param {Sent} row
   * @returns {Promise<Sent | undefined>} undefined when it has been done
   */
  async #withoutContent({ data, ...row }) {
    if (!isSealed(data)) return row;
    const { data: content, ...proof } = await this.sealer.unseal(data, row.id);
    return content && { ...row, data: await this.sealer.seal(proof, row.id) };
  }

  /**
   * Rows as pages see them. One that cannot be read is left out, so that it keeps no page from opening.
   * @template {{ id: string }} T
   * @param {T[]} rows
   * @returns {Promise<T[]>}
   */
  async #opened(rows) {
    const opened = await Promise.all(
      rows.map((row) =>
        this.sealer.opened(row).catch((error) => {
          if (error instanceof Locked) throw error;
          console.error(error);
        }),
      ),
    );
    return opened.flatMap((row) => row || []);
  }

  /** @param {string} part */
  #sealed(part) {
    const { sealer } = this;
    return keyed(this.#db, part, sealer.seal.bind(sealer), sealer.unseal.bind(sealer));
  }

  /**
   * Drafts, of whose writes is known whether they got to the disk.
   * @param {ReturnType<typeof keyed>} drafts
   */
  #watched(drafts) {
    const set = (/** @type {string} */ key, /** @type {unknown} */ value) => {
      const write = drafts.set(key, value);
      const kept = write.then(
        () => {
          this.#drafts.clear();
          return true;
        },
        () => false,
      );
      this.#drafts.add(kept);
      return write;
    };
    return { ...drafts, set };
  }
}

/**
 * @param {Sent} one
 * @param {Sent} other
 */
function byVersion(one, other) {
  return one.version - other.version;
}
