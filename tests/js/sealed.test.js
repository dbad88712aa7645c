/** What lies on the disk is sealed, and can be read by whoever opens the vault only. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { pull, push } from "../../static/js/exchange.js";
import { erase, freeze, save, saveAll, settle, status } from "../../static/js/outbox.js";
import { Locked } from "../../static/js/sealing.js";
import { Sync } from "../../static/js/sync.js";
import { everything } from "./support/disk.js";
import { closeAll, event, LEADER, lockedStore, newPhone, startStore } from "./support/phone.js";
import { FakeServer, newBox, openEnvelope } from "./support/server.js";

const SECRETS = ["王小明", "13800138000", "长生巷"];
/** @type {FakeServer} */
let server;
let box;

before(async () => {
  globalThis.document = { querySelector: () => null };
  box = await newBox();
});
beforeEach(() => {
  newPhone();
  server = new FakeServer();
  server.box = box;
});
after(closeAll);

/** A phone that knows the server's key. */
async function phone() {
  const store = await startStore();
  await store.meta.set("seal_key", box.seal_key);
  return store;
}

const secret = (about = {}) => event({ note: SECRETS.join(" "), ...about });

test("nothing of what is kept can be read on the disk", async () => {
  const store = await phone();
  const told = { seq: 1, type: "event", id: "t", version: 1, data: secret().data };
  await store.pulled([told], {}, false, { account: { name: SECRETS[0] } });
  const { id, hash, code } = await save(store, secret());
  await store.drafts.set("event-new", secret());
  await push(store, server.fetch);
  await save(store, { ...secret({ persons: 2 }), id, base_version: 1 });
  const batch = await freeze(store, 9);
  const problems = [{ field: "note", code: "long", message: SECRETS[1] }];
  const current = { id, version: 2, note: SECRETS[2] };
  await settle(store, [{ id, outcome: "stale", version: 2, current }], batch);
  const { id: other } = await save(store, secret());
  await settle(store, [{ id: other, outcome: "refused", problems }], await freeze(store, 9));
  const disk = await everything();
  // The name with its quote: four letters alone may turn up by chance.
  for (const word of [...SECRETS, hash, code, '"note']) assert.ok(!disk.includes(word), word);
  assert.ok(disk.includes(id), "the whole disk was looked at");
  assert.equal((await store.records.get(id)).current.note, SECRETS[2]);
  assert.equal((await store.records.get(other)).problems[0].message, SECRETS[1]);
  assert.deepEqual(await store.receipts.of(id).then(([sent]) => [sent.hash, sent.code]), [
    hash,
    code,
  ]);
});

test("the content of one record cannot be put in another's place", async () => {
  const store = await phone();
  const box = await store.sealer.seal({ n: 1 }, "a");
  await assert.rejects(store.sealer.unseal(box, "b"), { name: "OperationError" });
});

test("while the vault is closed nothing can be read or noted", async () => {
  await save(await phone(), secret());
  closeAll();
  const store = await lockedStore();
  await assert.rejects(store.records.list(), Locked);
  await assert.rejects(save(store, secret()), Locked);
  assert.equal((await status(store)).waiting, 1, "but it can be counted");
});

test("what waits is sent while the vault is closed, and its receipt is there once it is open", async () => {
  const { id, data, hash } = await save(await phone(), secret());
  closeAll();
  const store = await lockedStore();
  const sync = new Sync(store, { fetcher: server.fetch });
  await sync.run("start");
  sync.stop();
  assert.deepEqual(
    server.heard.map(({ path }) => path),
    ["/sync/push"],
    "nothing is pulled",
  );
  const [sent] = server.heard[0].body.records;
  assert.deepEqual([sent.data, Object.keys(sent.sealed)], [undefined, ["kid", "key", "iv", "box"]]);
  assert.deepEqual(server.newest(id).data, data);
  closeAll();
  const open = await startStore();
  assert.deepEqual((await open.mirror.get(id)).data, data);
  assert.deepEqual(
    (await open.receipts.of(id)).map((each) => each.hash),
    [hash],
  );
});

