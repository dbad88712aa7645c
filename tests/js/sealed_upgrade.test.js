/** What an earlier version of the app left open is sealed without losing any of it. */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { push } from "../../static/js/exchange.js";
import { openVersion } from "../../static/js/idb.js";
import { freeze, settle, status } from "../../static/js/outbox.js";
import { STORE_STEPS } from "../../static/js/store.js";
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

const secret = (about = {}) => event({ note: SECRETS.join(" "), ...about });

/** A phone as the first version of the app left it: everything open. */
async function oldPhone() {
  const db = await openVersion(`sanshi-${LEADER}`, STORE_STEPS.slice(0, 1));
  const tx = db.transaction(["records", "mirror", "receipts", "drafts", "meta"], "readwrite");
  const about = { type: "event", schema: 1, base_version: 0, state: "waiting", frozen: false };
  const { data } = secret();
  for (const [n, more] of [
    {},
    { frozen: true },
    { state: "refused", problems: [{ message: SECRETS[0] }] },
  ].entries())
    tx.objectStore("records").put({
      ...about,
      id: `r${n}`,
      data,
      hash: `${n}`.repeat(64),
      code: "C",
      ...more,
    });
  tx.objectStore("mirror").put({ id: "m", type: "event", version: 1, data });
  const receipt = {
    number: "1",
    hash: "f".repeat(64),
    declared_at: "d",
    received_at: "e",
    signature: "s",
  };
  tx.objectStore("receipts").put({
    key: "s:1",
    id: "s",
    version: 1,
    data,
    hash: "f".repeat(64),
    code: "D",
    receipt,
  });
  tx.objectStore("drafts").put(secret(), "event-new");
  tx.objectStore("meta").put({ account: { name: SECRETS[0] } }, "me");
  tx.objectStore("meta").put(box.seal_key, "seal_key");
  await new Promise((resolve) => {
    tx.oncomplete = resolve;
  });
  db.close();
}

async function allThere(store) {
  const { data } = secret();
  const rows = await store.records.list();
  assert.deepEqual(
    rows.map((row) => [row.id, row.data, row.hash.slice(0, 1), row.code]),
    [
      ["r0", data, "0", "C"],
      ["r1", data, "1", "C"],
      ["r2", data, "2", "C"],
    ],
  );
  assert.equal(rows[2].problems[0].message, SECRETS[0]);
  assert.deepEqual((await store.mirror.get("m")).data, data);
  const [sent] = await store.receipts.of("s");
  assert.deepEqual(
    [sent.data, sent.hash, sent.code, sent.receipt.number],
    [data, "f".repeat(64), "D", "1"],
  );
  assert.deepEqual(await store.drafts.get("event-new"), secret());
  assert.equal((await store.own.get("me")).account.name, SECRETS[0]);
}

test("what the first version of the app left open is sealed when the vault is first opened", async () => {
  await oldPhone();
  const store = await startStore();
  await allThere(store);
  const disk = await everything();
  for (const word of [...SECRETS, "ffffffff"]) assert.ok(!disk.includes(word), word);
  for (const row of await store.records.rows())
    assert.deepEqual(await openEnvelope(box, row), secret().data);
});

test("it is sent as it is while nobody has chosen a secret", async () => {
  await oldPhone();
  const store = await lockedStore();
  await push(store, server.fetch);
  assert.deepEqual(
    server.versions.map(({ id }) => id),
    ["r0", "r1"],
  );
});

test("wherever the sealing is cut off, nothing is lost and the next start goes on", async () => {
  const { put } = IDBObjectStore.prototype;
  for (let cut = 0; cut < 12; cut++) {
    newPhone();
    await oldPhone();
    let writes = 0;
    IDBObjectStore.prototype.put = function (...args) {
      if (writes++ === cut) throw new DOMException("", "QuotaExceededError");
      return put.apply(this, args);
    };
    const wasCut = await startStore().then(
      () => false,
      () => true,
    );
    IDBObjectStore.prototype.put = put;
    assert.equal(wasCut, writes > cut);
    closeAll();
    await allThere(await startStore());
    assert.ok(!(await everything()).includes(SECRETS[0]));
  }
});

test("another tab settles what is being sealed: it arrives once and nothing stays open", async () => {
  await oldPhone();
  const other = await lockedStore();
  const [, batch] = await Promise.all([startStore(), freeze(other, 9)]);
  const results = batch.map(({ id }) => ({ id, outcome: "created", version: 1, receipt: null }));
  await settle(other, results, batch);
  const store = await startStore();
  assert.ok(!(await everything()).includes(SECRETS[0]));
  await push(store, server.fetch);
  assert.equal((await status(store)).waiting, 0);
});
