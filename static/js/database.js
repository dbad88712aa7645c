/** One database, kept open. A write has happened when its promise is fulfilled, not before. */

import { answerOf, complete, openVersion } from "./idb.js";

/**
 * Open the database `name`, whose version is the number of `steps`.
 * @param {string} name
 * @param {import("./idb.js").Step[]} steps
 * @returns {Promise<Database>} rejects with StorageUnavailable
 */
export async function openDatabase(name, steps) {
  const open = () => openVersion(name, steps);
  return new Database(await open(), open);
}

export class Database {
  #db;
  #open;

  /**
   * @param {IDBDatabase} db
   * @param {() => Promise<IDBDatabase>} open
   */
  constructor(db, open) {
    this.#db = db;
    this.#open = open;
  }

  /**
   * Write to the object stores `parts` in one transaction: all of `work` or, when it rejects, nothing.
   * @template T
   * @param {string[]} parts
   * @param {import("./idb.js").Work<T>} work
   * @returns {Promise<T>}
   */
  write(parts, work) {
    return this.#run(parts, "readwrite", work);
  }

  /**
   * @param {string} part
   * @param {string} key
   * @returns {Promise<any>} undefined when there is none
   */
  get(part, key) {
    return this.#run([part], "readonly", (tx) => answerOf(tx.objectStore(part).get(key)));
  }

  /**
   * All of `part` in the order of its keys, or those whose `index` is `key`.
   * @param {string} part
   * @param {string} [index]
   * @param {string} [key]
   * @returns {Promise<any[]>}
   */
  list(part, index, key) {
    return this.#run([part], "readonly", (tx) => {
      const rows = tx.objectStore(part);
      return answerOf(index ? rows.index(index).getAll(key) : rows.getAll());
    });
  }

  /**
   * @param {string} part
   * @returns {Promise<IDBValidKey[]>}
   */
  keys(part) {
    return this.#run([part], "readonly", (tx) => answerOf(tx.objectStore(part).getAllKeys()));
  }

  close() {
    this.#db.close();
  }

  /**
   * @template T
   * @param {string[]} parts
   * @param {"readonly" | "readwrite"} mode
   * @param {import("./idb.js").Work<T>} work
   * @returns {Promise<T>}
   */
  async #run(parts, mode, work) {
    // "strict": complete means on disk, not only handed to the system.
    const begin = () => this.#db.transaction(parts, mode, { durability: "strict" });
    /** @type {IDBTransaction} */
    let transaction;
    try {
      transaction = begin();
    } catch {
      // Browsers close databases behind a page's back: Safari after a long sleep, all for a new version.
      this.#db = await this.#open();
      transaction = begin();
    }
    return complete(transaction, work);
  }
}

/**
 * Values by name in the object store `part`.
 * @param {Database} db
 * @param {string} part
 * @param {(value: any, name: string) => Promise<any>} [seal] what a value passes on its way in
 * @param {(value: any, name: string) => Promise<any>} [unseal] and on its way out
 */
export function keyed(db, part, seal = async (value) => value, unseal = seal) {
  return {
    /** @type {(key: string) => Promise<any>} */
    get: async (key) => unseal(await db.get(part, key), key),
    /** @type {(key: string, value: unknown) => Promise<void>} */
    set: async (key, value) => {
      const sealed = await seal(value, key);
      await db.write([part], (tx) => void tx.objectStore(part).put(sealed, key));
    },
    /**
     * Read and write in one transaction, for values that are not sealed.
     * @type {(key: string, change: (value: any) => unknown) => Promise<void>}
     */
    update: (key, change) =>
      db.write([part], async (tx) => {
        const value = change(await answerOf(tx.objectStore(part).get(key)));
        tx.objectStore(part).put(value, key);
      }),
    /** @type {(key: string) => Promise<void>} */
    remove: (key) => db.write([part], (tx) => void tx.objectStore(part).delete(key)),
  };
}