test("what needs the person waits for the person: nothing the server says of it is kept meanwhile", async () => {
  const { id } = await save(await phone(), secret());
  closeAll();
  const store = await lockedStore();
  server.refuse = () => ({ outcome: "refused", version: 0, problems: [{ message: SECRETS[0] }] });
  assert.deepEqual(await push(store, server.fetch), { kind: "wait", after: 0 });
  assert.equal((await status(store)).waiting, 1);
  assert.ok(!(await everything()).includes(SECRETS[0]));
  closeAll();
  const open = await startStore();
  await push(open, server.fetch);
  assert.equal((await open.records.get(id)).state, "refused");
});

test("several records are kept together or not at all", async () => {
  const store = await phone();
  const { put } = IDBObjectStore.prototype;
  let writes = 0;
  IDBObjectStore.prototype.put = function (...args) {
    if (this.name === "records" && writes++) throw new DOMException("", "AbortError");
    return put.apply(this, args);
  };
  const three = [secret(), secret({ persons: 2 }), secret({ persons: 3 })];
  try {
    await assert.rejects(saveAll(store, three));
  } finally {
    IDBObjectStore.prototype.put = put;
  }
  assert.equal((await store.records.list()).length, 0);
  const kept = await saveAll(store, three);
  assert.deepEqual(
    (await store.records.list()).map((row) => row.id),
    kept.map(({ id }) => id),
  );
  assert.deepEqual(
    kept.map(({ data }) => data.persons),
    [1, 2, 3],
  );
});

test("what was noted before the server's key was known is sealed for it once it is", async () => {
  const store = await startStore();
  const { id } = await save(store, secret());
  assert.equal((await store.records.rows())[0].sealed, undefined);
  await pull(store, server.fetch);
  const [row] = await store.records.rows();
  assert.deepEqual(await openEnvelope(box, row), (await store.records.get(id)).data);
});

test("what waits outlives the vault, and is sent by the next one", async () => {
  const store = await phone();
  const { id, data } = await save(store, secret());
  const gone = await save(store, secret({ persons: 2 }));
  await erase(store, { ...secret({ persons: 2 }), id: gone.id, base_version: 1 });
  assert.equal(await store.erase(true), 0);
  closeAll();
  const { newSecret } = await import("../../static/js/vault/secret.js");
  const next = await lockedStore();
  await next.unlock((await newSecret("another", LEADER, 1)).keys);
  assert.deepEqual(await next.records.list(), [], "nobody can read it any more");
  assert.equal((await status(next)).waiting, 2);
  server.write({ id: gone.id, data: {} });
  assert.deepEqual(await push(next, server.fetch), { kind: "ok", settled: 2 });
  assert.deepEqual(server.newest(id).data, data);
  assert.equal(server.newest(gone.id).deleted, true);
  assert.equal((await status(next)).waiting, 0);
});

test("what was sealed for nobody else goes with the vault, and is counted", async () => {
  const store = await startStore();
  await save(store, secret());
  assert.equal(await store.erase(true), 1);
  assert.equal((await status(store)).waiting, 0);
});

test("an old copy goes, what was typed stays", async () => {
  const store = await phone();
  await store.pulled(
    [{ seq: 1, type: "event", id: "t", version: 1, data: {} }],
    { cursor: "1" },
    false,
    {},
  );
  const { id } = await save(store, secret());
  await store.drafts.set("event-new", secret());
  await store.erase(false);
  assert.deepEqual(await store.mirror.list("event"), []);
  assert.equal(await store.meta.get("cursor"), undefined);
  assert.deepEqual((await store.records.get(id)).data, secret().data);
  assert.deepEqual(await store.drafts.get("event-new"), secret());
});

test("one content that cannot be read keeps no other from being shown", async (t) => {
  t.mock.method(console, "error", () => {});
  const store = await phone();
  const { id } = await save(store, secret());
  const { id: broken } = await save(store, secret());
  await store.change("", (rows) => ({ put: [{ ...rows[1], data: new Uint8Array(40) }] }));
  assert.deepEqual(
    (await store.records.list()).map((row) => row.id),
    [id],
  );
  await push(store, server.fetch);
  assert.deepEqual(server.newest(broken).data, secret().data, "it is sent all the same");
});
