/** One exchange with the server: send what waits, then fetch what is new. Runs in one tab at a time. */

import { meaningOf } from "./answers.js";
import { heardServer, now, stamp } from "./clock.js";
import { newId } from "./ids.js";
import { t } from "./messages.js";
import { freeze, settle } from "./outbox.js";
import { ARRIVED } from "./queue.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./queue.js").Row} Row */
/** @typedef {import("./answers.js").Meaning} Meaning */
/** @typedef {(path: string, init: RequestInit) => Promise<Response>} Fetcher */
/** @typedef {{ kind: "ok", settled?: number } | { kind: "signin", revoked?: boolean } | { kind: "other" } | { kind: "wait", after: number }} Outcome other: somebody else is signed in */

const BATCH = 50;
const MOST_PAGES = 200;
const PATIENCE = 60_000;
/** What comes of it by the vault's keys tells the server that the vault is open: to a session alone it shows nothing. */
const PROOF = "sanshi opening 1";
/** @type {Outcome} */
const DONE = { kind: "ok" };
/** @type {Outcome} */
const LATER = { kind: "wait", after: 0 };

/**
 * Send all that waits, oldest first.
 * @param {Store} store
 * @param {Fetcher} fetcher
 * @returns {Promise<Outcome>}
 */
export async function push(store, fetcher) {
  let settled = 0;
  /** @type {Outcome | undefined} what the server says of the session, while it still takes what waits */
  let ended;
  const onEnd = () => {
    ended = { kind: "signin", revoked: true };
  };
  for (let size = BATCH; ; ) {
    const batch = await freeze(store, size);
    if (!batch.length) return ended || { kind: "ok", settled };
    const done = await send(store, fetcher, batch, onEnd);
    if (typeof done !== "number") return done;
    settled += done;
    size = done ? Math.min(size * 2, BATCH) : Math.ceil(batch.length / 2);
  }
}

/**
 * Send one batch and take over the answers.
 * @param {Store} store
 * @param {Fetcher} fetcher
 * @param {Row[]} batch
 * @param {() => void} onEnd hears that somebody has ended the session
 * @returns {Promise<number | Outcome>} how many were settled, 0 to try with fewer; or why to stop
 */
async function send(store, fetcher, batch, onEnd) {
  const body = JSON.stringify({ device: await deviceOf(store), records: batch.map(onTheWire) });
  const answer = await call(store, fetcher, "/sync/push", "results", { method: "POST", body });
  if (answer.kind === "ok") {
    const { results, closed, revoked, server_time } = answer.body;
    if (revoked) onEnd();
    // To a phone that it takes for locked the server says only what arrived.
    const told = closed ? results.filter(hasArrived) : results;
    return (await settle(store, told, batch, server_time)) || LATER;
  }
  if (answer.kind !== "split") return answer;
  if (batch.length > 1) return 0;
  const problem = { ...answer.problem, message: answer.problem.message || t("too_large") };
  return settle(
    store,
    [{ id: batch[0].id, outcome: "refused", version: 0, problems: [problem] }],
    batch,
  );
}

/**
 * Fetch all that is new.
 * @param {Store} store
 * @param {Fetcher} fetcher
 * @returns {Promise<Outcome>}
 */
export async function pull(store, fetcher) {
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const cursor = (await store.meta.get("cursor")) || "";
    const path = `/sync/pull?cursor=${encodeURIComponent(cursor)}`;
    const answer = await call(store, fetcher, path, "changes", { method: "GET" });
    if (answer.kind === "split") return LATER;
    if (answer.kind !== "ok") return answer;
    const { body } = answer;
    if (body.me.account.id !== store.accountId) return { kind: "other" };
    await takeIn(store, body);
    if (!body.more || body.cursor === cursor) return DONE;
  }
  return DONE;
}

/**
 * @param {Store} store
 * @param {Fetcher} fetcher
 * @param {string} path
 * @param {string} member
 * @param {RequestInit} init
 * @returns {Promise<Meaning>}
 */
async function call(store, fetcher, path, member, init) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  // The account goes along so that the server can refuse when somebody else has signed in meanwhile.
  const headers = { "Content-Type": "application/json", "Sanshi-Account": store.accountId };
  const proof = store.isOpen && { "Sanshi-Opening": await store.sealer.mark(PROOF) };
  try {
    const response = await fetcher(path, {
      ...init,
      headers: { ...headers, ...proof },
      cache: "no-store",
      redirect: "error",
      signal: stop.signal,
    });
    const { status } = response;
    const answer = {
      status,
      retryAfter: response.headers.get("Retry-After"),
      text: await response.text(),
    };
    return meaningOf(answer, member, now().getTime());
  } catch {
    return { kind: "wait", after: 0 };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {Store} store
 * @param {any} body of one page
 */
async function takeIn(store, body) {
  const isFirst = !(await store.meta.get("seal_key"));
  await store.pulled(body.changes, heardFrom(body), Boolean(body.restart), body.me);
  // What was noted before the server's key was known can be sealed for it now.
  if (isFirst) await store.sealRest();
}

/** @param {any} body */
function heardFrom({ cursor, more, me, reference, server_time }) {
  const { seal_key } = me;
  return {
    cursor,
    clock: heardServer(server_time),
    last_synced_at: stamp(),
    part: more,
    ...(seal_key && { seal_key }),
    ...(reference && { reference }),
  };
}

/** @param {import("./queue.js").Result} result */
function hasArrived({ outcome }) {
  return ARRIVED.has(outcome);
}

/** @param {Row} row */
function onTheWire({
  id,
  type,
  schema,
  base_version,
  declared_at,
  seen_at,
  data,
  sealed,
  deleted,
}) {
  const content = sealed ? { sealed } : { data };
  return { id, type, schema, base_version, declared_at, seen_at, ...content, deleted };
}

/** @param {Store} store */
async function deviceOf(store) {
  const known = await store.meta.get("device");
  if (known) return known;
  const device = newId();
  await store.meta.set("device", device);
  return device;
}
