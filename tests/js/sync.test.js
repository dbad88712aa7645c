import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { save } from "../../static/js/outbox.js";
import { Pace, pauseAfter } from "../../static/js/pace.js";
import { Sync, startSync } from "../../static/js/sync.js";
import { isFree } from "../../static/js/turn.js";
import { closeAll, event, newPhone, startStore, until } from "./support/phone.js";
import { FakeServer } from "./support/server.js";

/** @type {import("../../static/js/store.js").Store} */
let store;
/** @type {FakeServer} */
let server;
const running = new Set();

before(() => {
  globalThis.document = {
    querySelector: () => null,
    addEventListener() {},
    visibilityState: "visible",
  };
});
beforeEach(async () => {
  stopAll();
  newPhone();
  store = await startStore();
  server = new FakeServer();
});
after(() => {
  stopAll();
  closeAll();
});

function stopAll() {
  for (const sync of running) sync.stop();
  running.clear();
}

/** A sync whose last report can be asked for. */
function newSync(of = store, options = {}) {
  const sync = new Sync(of, {
    fetcher: server.fetch,
    onStatus: (status) => (sync.last = status),
    ...options,
  });
  running.add(sync);
  return sync;
}

const paths = () => server.heard.map(({ path }) => path.split("?")[0].slice(6));

test("an exchange asks who is signed in, sends, and fetches", async () => {
  await save(store, event());
  const sync = newSync();
  await sync.run("start");
  assert.deepEqual(paths(), ["pull", "push", "pull"]);
  assert.deepEqual([sync.last.waiting, sync.last.session, sync.last.sending], [0, "ok", false]);
  assert.ok(sync.last.lastSyncedAt);
  await sync.run("button");
  assert.deepEqual(paths().slice(3), ["pull"]);
  server.heard = [];
  await newSync().run("start");
  assert.deepEqual(paths(), ["pull"]);
});

test("a page that the server just made need not ask", async () => {
  await save(store, event());
  await newSync(store, { verified: true }).run("start");
  assert.deepEqual(paths(), ["push", "pull"]);
});

test("nothing is sent under another name", async () => {
  await save(store, event());
  server.account = "99999999-9999-4999-8999-999999999999";
  const sync = newSync();
  await sync.run("start");
  assert.deepEqual(paths(), ["pull"]);
  assert.deepEqual([sync.last.waiting, sync.last.session], [1, "other"]);
  assert.equal(server.versions.length, 0);
});

test("a session that ends keeps everything, and asks again who is there before it sends", async () => {
  await save(store, event());
  const sync = newSync(store, { verified: true });
  server.weather = () => "signed out";
  await sync.run("start");
  assert.deepEqual([sync.last.waiting, sync.last.session], [1, "signin"]);
  server.weather = () => "ok";
  await sync.run("visible");
  assert.deepEqual(paths(), ["pull", "push", "pull"]);
  assert.deepEqual([sync.last.waiting, sync.last.session], [0, "ok"]);
});

test("a session that ends in the middle of a queue keeps the rest", async () => {
  for (let i = 0; i < 60; i++) await save(store, event({ persons: i + 1 }));
  let calls = 0;
  server.weather = () => (++calls === 2 ? "signed out" : "ok");
  const sync = newSync(store, { verified: true });
  await sync.run("start");
  assert.deepEqual([sync.last.waiting, sync.last.session], [10, "signin"]);
});

test("without network the session is not in doubt", async () => {
  const sync = newSync();
  server.weather = () => "lost";
  await sync.run("start");
  assert.deepEqual([sync.last.session, sync.last.failures], ["ok", 1]);
});

test("a network that comes back while a try is failing is used at once", async () => {
  await save(store, event());
  const sync = newSync();
  server.weather = () => {
    server.weather = () => "ok";
    sync.run("online");
    return "lost";
  };
  await sync.run("start");
  assert.deepEqual([sync.last.waiting, sync.last.failures], [0, 0]);
});

test("a save is sent at once, and saves during a send are not forgotten", async () => {
  const sync = startSync(store, {
    fetcher: server.fetch,
    verified: true,
    onStatus: (status) => (sync.last = status),
  });
  running.add(sync);
  for (let i = 0; i < 5; i++) await save(store, event({ persons: i + 1 }));
  await until(async () => !(await store.records.list()).length);
  assert.equal(server.versions.length, 5);
  await sync.run("button");
  assert.equal(sync.last.waiting, 0);
});

