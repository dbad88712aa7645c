import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { complete, openVersion, StorageFull, StorageUnavailable } from "../../static/js/idb.js";
import { save } from "../../static/js/outbox.js";
import { openStore, STORE_STEPS } from "../../static/js/store.js";
import { closeAll, event, LEADER, newPhone, soon, startStore, until } from "./support/phone.js";

const OTHER = "22222222-2222-4222-8222-222222222222";

beforeEach(newPhone);
after(closeAll);

test("a write is fulfilled when its transaction is complete, and not before", async () => {
  const transaction = { error: null, abort() {} };
  let fulfilled = false;
  const writing = complete(transaction, () => "done").then((result) => {
    fulfilled = true;
    return result;
  });
  await soon();
  assert.equal(fulfilled, false);
  transaction.oncomplete();
  assert.equal(await writing, "done");
});

test("every write asks for the disk, not only for the system's promise", async () => {
  const store = await startStore();
  const { transaction } = IDBDatabase.prototype;
  const asked = [];
  IDBDatabase.prototype.transaction = function (parts, mode, options) {
    if (mode === "readwrite") asked.push(options?.durability);
    return transaction.call(this, parts, mode, options);
  };
  try {
    await save(store, event());
    await store.drafts.set("event", {});
    await store.pulled([], { cursor: "1" }, false);
    await store.tidy("");
  } finally {
    IDBDatabase.prototype.transaction = transaction;
  }
  assert.deepEqual(asked, ["strict", "strict", "strict", "strict"]);
});

test("what was saved is there after the browser was killed", async () => {
  const saved = await save(await startStore(), event());
  closeAll();
  assert.deepEqual(await (await startStore()).records.get(saved.id), saved);
});

test("each account has a store of its own", async () => {
  await save(await startStore(LEADER), event());
  assert.equal((await (await startStore(OTHER)).records.list()).length, 0);
});

test("a full disk is told, and nothing half-done stays", async () => {
  const store = await startStore();
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = () => {
    throw new DOMException("", "QuotaExceededError");
  };
  try {
    await assert.rejects(save(store, event()), StorageFull);
  } finally {
    IDBObjectStore.prototype.put = put;
  }
  assert.deepEqual(await store.records.list(), []);
  await save(store, event());
  assert.equal((await store.records.list()).length, 1);
});

test("a disk that is full only at the end is told as well", async () => {
  const transaction = { error: new DOMException("", "QuotaExceededError"), abort() {} };
  const writing = complete(transaction, () => undefined);
  await soon();
  transaction.onabort();
  await assert.rejects(writing, StorageFull);
});

test("a listener's mistake does not make a save look failed", async (t) => {
  const told = t.mock.method(console, "error", () => {});
  const store = await startStore();
  store.onChange(() => {
    throw new Error("mistake");
  });
  await save(store, event());
  await soon();
  assert.match(String(told.mock.calls[0].arguments[0]), /mistake/);
});

test("a draft ends in the same transaction that saves it", async () => {
  const store = await startStore();
  await store.drafts.set("event", { persons: 3 });
  await save(store, event(), { draft: "event" });
  assert.equal(await store.drafts.get("event"), undefined);
});

test("a database that the browser closed is opened again", async () => {
  const { open } = indexedDB;
  let opened;
  indexedDB.open = function (...args) {
    const request = open.apply(this, args);
    request.addEventListener("success", () => {
      opened = request.result;
    });
    return request;
  };
  const store = await startStore();
  opened.close();
  await save(store, event());
  assert.equal((await store.records.list()).length, 1);
});

for (let version = 1; version <= STORE_STEPS.length; version++) {
  test(`what version ${version} of the database kept is there in today's`, async () => {
    const db = await openVersion(`sanshi-${LEADER}`, STORE_STEPS.slice(0, version));
    const tx = db.transaction(["records", "receipts", "drafts"], "readwrite");
    tx.objectStore("records").put({ id: "a", state: "waiting", data: { n: 1 } });
    tx.objectStore("receipts").put({ key: "b:1", id: "b", receipt: { number: "1" } });
    tx.objectStore("drafts").put({ n: 2 }, "event");
    await new Promise((resolve) => {
      tx.oncomplete = resolve;
    });
    db.close();
    const store = await startStore();
    assert.deepEqual((await store.records.get("a")).data, { n: 1 });
    assert.equal((await store.receipts.of("b"))[0].receipt.number, "1");
    assert.deepEqual(await store.drafts.get("event"), { n: 2 });
  });
}

