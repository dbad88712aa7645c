/** What a person does to the outbox, and what the server's answers do to it. */

import { cleaned, recordHash, shortCode } from "./canonical.js";
import { heardServer, seenAt, stamp } from "./clock.js";
import { newId } from "./ids.js";
import {
  ARRIVED,
  countStates,
  newestOf,
  planErase,
  planFreeze,
  planReplace,
  planSaves,
  planSettle,
} from "./queue.js";
import { isSealed } from "./sealing.js";
import { sealedTo } from "./vault/envelope.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./queue.js").Row} Row */
/** @typedef {{ type: string, id?: string, base_version?: number, data: Record<string, any>, deleted?: boolean }} Fresh */
/** @typedef {ReturnType<typeof countStates> & { lastSyncedAt?: string, part?: boolean }} Status part: the phone has heard only part of what the server has */

const SCHEMA = 1;

/**
 * Keep a record to be sent. It is on the phone when this is fulfilled, and only then.
 * A form keeps one `id` from its opening to its end, so that two taps make one record.
 * @param {Store} store
 * @param {Fresh} fresh
 * @param {{ draft?: string }} [also] a draft that ends with it
 * @returns {Promise<Row>} rejects with StorageFull, StorageUnavailable or Locked
 */
export async function save(store, fresh, also) {
  return (await saveAll(store, [fresh], also))[0];
}

/**
 * Keep records that belong together: all of them or none, in one transaction.
 * @param {Store} store
 * @param {Fresh[]} fresh in the order in which they are to be sent
 * @param {{ draft?: string }} [also] a draft that ends with them
 * @returns {Promise<Row[]>} rejects like `save`
 */
export async function saveAll(store, fresh, { draft } = {}) {
  const made = await Promise.all(fresh.map((each) => rowOf(store, each)));
  const ids = made.map(({ id }) => id);
  const plan = await store.change("saved", (rows, sent) => planSaves(rows, sent, made), {
    ids,
    draft,
  });
  return Promise.all(plan.kept.map((row) => store.sealer.opened(row)));
}

/**
 * Take a record back: one that was never tried goes, any other is told to the server as deleted.
 * @param {Store} store
 * @param {Fresh & { id: string }} fresh the record as it was last shown
 */
export async function erase(store, fresh) {
  const row = await rowOf(store, { ...fresh, deleted: true });
  await store.change("saved", (rows, sent) => planErase(rows, sent, row), { ids: [row.id] });
}

/**
 * Drop the newest version of a record, unless the server may have it already. When the server said what
 * it has instead, that is what this phone shows from now on: "take theirs".
 * @param {Store} store
 * @param {string} id
 * @returns {Promise<boolean>} whether it was dropped
 */
export async function discard(store, id) {
  const row = await anyRow(store, id);
  if (!row) return false;
  const { current, type } = row;
  const theirs = { id, type, ...current };
  const data = await store.sealer.seal({ data: current }, theirs.id);
  const mirror = current ? [{ id: theirs.id, type, version: theirs.version, data }] : [];
  const plan = await store.change("saved", (rows) => planReplace(rows, row, undefined, mirror));
  return Boolean(plan.drop);
}

/**
 * Put the person's version on top of what the server has instead: "take mine". When the server's is gone,
 * it becomes a new record.
 * @param {Store} store
 * @param {string} id
 */
export async function keepMine(store, id) {
  const row = await store.records.get(id);
  if (row?.state !== "stale" && row?.state !== "gone") return;
  const { type, data, deleted, current, base_version } = row;
  const base = { id: current?.id || id, base_version: current?.version ?? base_version };
  const fresh = await rowOf(store, { type, data, deleted, ...(row.state === "gone" ? {} : base) });
  await store.change("saved", (rows) => planReplace(rows, row, fresh));
}

/**
 * Send a refused version once more as it is.
 * @param {Store} store
 * @param {string} id
 */
export async function retry(store, id) {
  const row = newestOf(await store.records.rows(), id);
  if (row?.state !== "refused") return;
  const { problems, ...fresh } = { ...row, state: /** @type {"waiting"} */ ("waiting") };
  await store.change("saved", (rows) => planReplace(rows, row, fresh));
}

/**
 * The next `size` records to send, from now on unchangeable.
 * @param {Store} store
 * @param {number} size
 * @returns {Promise<Row[]>} oldest first
 */
export async function freeze(store, size) {
  // What only this phone can open waits until it is open.
  const isReady = (/** @type {Row} */ { sealed, data }) =>
    Boolean(sealed || (data && (store.isOpen || !isSealed(data))));
  const { put } = await store.change("", (rows) => planFreeze(rows, size, isReady));
  return Promise.all(put.map((row) => (row.sealed ? row : store.sealer.opened(row))));
}

/**
 * Take over the server's answers for `batch`; records without an answer stay as they are. While the vault is closed so
 * do those that need the person: the server will say it again.
 * @param {Store} store
 * @param {import("./queue.js").Result[]} results
 * @param {Row[]} batch the rows as they were sent
 * @param {string} [serverTime]
 * @returns {Promise<number>} how many of them are settled
 */
export async function settle(store, results, batch, serverTime = "") {
  const clock = heardServer(serverTime);
  const known = results.filter(({ outcome }) => store.isOpen || ARRIVED.has(outcome));
  const sealed = await Promise.all(
    known.map(async ({ current, problems, ...each }) => ({
      ...each,
      current: await store.sealer.seal(current || undefined, each.id),
      problems: await store.sealer.seal(problems?.length ? problems : undefined, each.id),
    })),
  );
  const time = stamp();
  const meta = serverTime ? { clock, last_synced_at: time } : {};
  const plan = await store.change("settled", (rows) => planSettle(rows, batch, sealed, time), {
    meta,
  });
  return plan.settled;
}

/**
 * How the outbox stands, counted now.
 * @param {Store} store
 * @returns {Promise<Status>}
 */
export async function status(store) {
  const lastSyncedAt = await store.meta.get("last_synced_at");
  const part = await store.meta.get("part");
  return { ...countStates(await store.records.rows()), lastSyncedAt, part };
}

/**
 * The newest row of a record, also one that nobody can read any more.
 * @param {Store} store
 * @param {string} id
 */
async function anyRow(store, id) {
  const row = newestOf(await store.records.rows(), id);
  return row && store.sealer.opened(row);
}

/**
 * @param {Store} store
 * @param {Fresh} fresh
 * @returns {Promise<Row>} its content sealed, for this phone and, once its key is known, for the server
 */
async function rowOf(store, { type, id = newId(), base_version = 0, data, deleted }) {
  const said = cleaned({ id, type, data, deleted });
  const hash = await recordHash(said);
  const inner = { data: said.data, hash, code: shortCode(hash) };
  const key = await store.meta.get("seal_key");
  const time = stamp();
  return {
    ...said,
    data: await store.sealer.seal(inner, id),
    ...(key && { sealed: await sealedTo(key, said) }),
    mark: await store.sealer.mark(hash),
    schema: SCHEMA,
    base_version,
    declared_at: time,
    seen_at: seenAt(),
    saved_at: time,
    state: "waiting",
    frozen: false,
    hash: "",
    code: "",
  };
}
