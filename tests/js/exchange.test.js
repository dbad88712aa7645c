import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { meaningOf, waitAsked } from "../../static/js/answers.js";
import { pull, push } from "../../static/js/exchange.js";
import { save, status } from "../../static/js/outbox.js";
import { closeAll, event, LEADER, newPhone, startStore } from "./support/phone.js";
import { FakeServer } from "./support/server.js";

const NOW = Date.parse("2026-11-21T04:00:00Z");
/** @type {import("../../static/js/store.js").Store} */
let store;
/** @type {FakeServer} */
let server;

before(() => {
  globalThis.document = { querySelector: () => null };
});
beforeEach(async () => {
  newPhone();
  store = await startStore();
  server = new FakeServer();
});
after(closeAll);

async function saveMany(count) {
  const saved = [];
  for (let i = 0; i < count; i++) saved.push(await save(store, event({ persons: i + 1 })));
  return saved;
}

const idsHeard = () => server.heard.map(({ body }) => body.records.map(({ id }) => id));

test("the wire carries what was agreed, and who sends it", async () => {
  const [saved] = await saveMany(1);
  let headers;
  const fetcher = (path, init) => {
    headers = init.headers;
    assert.deepEqual([init.method, init.redirect, init.cache], ["POST", "error", "no-store"]);
    return server.fetch(path, init);
  };
  await push(store, fetcher);
  assert.equal(headers["Sanshi-Account"], LEADER);
  const { device, records } = server.heard[0].body;
  assert.match(device, /^[0-9a-f-]{36}$/);
  assert.deepEqual(Object.keys(records[0]).sort(), [
    "base_version",
    "data",
    "declared_at",
    "id",
    "schema",
    "type",
  ]);
  assert.deepEqual(records[0].data, saved.data);
  assert.equal(await store.meta.get("device"), device);
});

test("batches go oldest first", async () => {
  const saved = await saveMany(120);
  assert.deepEqual(await push(store, server.fetch), { kind: "ok", settled: 120 });
  assert.deepEqual(
    idsHeard().map((ids) => ids.length),
    [50, 50, 20],
  );
  assert.deepEqual(
    idsHeard().flat(),
    saved.map(({ id }) => id),
  );
  assert.equal(server.versions.length, 120);
});

test("too much at once is halved", async () => {
  await saveMany(30);
  server.mostRecords = 4;
  await push(store, server.fetch);
  assert.equal(server.versions.length, 30);
  assert.deepEqual(
    idsHeard()
      .map((ids) => ids.length)
      .slice(0, 6),
    [30, 15, 8, 4, 8, 4],
  );
});

test("a record that is too much alone is refused, and holds up no other", async () => {
  const [, second] = await saveMany(3);
  const fetcher = async (path, init) =>
    init.body.includes(second.id)
      ? new Response("<h1>413</h1>", { status: 413 })
      : server.fetch(path, init);
  assert.equal((await push(store, fetcher)).kind, "ok");
  assert.equal(server.versions.length, 2);
  const [row] = await store.records.list();
  assert.deepEqual([row.id, row.state, row.problems[0].code], [second.id, "refused", "too_large"]);
});

test("a record that makes the batch unreadable is found and refused", async () => {
  const [, second] = await saveMany(5);
  const error = { code: "bad_request", message: "读不懂" };
  const fetcher = async (path, init) =>
    init.body.includes(second.id)
      ? new Response(JSON.stringify({ error }), { status: 400 })
      : server.fetch(path, init);
  await push(store, fetcher);
  const [row] = await store.records.list();
  assert.deepEqual([row.id, row.problems], [second.id, [{ field: "", ...error }]]);
  assert.equal(server.versions.length, 4);
});

test("a refusal in the middle holds up no other", async () => {
  const saved = await saveMany(5);
  const problems = [{ field: "date", code: "future", message: "日期不能晚于今天" }];
  server.refuse = ({ id }) =>
    id === saved[2].id ? { outcome: "refused", version: 0, problems } : undefined;
  await push(store, server.fetch);
  assert.equal(server.versions.length, 4);
  assert.deepEqual((await store.records.get(saved[2].id)).problems, problems);
});

for (const [weather, outcome] of [
  ["lost", { kind: "wait", after: 0 }],
  ["unheard", { kind: "wait", after: 0 }],
  ["error", { kind: "wait", after: 0 }],
  ["page", { kind: "wait", after: 0 }],
  ["cut", { kind: "wait", after: 0 }],
  ["busy", { kind: "wait", after: 120_000 }],
  ["signed out", { kind: "signin" }],
]) {
  test(`all stays when the answer is: ${weather}`, async () => {
    await saveMany(3);
    server.weather = () => weather;
    assert.deepEqual(await push(store, server.fetch), outcome);
    assert.equal((await status(store)).waiting, 3);
    server.weather = () => "ok";
    await push(store, server.fetch);
    assert.equal((await status(store)).waiting, 0);
    assert.equal(server.versions.length, 3);
  });
}

