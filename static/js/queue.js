/**
 * The rules of the outbox, as decisions over its rows: rows in, changes out, no database.
 *
 * Of one record there are at most two rows: one that was tried to be sent (`frozen`: its content
 * never changes again, because the server may have it) and behind it one that the person wrote since.
 * No row goes away except by the server's answer for it, or by the person before it was ever sent.
 */

/** @typedef {{ field: string, code: string, message: string }} Problem */
/** @typedef {{ number: string, hash?: string, declared_at: string, received_at: string, signature?: string }} Receipt the phone keeps no signature: it would confirm a guess of the content */
/** @typedef {{ id: string, type: string, version: number, data: any, deleted?: boolean }} Mirrored what the server has */
/**
 * @typedef {object} Row one version of a record that is not known to have arrived
 * @property {number} [key] its place in the queue; rows are sent oldest first
 * @property {string} id
 * @property {string} type
 * @property {number} schema
 * @property {number} base_version the server's version it was made from, 0 for a new record
 * @property {string} declared_at
 * @property {string} [seen_at] the last server time known when it was made
 * @property {any} data with `hash` and `code` sealed for this phone; missing when the vault it was sealed in is gone
 * @property {import("./vault/envelope.js").Envelope} [sealed] the data, sealed for the server
 * @property {string} [mark] the same for the same content, as far as this phone can tell without opening it
 * @property {boolean} [deleted]
 * @property {"waiting" | "refused" | "stale" | "gone"} state all but waiting need the person
 * @property {boolean} frozen
 * @property {Problem[]} [problems] why it was refused
 * @property {any} [current] what the server has instead, when stale
 * @property {string} hash
 * @property {string} code
 * @property {string} saved_at
 */
/** @typedef {{ id: string, outcome: string, version: number, receipt?: Receipt | null, problems?: any, current?: any }} Result */
/**
 * @typedef {object} Sent a version that arrived; its data is kept for two weeks, the rest for good
 * @property {string} key
 * @property {string} id
 * @property {string} type
 * @property {number} base_version
 * @property {number} version
 * @property {string} [hash] sealed with the data, like the code
 * @property {string} [code]
 * @property {string} declared_at
 * @property {string} settled_at
 * @property {boolean} [deleted]
 * @property {Receipt | null} receipt
 * @property {any} [data]
 */
/** @typedef {{ put?: Row[], drop?: Row[], mirror?: Mirrored[], sent?: Sent[] }} Changes */

export const ARRIVED = new Set(["created", "updated", "same"]);

/**
 * What saving `fresh` changes. It takes the place of what waits unsent, and queues behind what was tried.
 * @param {Row[]} rows the outbox, oldest first
 * @param {Sent[]} sent what arrived of this record
 * @param {Row} fresh
 * @returns {Changes & { kept: Row }}
 */
export function planSave(rows, sent, fresh) {
  const last = newestOf(rows, fresh.id);
  // The same again (a second tap on the button) is not a second version.
  if (last?.state === "waiting" && last.mark && last.mark === fresh.mark) return { kept: last };
  const mine = sent.filter((each) => each.id === fresh.id);
  const kept = { ...fresh, base_version: lifted(fresh.base_version, mine) };
  if (last) kept.base_version = Math.max(last.base_version, kept.base_version);
  if (last && !isTried(last)) kept.key = last.key;
  return { put: [kept], kept };
}

/**
 * What taking a record back changes: one that the server cannot know just goes.
 * @param {Row[]} rows
 * @param {Sent[]} sent
 * @param {Row} fresh the deletion
 * @returns {Changes}
 */
export function planErase(rows, sent, fresh) {
  const all = rows.filter((row) => row.id === fresh.id);
  const mine = sent.filter((each) => each.id === fresh.id);
  const known =
    mine.length || fresh.base_version || all.some((row) => row.base_version || isTried(row));
  return known ? planSave(rows, sent, fresh) : { drop: all };
}

/**
 * What the person's decision about `row` changes, if it is still as the person saw it and not on its way.
 * @param {Row[]} rows
 * @param {Row} row
 * @param {Row | undefined} by what takes its place; undefined: nothing
 * @param {Mirrored[]} [mirror]
 * @returns {Changes}
 */
export function planReplace(rows, row, by, mirror = []) {
  const same = rows.find(
    (each) => each.key === row.key && each.mark === row.mark && each.state === row.state,
  );
  if (!same || isTried(same)) return {};
  return by ? { put: [{ ...by, key: row.key }], mirror } : { drop: [row], mirror };
}

/**
 * What saving several records together changes: all of them or none.
 * @param {Row[]} rows
 * @param {Sent[]} sent what arrived of these records
 * @param {Row[]} fresh
 * @returns {Changes & { kept: Row[] }}
 */
