/** Contents of the whole store at once: sealing what an earlier version of the app left open, and erasing. */

import { answerOf } from "../idb.js";
import { isSealed } from "../sealing.js";
import { sealedTo } from "./envelope.js";

/** @typedef {import("../database.js").Database} Database */
/** @typedef {import("../sealing.js").Sealer} Sealer */
/** @typedef {import("../queue.js").Row} Row */
/** @typedef {{ part: string, key: IDBValidKey, was: any, now: any }} Replacement */

const CONTENTS = ["records", "mirror", "receipts", "drafts", "meta", "vault"];

/**
 * Seal what is not, for this phone and, once its key is known, for the server. Each time all of it in one transaction:
 * whenever the browser is killed, every content is there, open or sealed.
 * @param {Database} db
 * @param {Sealer} sealer
 */
export async function sealLegacy(db, sealer) {
  const key = await db.get("meta", "seal_key");
  const isDone = await db.get("vault", "sealed");
  // Another tab may add something meanwhile; a pass that finds nothing is the last.
  for (;;) {
    const found = isDone ? [] : await openContents(db, sealer);
    const rows = await unsealedRows(db, sealer, key);
    await replace(db, [...found, ...rows], !isDone && !found.length);
    if (!found.length) return;
  }
}

/**
 * @param {Database} db
 * @param {Replacement[]} all
 * @param {boolean} isLast whether no more needs to be looked for
 */
async function replace(db, all, isLast) {
  if (!all.length && !isLast) return;
  await db.write(CONTENTS, async (tx) => {
    for (const each of all) await putFor(tx.objectStore(each.part), each);
    const me = all.find(({ part }) => part === "meta");
    if (me) tx.objectStore("vault").put(me.was.sealed, "me");
    if (isLast) tx.objectStore("vault").put(true, "sealed");
  });
}

/**
 * Put a value in place of the one that was looked at, if that is still there.
 * @param {IDBObjectStore} place
 * @param {Replacement} replacement
 */
async function putFor(place, { key, was, now }) {
  const there = await answerOf(place.get(key));
  if (!isAsSeen(there, was)) return;
  if (place.keyPath) place.put({ ...there, ...now });
  else if (now === undefined) place.delete(key);
  else place.put(now, key);
}

/**
 * Whether a value is still the one that was looked at.
 * @param {any} there
 * @param {any} was
 */
function isAsSeen(there, was) {
  if (!there || isSealed(there)) return false;
  const same = isSealed(there.data) === isSealed(was.data) && there.version === was.version;
  return same && there.hash === was.hash && there.mark === was.mark;
}

/**
 * The rows of the outbox that are open, or not yet sealed for the server.
 * @param {Database} db
 * @param {Sealer} sealer
 * @param {import("./envelope.js").SealKey | undefined} key
 * @returns {Promise<Replacement[]>}
 */
async function unsealedRows(db, sealer, key) {
  /** @type {Row[]} */
  const rows = (await db.list("records")).filter(({ data }) => data);
  const wanting = rows.filter(({ data, sealed }) => !isSealed(data) || (key && !sealed));
  return Promise.all(
    wanting.map(async (was) => {
      const { id, type, data, hash, code, current, problems } = await sealer.opened(was);
      const now = {
        data: await sealer.seal({ data, hash, code }, id),
        current: await sealer.seal(current, id),
        problems: await sealer.seal(problems, id),
        mark: await sealer.mark(hash),
        hash: undefined,
        code: undefined,
        ...(key && { sealed: await sealedTo(key, { id, type, data }) }),
      };
      return { part: "records", key: Number(was.key), was, now };
    }),
  );
}

/**
 * All else that an earlier version of the app left open.
 * @param {Database} db
 * @param {Sealer} sealer
 * @returns {Promise<Replacement[]>}
 */
async function openContents(db, sealer) {
  const isOpen = (/** @type {any} */ { data }) => data && !isSealed(data);
  const mirror = (await db.list("mirror")).filter(isOpen);
  const receipts = (await db.list("receipts")).filter((row) => isOpen(row) || row.hash);
  const me = await db.get("meta", "me");
  return [
    ...(await Promise.all(mirror.map((was) => mirrorSealed(was, sealer)))),
    ...(await Promise.all(receipts.map((was) => receiptSealed(was, sealer)))),
    ...(await draftsSealed(db, sealer)),
    ...(me
      ? [
          {
            part: "meta",
            key: "me",
            was: { ...me, sealed: await sealer.seal(me, "me") },
            now: undefined,
          },
        ]
      : []),
  ];
}

/**
 * @param {any} was
 * @param {Sealer} sealer
 */
async function mirrorSealed(was, sealer) {
  const now = { data: await sealer.seal({ data: was.data }, was.id) };
  return { part: "mirror", key: was.id, was, now };
}

/**
 * @param {any} was
 * @param {Sealer} sealer
 */
async function receiptSealed(was, sealer) {
  const { data, hash, code, receipt } = was;
  const { number, declared_at, received_at } = receipt || {};
  const now = {
    data: await sealer.seal({ data, hash, code }, was.id),
    receipt: receipt && { number, declared_at, received_at },
    hash: undefined,
    code: undefined,
  };
  return { part: "receipts", key: was.key, was, now };
}

/**
 * @param {Database} db
 * @param {Sealer} sealer
 */
async function draftsSealed(db, sealer) {
  const keys = await db.keys("drafts");
  const found = await Promise.all(
    keys.map(async (key) => ({ key, was: await db.get("drafts", String(key)) })),
  );
  return Promise.all(
    found
      .filter(({ was }) => was && !isSealed(was))
      .map(async ({ key, was }) => ({
        part: "drafts",
        key,
        was,
        now: await sealer.seal(was, String(key)),
      })),
  );
}

/**
 * Erase what can be fetched again, and with `all` also what was typed and the vault. What waits stays, without what only
 * this vault could read of it.
 * @param {Database} db
 * @param {boolean} all
 * @param {unknown} [lock] what the vault is to say of itself
 * @returns {Promise<number>} how many rows nobody could ever open again
 */
export function eraseContents(db, all, lock) {
  return db.write(CONTENTS, async (tx) => {
    const [mirror, vault, receipts] = ["mirror", "vault", "receipts"].map((p) => tx.objectStore(p));
    mirror.clear();
    for (const { data, hash, code, ...row } of await answerOf(receipts.getAll())) receipts.put(row);
    for (const name of ["cursor", "me"]) tx.objectStore("meta").delete(name);
    for (const name of ["index", "behind", "me"]) vault.delete(name);
    if (!all) return 0;
    tx.objectStore("drafts").clear();
    vault.clear();
    if (lock) vault.put(lock, "lock");
    return closeRows(tx.objectStore("records"));
  });
}

/**
 * @param {IDBObjectStore} records
 * @returns {Promise<number>}
 */
async function closeRows(records) {
  let lost = 0;
  for (const { data, current, problems, mark, ...row } of await answerOf(records.getAll())) {
    if (!isSealed(data)) continue; // Open, or closed before.
    if (row.sealed) records.put({ ...row, mark });
    else records.delete(Number(row.key));
    lost += row.sealed ? 0 : 1;
  }
  return lost;
}