test("an answer that leaves records out leaves them waiting, and does not go round in circles", async () => {
  const [first] = await saveMany(3);
  let calls = 0;
  const fetcher = async () => {
    calls += 1;
    const results = [{ id: first.id, outcome: "created", version: 1, receipt: null }];
    return new Response(JSON.stringify({ server_time: server.now(), results }));
  };
  assert.deepEqual(await push(store, fetcher), { kind: "wait", after: 0 });
  assert.equal(calls, 2);
  assert.equal((await status(store)).waiting, 2);
});

test("a phone whose session was ended sends all that waits, and then hears it", async () => {
  await saveMany(120);
  const fetcher = async (path, init) => {
    const answer = await server.fetch(path, init);
    const told = { ...JSON.parse(await answer.text()), closed: true, revoked: true };
    return new Response(JSON.stringify(told), { status: 200 });
  };
  assert.deepEqual(await push(store, fetcher), { kind: "signin", revoked: true });
  assert.equal((await status(store)).waiting, 0);
});

test("pulling goes on until there is no more, and remembers how far", async () => {
  for (let i = 1; i <= 1200; i++) {
    server.changes.push({
      seq: i,
      type: "event",
      id: `e${i}`,
      version: 1,
      deleted: false,
      data: { n: i },
    });
  }
  assert.deepEqual(await pull(store, server.fetch), { kind: "ok" });
  assert.equal((await store.mirror.list("event")).length, 1200);
  assert.equal(await store.meta.get("cursor"), "1200");
  assert.equal((await store.own.get("me")).account.id, LEADER);
  assert.equal(server.heard.length, 3);
});

test("a phone that has only part of what there is says so until it has the rest", async () => {
  const data = { n: 1 };
  for (let i = 1; i <= 600; i++)
    server.changes.push({ seq: i, type: "event", id: `e${i}`, version: 1, deleted: false, data });
  let calls = 0;
  server.weather = () => (++calls === 2 ? "lost" : "ok");
  assert.equal((await pull(store, server.fetch)).kind, "wait");
  assert.equal((await store.mirror.list("event")).length, 500);
  assert.equal((await status(store)).part, true);
  await pull(store, server.fetch);
  assert.equal((await status(store)).part, false);
});

test("reference data stays until new comes", async () => {
  const answer = {
    server_time: server.now(),
    cursor: "",
    restart: false,
    me: { account: { id: LEADER } },
    changes: [],
  };
  const reply = (more) => async () =>
    new Response(JSON.stringify({ ...answer, more: false, ...more }));
  await pull(store, reply({ reference: { forms: ["one"] } }));
  await pull(store, reply({}));
  assert.deepEqual(await store.meta.get("reference"), { forms: ["one"] });
});

test("what belongs to somebody else is not taken over", async () => {
  server.account = "99999999-9999-4999-8999-999999999999";
  server.changes.push({ seq: 1, type: "event", id: "x", version: 1, deleted: false, data: {} });
  assert.deepEqual(await pull(store, server.fetch), { kind: "other" });
  assert.equal(await store.mirror.get("x"), undefined);
  assert.equal(await store.own.get("me"), undefined);
});

test("a pull that fails changes nothing", async () => {
  for (const weather of ["lost", "error", "page", "cut"]) {
    server.weather = () => weather;
    assert.equal((await pull(store, server.fetch)).kind, "wait");
  }
  assert.equal(await store.meta.get("cursor"), undefined);
});

test("a server that asks to wait is obeyed for up to an hour", () => {
  assert.equal(waitAsked(null, NOW), 0);
  assert.equal(waitAsked("120", NOW), 120_000);
  assert.equal(waitAsked("Sat, 21 Nov 2026 04:01:00 GMT", NOW), 60_000);
  assert.equal(waitAsked("Sat, 21 Nov 2026 03:00:00 GMT", NOW), 0);
  assert.equal(waitAsked("99999999", NOW), 3_600_000);
  assert.equal(waitAsked("tomorrow", NOW), 0);
});

test("a whole answer has what was asked for", () => {
  const meaning = (status, text) =>
    meaningOf({ status, text, retryAfter: null }, "results", NOW).kind;
  assert.equal(meaning(200, '{"results": []}'), "ok");
  for (const text of ["", "null", "[]", "{}", '{"results": {}}', "<html>", '{"results": [']) {
    assert.equal(meaning(200, text), "wait");
  }
  assert.equal(meaning(500, '{"results": []}'), "wait");
  assert.equal(meaning(400, "<h1>Bad Request</h1>"), "wait");
  assert.equal(meaning(403, '{"error": {"code": "forbidden"}}'), "wait");
  assert.equal(meaning(413, ""), "split");
  assert.equal(meaning(401, ""), "signin");
});