for (const locks of [undefined, fakeLocks()]) {
  test(`two tabs send every record once, ${locks ? "with" : "without"} locks`, async () => {
    Object.defineProperty(globalThis, "navigator", {
      value: locks && { locks },
      configurable: true,
    });
    const other = await startStore();
    for (let i = 0; i < 120; i++) await save(store, event({ persons: i + 1 }));
    const [one, two] = [newSync(store, { verified: true }), newSync(other, { verified: true })];
    await Promise.all([one.run("start"), two.run("start"), one.run("online"), two.run("visible")]);
    await two.run("button");
    const sent = server.heard.flatMap(({ body }) => body?.records || []).map(({ id }) => id);
    assert.equal(sent.length, 120);
    assert.equal(new Set(sent).size, 120);
    assert.equal(two.last.waiting, 0);
    delete globalThis.navigator;
  });
}

/** Locks as browsers have them: by name, in turn. */
function fakeLocks() {
  let tail = Promise.resolve();
  return {
    request(_name, work) {
      const done = tail.then(work);
      tail = done.catch(() => undefined);
      return done;
    },
  };
}

test("a lease of a tab that is gone runs out, also when the clock was set back", () => {
  assert.equal(isFree(undefined, "me", 1000), true);
  assert.equal(isFree({ owner: "me", until: 5000 }, "me", 1000), true);
  assert.equal(isFree({ owner: "you", until: 5000 }, "me", 1000), false);
  assert.equal(isFree({ owner: "you", until: 5000 }, "me", 5001), true);
  assert.equal(isFree({ owner: "you", until: 9_000_000 }, "me", 1000), true);
});

test("a fault in the middle is told to the log and tried again later", async (t) => {
  const told = t.mock.method(console, "error", () => {});
  const sync = newSync(store, { verified: true });
  server.fetch = async () => new Response('{"changes": [], "me": null}');
  running.add(sync);
  const faulty = newSync(store, { fetcher: server.fetch });
  await faulty.run("start");
  assert.equal(told.mock.calls.length, 1);
  assert.equal(faulty.last.failures, 1);
});

test("pauses double up to five minutes, spread by half", () => {
  assert.deepEqual(
    [1, 2, 3, 7, 99].map((n) => pauseAfter(n, 1)),
    [5_000, 10_000, 20_000, 300_000, 300_000],
  );
  assert.equal(pauseAfter(1, 0), 2_500);
});

test("after a failure the timer waits, a person does not, and what the server asked holds for all but the button", () => {
  const pace = new Pace();
  assert.equal(pace.nextIn(0), 60_000);
  pace.failed(0, 0, 1);
  assert.deepEqual(
    ["timer", "save", "online", "visible", "button"].map((why) => pace.allows(why, 1)),
    [false, true, true, true, true],
  );
  assert.equal(pace.nextIn(1000), 4_000);
  assert.equal(
    pace.nextIn(1000.25),
    4_000,
    "a timer that rings a fraction early would find nothing allowed",
  );
  pace.failed(1000, 120_000, 1);
  assert.deepEqual(
    ["timer", "save", "online", "button"].map((why) => pace.allows(why, 60_000)),
    [false, false, false, true],
  );
  assert.equal(pace.allows("timer", 121_000), true);
  pace.succeeded();
  assert.deepEqual(
    [pace.failures, pace.allows("timer", 1001), pace.nextIn(1001)],
    [0, true, 60_000],
  );
});

test("a busy server is left alone until the time it asked for", async () => {
  await save(store, event());
  const sync = newSync(store, { verified: true });
  server.weather = () => "busy";
  await sync.run("start");
  server.weather = () => "ok";
  await sync.run("save");
  await sync.run("online");
  assert.equal(sync.last.waiting, 1);
  await sync.run("button");
  assert.equal(sync.last.waiting, 0);
});

test("a quiet phone does not ask every minute", async () => {
  const sync = newSync(store, { verified: true });
  await sync.run("start");
  await sync.run("timer");
  assert.deepEqual(paths(), ["pull"]);
});

test("after the end nothing more is done", async () => {
  const sync = newSync();
  sync.stop();
  await sync.run("button");
  assert.deepEqual(server.heard, []);
});
