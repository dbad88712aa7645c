import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { pull, push } from "../../static/js/exchange.js";
import { save } from "../../static/js/outbox.js";
import { Sync } from "../../static/js/sync.js";
import { Opening } from "../../static/js/vault/opening.js";
import { closeAll, event, LEADER, newPhone, startStore } from "./support/phone.js";
import { FakeServer } from "./support/server.js";

/** What was said to the server: `{path, body, account}`. */
let said = [];
let status = 200;

beforeEach(() => {
  newPhone();
  [said, status] = [[], 200];
  globalThis.document = { querySelector: () => null };
  globalThis.fetch = async (path, { body, headers }) => {
    if (status === 0) throw new TypeError("Failed to fetch");
    said.push({ path, body: body && JSON.parse(body), account: headers?.["Sanshi-Account"] });
    return new Response(JSON.stringify({ left: 600 }), { status });
  };
});
after(closeAll);

test("an open vault is proved by what comes from its keys, and not again at once", async () => {
  const store = await startStore();
  const opening = new Opening(store, "d1");
  assert.equal(await opening.prove(), "open");
  assert.equal(await opening.prove(), "open");
  assert.equal(said.length, 1);
  const [{ path, body, account }] = said;
  assert.deepEqual([path, account], ["/sync/open", LEADER]);
  assert.match(body.secret, /^[0-9a-f]{32}$/);
  await opening.prove(true);
  assert.deepEqual(said[1], said[0], "the same vault says the same");
  await new Opening(store, "d2").prove();
  assert.equal(said.length, 3, "another session has to be told");
  await opening.end();
  await opening.prove();
  assert.deepEqual(
    said.map((each) => each.path).slice(3),
    ["/sync/close", "/sync/open"],
    "what was ended is said anew",
  );
});

test("without a network nothing is known, and another vault is refused", async () => {
  const opening = new Opening(await startStore(), "d1");
  status = 0;
  assert.equal(await opening.prove(), "later");
  status = 500;
  assert.equal(await opening.prove(), "later");
  status = 403;
  assert.equal(await opening.prove(), "refused");
});

test("a closed vault proves nothing", async () => {
  const store = await startStore();
  store.lock();
  assert.equal(await new Opening(store, "d1").prove(true), "later");
  assert.deepEqual(said, []);
});

test("a server that takes the phone for locked is shown that it is not, then tells", async () => {
  const server = new FakeServer();
  const store = await startStore();
  let isOpen = false;
  const asked = [];
  const fetcher = async (path, init) =>
    isOpen || path === "/sync/push"
      ? server.fetch(path, init)
      : new Response(JSON.stringify({ error: { code: "closed", message: "" } }), { status: 401 });
  assert.deepEqual(await pull(store, fetcher), { kind: "closed" });
  const prove = async (isAsked = false) => {
    asked.push(isAsked);
    isOpen ||= isAsked;
    return "open";
  };
  const sync = new Sync(store, { fetcher, prove });
  await sync.run("open");
  sync.stop();
  assert.deepEqual(asked, [false, true]);
  assert.ok(await store.meta.get("cursor"));
});

test("when it knows the session with another vault, somebody has to sign in", async () => {
  const store = await startStore();
  const heard = [];
  const sync = new Sync(store, {
    prove: async () => "refused",
    onStatus: ({ session }) => heard.push(session),
  });
  await sync.run("open");
  sync.stop();
  assert.equal(heard.pop(), "revoked");
});

test("of what needs the person nothing is taken from an answer to a locked phone", async () => {
  const store = await startStore();
  await save(store, event());
  const [{ id }] = await store.records.list();
  const results = [{ id, outcome: "stale", version: 3, problems: [], current: null }];
  const fetcher = async () => new Response(JSON.stringify({ closed: true, results }));
  assert.equal((await push(store, fetcher)).kind, "wait");
  assert.equal((await store.records.list())[0].state, "waiting");
});
