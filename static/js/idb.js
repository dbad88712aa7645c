/** The bare IndexedDB with promises: opening, a transaction to its end, the answer to a request. */

/** The phone has no room left. What was typed must stay on the screen. */
export class StorageFull extends Error {}

/** There is no database to work with; `message` is `missing`, `newer`, `slow` or `failed`. */
export class StorageUnavailable extends Error {}

/** @typedef {(db: IDBDatabase, transaction: IDBTransaction) => void} Step from one version of a database to the next */
/**
 * @template T
 * @typedef {(transaction: IDBTransaction) => T | Promise<T>} Work may await answers of its transaction only
 */

const OPEN_WITHIN = 10_000;

/**
 * Open the database `name`, whose version is the number of `steps`. Steps only ever get added.
 * A database made by a newer program is left as it is: StorageUnavailable("newer").
 * @param {string} name
 * @param {Step[]} steps
 * @returns {Promise<IDBDatabase>}
 */
export function openVersion(name, steps) {
  return new Promise((resolve, reject) => {
    if (!globalThis.indexedDB) throw new StorageUnavailable("missing");
    const request = indexedDB.open(name, steps.length);
    // An old tab may be in the way, and some browsers never answer at all.
    const timer = setTimeout(() => reject(new StorageUnavailable("slow")), OPEN_WITHIN);
    request.onupgradeneeded = ({ oldVersion }) => {
      const transaction = /** @type {IDBTransaction} */ (request.transaction);
      for (const step of steps.slice(oldVersion)) step(request.result, transaction);
    };
    request.onerror = () => {
      clearTimeout(timer);
      reject(new StorageUnavailable(request.error?.name === "VersionError" ? "newer" : "failed"));
    };
    request.onsuccess = () => {
      clearTimeout(timer);
      // Stepping aside lets a newer page, which asks for this, change the database.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
  });
}

/**
 * Run `work` in `transaction`; its result comes when the transaction is complete. When anything fails,
 * nothing of it happened.
 * @template T
 * @param {IDBTransaction} transaction
 * @param {Work<T>} work
 * @returns {Promise<T>} rejects with StorageFull, or with what `work` threw
 */
export async function complete(transaction, work) {
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  done.catch(() => undefined);
  try {
    const result = await work(transaction);
    await done;
    return result;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It had ended by itself.
    }
    if (/** @type {Error | null} */ (error)?.name === "QuotaExceededError") throw new StorageFull();
    throw error;
  }
}

/**
 * The answer to one request.
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
export function answerOf(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
