import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { heardServer } from "../../static/js/clock.js";
import {
  discard,
  erase,
  freeze,
  keepMine,
  retry,
  save,
  settle,
  status,
} from "../../static/js/outbox.js";
import { closeAll, event, newPhone, startStore } from "./support/phone.js";

const TIME = "2026-11-21T12:00:00+08:00";
/** @type {import("../../static/js/store.js").Store} */
let store;

beforeEach(async () => {
  newPhone();
  store = await startStore();
});
after(closeAll);

/** Send what waits and let the server answer `outcome` to all of it. */
async function answered(outcome, about = {}) {
  const batch = await freeze(store, 50);
  const results = batch.map(({ id }) => ({
    id,
    outcome,
    version: 1,
    receipt: { number: "1" },
    ...about,
  }));
  return settle(store, results, batch, TIME);
}

test("a record carries what the server needs to judge it", async () => {
  heardServer(TIME);
  const saved = await save(store, event());
  assert.match(saved.id, /^[0-9a-f-]{36}$/);
  assert.equal(saved.schema, 1);
  assert.equal(saved.base_version, 0);
  assert.equal(saved.seen_at, TIME);
  assert.ok(saved.declared_at >= TIME);
  assert.match(saved.declared_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/);
  assert.match(saved.hash, /^[0-9a-f]{64}$/);
  assert.match(saved.code, /^[0-9A-F]{4}-[0-9A-F]{4}$/);
  assert.equal(saved.code.replace("-", "").toLowerCase(), saved.hash.slice(0, 8));
});

test("two taps with one id make one record", async () => {
  const id = "33333333-3333-4333-8333-333333333333";
  const [first, second] = await Promise.all([
    save(store, { ...event(), id }),
    save(store, { ...event(), id }),
  ]);
  assert.equal(first.key, second.key);
  assert.equal((await store.records.list()).length, 1);
});

test("an attempt that nobody answered is repeated to the letter", async () => {
  const { id } = await save(store, event());
  const [first] = await freeze(store, 50);
  await save(store, { ...event({ persons: 2 }), id });
  const [second] = await freeze(store, 50);
  assert.deepEqual(second, first);
  assert.equal((await store.records.get(id)).data.persons, 2);
});

test("what arrived is in the mirror, with its receipt and the code it was shown with", async () => {
  const saved = await save(store, event());
  assert.equal(await answered("created"), 1);
  assert.deepEqual(await store.records.list(), []);
  assert.deepEqual((await store.mirror.get(saved.id)).data, saved.data);
  const [sent] = await store.receipts.of(saved.id);
  assert.deepEqual([sent.code, sent.hash, sent.receipt.number], [saved.code, saved.hash, "1"]);
});

test("what the server already told is not overwritten by what the phone knew", async () => {
  const { id } = await save(store, event());
  const told = { seq: 1, type: "event", id, version: 1, deleted: false, data: { late: true } };
  await store.pulled([told], { cursor: "1" }, false);
  await answered("same");
  assert.deepEqual((await store.mirror.get(id)).data, { late: true });
});

test("counts and the time of the last contact come from the store", async () => {
  assert.deepEqual(await status(store), {
    waiting: 0,
    refused: 0,
    stale: 0,
    gone: 0,
    attention: 0,
    lastSyncedAt: undefined,
    part: undefined,
  });
  await save(store, event());
  await answered("created");
  await save(store, event());
  const { waiting, lastSyncedAt } = await status(store);
  assert.equal(waiting, 1);
  assert.ok(lastSyncedAt >= TIME);
});

test("a refused record is mended in its place, or sent again as it was", async () => {
  const { id, hash, declared_at } = await save(store, event());
  await answered("refused", { problems: [{ field: "date", code: "future", message: "…" }] });
  assert.equal((await status(store)).refused, 1);
  await retry(store, id);
  const again = await store.records.get(id);
  assert.deepEqual(
    [again.state, again.hash, again.declared_at, again.problems],
    ["waiting", hash, declared_at, undefined],
  );
  await answered("refused");
  await save(store, { ...event({ date: "2026-11-02" }), id });
  const [row, ...more] = await store.records.list();
  assert.deepEqual(
    [row.state, row.frozen, row.data.date, more.length],
    ["waiting", false, "2026-11-02", 0],
  );
});

test("mine goes on top of theirs", async () => {
  const { id } = await save(store, event({ persons: 2 }));
  await answered("stale", { current: { persons: 5, version: 3 } });
  await keepMine(store, id);
  const [row] = await store.records.list();
  assert.deepEqual([row.id, row.base_version, row.data.persons, row.state], [id, 3, 2, "waiting"]);
});

test("mine takes over the record of the other phone when that was first", async () => {
  const { id, hash } = await save(store, { type: "report", data: { month: "202611" } });
  const current = { id: "44444444-4444-4444-8444-444444444444", version: 2, month: "202611" };
  await answered("stale", { current });
  await keepMine(store, id);
  const [row] = await store.records.list();
  assert.deepEqual([row.id, row.base_version], [current.id, 2]);
  assert.notEqual(row.hash, hash);
});

test("theirs is what the phone shows when mine is dropped", async () => {
  const { id } = await save(store, event({ persons: 2 }));
  await answered("stale", { current: { persons: 5, version: 3 } });
  assert.equal(await discard(store, id), true);
  assert.deepEqual(await store.records.list(), []);
  const { version, data } = await store.mirror.get(id);
  assert.deepEqual([version, data.persons], [3, 5]);
});

test("what is gone can be noted again as a new record", async () => {
  const { id } = await save(store, { ...event(), base_version: 1 });
  await answered("gone");
  await keepMine(store, id);
  const [row] = await store.records.list();
  assert.notEqual(row.id, id);
  assert.deepEqual([row.base_version, row.state], [0, "waiting"]);
});

test("what may have arrived cannot be dropped, only be deleted", async () => {
  const { id } = await save(store, event());
  await freeze(store, 50);
  assert.equal(await discard(store, id), false);
  await erase(store, { ...event(), id });
  const rows = await store.records.list();
  assert.deepEqual(
    rows.map(({ frozen, deleted }) => [frozen, deleted]),
    [
      [true, undefined],
      [false, true],
    ],
  );
});

test("what was never tried is taken back without a trace", async () => {
  const { id } = await save(store, event());
  await erase(store, { ...event(), id });
  assert.deepEqual(await store.records.list(), []);
});

test("decisions about what is not there do nothing", async () => {
  assert.equal(await discard(store, "nobody"), false);
  await keepMine(store, "nobody");
  await retry(store, "nobody");
  const { id } = await save(store, event());
  await keepMine(store, id);
  await retry(store, id);
  assert.equal((await store.records.get(id)).state, "waiting");
});
