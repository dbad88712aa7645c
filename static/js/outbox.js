/** What a person does to the outbox, and what the server's answers do to it. */

import { cleaned, recordHash, shortCode } from "./canonical.js";
import { heardServer, seenAt, stamp } from "./clock.js";
import { newId } from "./ids.js";
import { countStates, planErase, planFreeze, planReplace, planSave, planSettle } from "./queue.js";
import { opened, seal } from "./sealing.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./queue.js").Row} Row */
/** @typedef {{ type: string, id?: string, base_version?: number, data: Record<string, any>, deleted?: boolean }} Fresh */
/** @typedef {ReturnType<typeof countStates> & { lastSyncedAt?: string }} Status */

const SCHEMA = 1;

/**
 * Keep a record to be sent. It is on the phone when this is fulfilled, and only then.
 * A form keeps one `id` from its opening to its end, so that two taps make one record.
 * @param {Store} store
 * @param {Fresh} fresh
 * @param {{ draft?: string }} [also] a draft that ends with it
 * @returns {Promise<Row>} rejects with StorageFull or StorageUnavailable
 */
export async function save(store, fresh, { draft } = {}) {
  const row = await made(fresh);
  const plan = await store.change("saved", (rows, sent) => planSave(rows, sent, row), {
    id: row.id,
    draft,
  });
  return opened(plan.kept);
}

/**
 * Take a record back: one that was never tried goes, any other is told to the server as deleted.
 * @param {Store} store
 * @param {Fresh & { id: string }} fresh the record as it was last shown
 */
export async function erase(store, fresh) {
  const row = await made({ ...fresh, deleted: true });
  await store.change("saved", (rows, sent) => planErase(rows, sent, row), { id: row.id });
}

/**
 * Drop the newest version of a record, unless the server may have it already. When the server said what
 * it has instead, that is what this phone shows from now on: "take theirs".
 * @param {Store} store
 * @param {string} id
 * @returns {Promise<boolean>} whether it was dropped
 */
export async function discard(store, id) {
  const row = await store.records.get(id);
  if (!row) return false;
  const { current, type } = row;
  const theirs = { id, type, ...current };
  const mirror = current
    ? [{ id: theirs.id, type, version: theirs.version, data: await seal(current) }]
    : [];
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
  const fresh = await made({ type, data, deleted, ...(row.state === "gone" ? {} : base) });
  await store.change("saved", (rows) => planReplace(rows, row, fresh));
}

/**
 * Send a refused version once more as it is.
 * @param {Store} store
 * @param {string} id
 */
export async function retry(store, id) {
  const row = await store.records.get(id);
  if (row?.state !== "refused") return;
  const { problems, ...fresh } = {
    ...row,
    state: /** @type {"waiting"} */ ("waiting"),
    data: await seal(row.data),
  };
  await store.change("saved", (rows) => planReplace(rows, row, fresh));
}

/**
 * The next `size` records to send, from now on unchangeable.
 * @param {Store} store
 * @param {number} size
 * @returns {Promise<Row[]>} oldest first
 */
export async function freeze(store, size) {
  const { put } = await store.change("", (rows) => planFreeze(rows, size));
  return Promise.all(put.map(opened));
}

/**
 * Take over the server's answers for `batch`; records without an answer stay as they are.
 * @param {Store} store
 * @param {import("./queue.js").Result[]} results
 * @param {Row[]} batch the rows as they were sent
 * @param {string} [serverTime]
 * @returns {Promise<number>} how many of them are settled
 */
export async function settle(store, results, batch, serverTime = "") {
  const clock = heardServer(serverTime);
  const sealed = await Promise.all(
    results.map(async (each) => ({ ...each, current: await seal(each.current) })),
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
  return { ...countStates(await store.records.list()), lastSyncedAt };
}

/**
 * @param {Fresh} fresh
 * @returns {Promise<Row>} its content sealed
 */
async function made({ type, id = newId(), base_version = 0, data, deleted }) {
  const said = cleaned({ id, type, data, deleted });
  const hash = await recordHash(said);
  const time = stamp();
  const state = /** @type {"waiting"} */ ("waiting");
  const about = {
    schema: SCHEMA,
    base_version,
    declared_at: time,
    seen_at: seenAt(),
    saved_at: time,
  };
  return {
    ...said,
    ...about,
    data: await seal(said.data),
    state,
    frozen: false,
    hash,
    code: shortCode(hash),
  };
}