export function planSaves(rows, sent, fresh) {
  const plans = fresh.map((each) => planSave(rows, sent, each));
  return { put: plans.flatMap(({ put = [] }) => put), kept: plans.map(({ kept }) => kept) };
}

/**
 * What freezes the next `size` records to send: the oldest waiting row of each.
 * @param {Row[]} rows
 * @param {number} size
 * @param {(row: Row) => boolean} [isReady] whether its content can be sent as things are
 * @returns {Changes & { put: Row[] }}
 */
export function planFreeze(rows, size, isReady = () => true) {
  const seen = new Set();
  const next = rows.filter(
    (row) => !seen.has(row.id) && seen.add(row.id) && row.state === "waiting" && isReady(row),
  );
  return { put: next.slice(0, size).map((row) => ({ ...row, frozen: true })) };
}

/**
 * What the server's answers change. Only rows that are still those that were sent take part, so that
 * an answer which comes late, to another tab, or twice, can do no harm.
 * @param {Row[]} rows
 * @param {Row[]} batch the rows as they were sent
 * @param {Result[]} results
 * @param {string} settled_at
 * @returns {Changes & { settled: number }}
 */
export function planSettle(rows, batch, results, settled_at) {
  /** @type {Required<Changes> & { settled: number }} */
  const changes = { put: [], drop: [], mirror: [], sent: [], settled: 0 };
  for (const result of results) {
    const was = batch.find((row) => row.id === result.id);
    const row = rows.find(
      (each) => each.key === was?.key && isTried(each) && each.mark === was?.mark,
    );
    if (!row) continue;
    const behind = rows.find((each) => each.id === row.id && each !== row);
    if (ARRIVED.has(result.outcome)) arrive(changes, row, behind, result, settled_at);
    else needPerson(changes, row, behind, result);
  }
  return changes;
}

/**
 * The sums that every sentence about the outbox is made from: records, not versions.
 * @param {Row[]} rows
 * @returns {{ waiting: number, refused: number, stale: number, gone: number, attention: number }}
 */
export function countStates(rows) {
  const found = { waiting: 0, refused: 0, stale: 0, gone: 0, attention: 0 };
  // Of each record the last row stays.
  for (const { state } of new Map(rows.map((row) => [row.id, row])).values()) found[state] += 1;
  found.attention = found.refused + found.stale + found.gone;
  return found;
}

/**
 * The newest row of one record.
 * @param {Row[]} rows
 * @param {string} id
 */
export function newestOf(rows, id) {
  return rows.filter((row) => row.id === id).pop();
}

/**
 * Whether the server may already have this row, so that it can no longer be taken back or changed.
 * @param {Row} row
 */
export function isTried(row) {
  return row.frozen && row.state === "waiting";
}

/**
 * The version that what was made from `base` is really made from, when this phone's own unsent
 * change has arrived in the meantime.
 * @param {number} base
 * @param {Sent[]} sent
 * @returns {number}
 */
function lifted(base, sent) {
  const next = sent.find((each) => each.base_version === base && each.version > base);
  return next ? lifted(next.version, sent) : base;
}

/**
 * @param {Required<Changes> & { settled: number }} changes
 * @param {Row} row
 * @param {Row | undefined} behind
 * @param {Result} result
 * @param {string} settled_at
 */
function arrive(changes, row, behind, { version, receipt = null }, settled_at) {
  const { id, type, data, deleted, base_version, hash, code, declared_at } = row;
  const key = `${id}:${version}`;
  const { number = "", received_at = "" } = receipt || {};
  changes.settled += 1;
  changes.drop.push(row);
  changes.mirror.push({ id, type, version, data, deleted });
  const slip = receipt && { number, declared_at: receipt.declared_at, received_at };
  const about = { key, id, type, base_version, version, declared_at, settled_at, deleted };
  // What an earlier version of the app kept has them here, else they are sealed with the data.
  changes.sent.push({ ...about, ...(hash && { hash, code }), receipt: slip, data });
  if (behind) changes.put.push({ ...behind, base_version: version });
}

/**
 * Keep the row with the server's reason. What the person wrote since takes its place.
 * @param {Required<Changes> & { settled: number }} changes
 * @param {Row} row
 * @param {Row | undefined} behind
 * @param {Result} result
 */
function needPerson(changes, row, behind, { outcome, problems = [], current }) {
  if (outcome !== "refused" && outcome !== "stale" && outcome !== "gone") return;
  const newest = behind || row;
  changes.settled += 1;
  if (behind) changes.drop.push(row);
  // Somebody else deleted what was to be deleted: nothing is left to decide.
  if (outcome === "gone" && newest.deleted) changes.drop.push(newest);
  else if (outcome !== "refused")
    changes.put.push({ ...newest, frozen: false, state: outcome, current });
  else if (!behind) changes.put.push({ ...row, frozen: false, state: outcome, problems });
}