test("a database of a newer program is left alone, and told", async () => {
  await save(await startStore(), event());
  closeAll();
  const newer = await openVersion(`sanshi-${LEADER}`, [...STORE_STEPS, () => {}]);
  newer.close();
  await assert.rejects(
    openStore(LEADER),
    (error) => error instanceof StorageUnavailable && error.message === "newer",
  );
  const again = await openVersion(`sanshi-${LEADER}`, [...STORE_STEPS, () => {}]);
  const count = again.transaction("records").objectStore("records").count();
  await new Promise((resolve) => {
    count.onsuccess = resolve;
  });
  assert.equal(count.result, 1);
  again.close();
});

test("a newer page may change the database under an old one, which then says so", async () => {
  const store = await startStore();
  const newer = await openVersion(`sanshi-${LEADER}`, [...STORE_STEPS, () => {}]);
  newer.close();
  await assert.rejects(save(store, event()), StorageUnavailable);
});

test("a browser without databases is told from one that fails", async () => {
  globalThis.indexedDB = undefined;
  await assert.rejects(openStore(LEADER), (error) => error.message === "missing");
  globalThis.indexedDB = {
    open() {
      const request = { error: new DOMException("", "UnknownError") };
      setTimeout(() => request.onerror());
      return request;
    },
  };
  await assert.rejects(openStore(LEADER), (error) => error.message === "failed");
});

test("the mirror keeps the newer version, and the outbox is not its business", async () => {
  const store = await startStore();
  const saved = await save(store, event());
  const change = (version, n) => ({
    seq: version,
    type: "event",
    id: "b",
    version,
    deleted: false,
    data: { n },
  });
  await store.pulled([change(2, "two")], { cursor: "2" }, false);
  await store.pulled([change(1, "one")], { cursor: "2" }, false);
  assert.equal((await store.mirror.get("b")).data.n, "two");
  await store.pulled([change(2, "two, accepted")], { cursor: "3" }, false);
  assert.equal((await store.mirror.get("b")).data.n, "two, accepted");
  await store.pulled([{ ...change(3), deleted: true }], { cursor: "4" }, false);
  assert.deepEqual(await store.mirror.list("event"), []);
  await store.pulled([], { cursor: "" }, true);
  assert.equal(await store.mirror.get("b"), undefined);
  assert.equal((await store.records.get(saved.id)).state, "waiting");
  assert.equal(await store.meta.get("cursor"), "");
});

test("the content of what arrived is forgotten after its time, the receipt never", async () => {
  const store = await startStore();
  const sent = (key, settled_at) => ({
    key,
    id: key,
    settled_at,
    data: { n: 1 },
    receipt: { number: key },
  });
  await store.change("", () => ({
    sent: [sent("old", "2026-11-01T00:00:00+08:00"), sent("new", "2026-11-20T00:00:00+08:00")],
  }));
  await store.tidy("2026-11-07T00:00:00+08:00");
  const [young, old] = await store.receipts.list();
  assert.deepEqual([old.data, old.receipt.number], [undefined, "old"]);
  assert.deepEqual([young.data, young.receipt.number], [{ n: 1 }, "new"]);
});

test("other tabs of the account hear of a change, other accounts do not", async () => {
  const [here, there, other] = [await startStore(), await startStore(), await startStore(OTHER)];
  const heard = [];
  here.onChange((what) => heard.push(`here ${what}`));
  there.onChange((what) => heard.push(`there ${what}`));
  other.onChange((what) => heard.push(`other ${what}`));
  await save(here, event());
  await until(() => heard.length === 2);
  await soon();
  assert.deepEqual(heard, ["here saved", "there elsewhere"]);
});
