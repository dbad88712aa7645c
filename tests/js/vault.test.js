import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { changedSecret, newSecret, openSecret, weakness } from "../../static/js/vault/secret.js";
import { tryWait, withTry } from "../../static/js/vault/tries.js";
import { Vault } from "../../static/js/vault/vault.js";
import { closeAll, LEADER, lockedStore, newPhone } from "./support/phone.js";

const PIN = "730418";
const MINUTE = 60_000;
/** What the server says of a session: that somebody has just begun it with a password, or only that it is alive. */
const SIGNED_IN = { recent: true };
const ALIVE = { recent: false };
let time = 0;
/** @type {import("../../static/js/store.js").Store} */
let store;
/** @type {Vault} */
let vault;

beforeEach(async () => {
  newPhone();
  time = Date.parse("2026-11-21T12:00:00+08:00");
  await restart();
});
after(closeAll);

/** The phone as it is after the browser was killed. */
async function restart(session = "first") {
  closeAll();
  store = await lockedStore();
  vault = new Vault(store, session, () => time);
}

/** As many wrong tries, each after its wait. */
async function wrong(tries) {
  let last;
  for (let i = 0; i < tries; i++) {
    time += await vault.wait();
    last = await vault.open("000001");
  }
  return last;
}

test("a secret is chosen once, and opens the vault on every start", async () => {
  assert.equal(await vault.step(SIGNED_IN), "new");
  assert.equal(await vault.create(PIN), true);
  assert.equal(store.isOpen, true);
  await store.drafts.set("event-new", { note: "王小明" });
  await restart();
  assert.equal(await vault.step(undefined), "closed");
  assert.equal(store.isOpen, false);
  assert.deepEqual(await vault.open("７３０４１８"), { kind: "open" }, "digits of any width");
  assert.deepEqual(await store.drafts.get("event-new"), { note: "王小明" });
});

test("where there is no lock, a session that is merely alive chooses no secret", async () => {
  for (const said of [undefined, ALIVE]) assert.equal(await vault.step(said), "signin");
  assert.equal(await vault.step(SIGNED_IN), "new");
  await vault.create(PIN);
  await vault.forget();
  await restart("second");
  assert.equal(await vault.step(ALIVE), "signin", "nor after it was forgotten");
  assert.ok((await vault.lock()).wrapping, "and nothing is gone");
  await restart("third");
  assert.equal(await vault.step(SIGNED_IN), "new");
});

test("of two tabs that choose a secret the first one's counts", async () => {
  const other = new Vault(await lockedStore(), "first", () => time);
  await vault.create(PIN);
  assert.equal(await other.create("481516"), false);
  assert.equal((await other.open("481516")).kind, "wrong");
  assert.equal((await other.open(PIN)).kind, "open");
});

test("what is easily guessed is not taken", () => {
  for (const easy of ["123456", "654321", "000000", "121212", "123123", "０１２３４５"])
    assert.equal(weakness(easy), "easy", easy);
  for (const short of ["", "12345", "abc", " 1234 "]) assert.equal(weakness(short), "short", short);
  for (const good of [PIN, "我家门前有棵树", "correct horse"])
    assert.equal(weakness(good), "", good);
});

test("from the third wrong try on there is a wait, which doubles", async () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 8, 9].map((tries) => tryWait({ tries, tried_at: 0 }, 0)),
    [0, 0, 0, 30_000, MINUTE, 2 * MINUTE, 15 * MINUTE, 15 * MINUTE],
  );
  await vault.create(PIN);
  await restart();
  assert.deepEqual(await wrong(3), { kind: "wrong", left: 7 });
  assert.deepEqual(await vault.open(PIN), { kind: "wait", wait: 30_000 }, "even the right one");
  time += 29_000;
  assert.equal((await vault.open(PIN)).kind, "wait");
  time += 1_000;
  assert.equal((await vault.open(PIN)).kind, "open");
  assert.equal(await vault.wait(), 0, "and all is forgotten");
});

test("a clock that is set back or far ahead does not let anybody wait for ever, or not at all", () => {
  const tries = { tries: 4, tried_at: 1_000_000 };
  assert.equal(tryWait(tries, 500_000), MINUTE);
  const seen = withTry(tries, 500_000);
  assert.deepEqual(seen, { tries: 4, tried_at: 500_000, wait: MINUTE });
  assert.equal(tryWait(seen, 500_000 + MINUTE), 0);
});

test("a try counts before it is made, so that pulling the plug gains nothing", async () => {
  await vault.create(PIN);
  await restart();
  const { deriveKey } = crypto.subtle;
  crypto.subtle.deriveKey = () => new Promise(() => {}); // Killed while it derives.
  try {
    vault.open("000001");
    while (!(await vault.lock()).tries) await new Promise((resolve) => setTimeout(resolve, 1));
  } finally {
    crypto.subtle.deriveKey = deriveKey;
  }
  await restart();
  assert.equal((await vault.lock()).tries, 1);
});

test("after ten wrong ones the copy is gone, and a new secret wants a new session", async () => {
  await vault.create(PIN);
  const told = { seq: 1, type: "event", id: "a", version: 1, data: { note: "王小明" } };
  await store.pulled([told], { cursor: "7" }, false, { account: {} });
  await store.drafts.set("event-new", { note: "王小明" });
  await restart();
  assert.deepEqual(await wrong(10), { kind: "gone" });
  assert.equal(await vault.step(SIGNED_IN), "signin", "the same session will not do");
  assert.equal((await vault.lock()).wrapping, undefined);
  assert.equal(await store.meta.get("cursor"), undefined);
  assert.equal((await vault.open(PIN)).kind, "gone");
  await restart("second");
  assert.equal(await vault.step(undefined), "signin", "nor one that the server has not confirmed");
  assert.equal(await vault.step(SIGNED_IN), "new");
  await vault.create("481516");
  assert.deepEqual(await store.mirror.list("event"), []);
  assert.equal(await store.drafts.get("event-new"), undefined);
});

test("who is killed at the last try has had it", async () => {
  await vault.create(PIN);
  await restart();
  await wrong(9);
  await store.vault.update("lock", (lock) => ({ ...lock, tries: 10 }));
  await restart();
  assert.equal(await vault.step(SIGNED_IN), "signin");
});

test("a forgotten secret is replaced after signing in, not before", async () => {
  await vault.create(PIN);
  await restart();
  await vault.forget();
  assert.equal(await vault.step(SIGNED_IN), "signin");
  assert.ok((await vault.lock()).wrapping, "nothing is gone yet");
  await restart("second");
  assert.equal(await vault.step(SIGNED_IN), "new");
  assert.equal((await vault.lock()) === undefined, true);
});

test("a session that was ended from elsewhere closes the vault until somebody signs in; the secret stays", async () => {
  await vault.create(PIN);
  await store.drafts.set("event-new", { note: "王小明" });
  await vault.revoke();
  await restart();
  assert.equal(await vault.step(SIGNED_IN), "signin");
  await restart("second");
  assert.equal(await vault.step(SIGNED_IN), "closed");
  assert.equal((await vault.open(PIN)).kind, "open");
  assert.deepEqual(await store.drafts.get("event-new"), { note: "王小明" });
});

test("that a session was ended is news once, and no news where a new secret is due anyhow", async () => {
  assert.equal(await vault.revoke(), false, "no vault, nothing to close");
  assert.equal(await vault.lock(), undefined);
  await vault.create(PIN);
  assert.equal(await vault.revoke(), true);
  assert.equal(await vault.revoke(), false);
  await restart("second");
  assert.equal(await vault.step(SIGNED_IN), "closed");
  await vault.forget();
  assert.equal(await vault.revoke(), false);
  assert.equal((await vault.lock()).why, "forgot");
});

test("a changed secret is derived with today's work, however old the one before is", async () => {
  const { wrapping } = await newSecret(PIN, LEADER, 1000);
  const changed = await changedSecret(wrapping, PIN, "481516", LEADER);
  assert.equal(wrapping.iterations, 1000);
  assert.equal(changed.iterations, 600_000);
  assert.ok(await openSecret(changed, "481516", LEADER));
});

test("another secret opens the same vault, in one write", async () => {
  await vault.create(PIN);
  await store.drafts.set("event-new", { note: "王小明" });
  assert.equal((await vault.change("000001", "481516")).kind, "wrong");
  assert.equal((await vault.change(PIN, "481516")).kind, "open");
  const { id } = await vault.lock();
  await restart();
  assert.equal((await vault.open(PIN)).kind, "wrong");
  assert.equal((await vault.open("481516")).kind, "open");
  assert.equal((await vault.lock()).id, id);
  assert.deepEqual(await store.drafts.get("event-new"), { note: "王小明" });
});

test("wherever changing the secret is cut off, one of the two opens", async () => {
  await vault.create(PIN);
  const { put } = IDBObjectStore.prototype;
  for (let cut = 0; cut < 4; cut++) {
    let writes = 0;
    IDBObjectStore.prototype.put = function (...args) {
      if (writes++ === cut) throw new DOMException("", "AbortError");
      return put.apply(this, args);
    };
    await vault.change(PIN, "481516").catch(() => {});
    IDBObjectStore.prototype.put = put;
    await restart();
    const opens = [await vault.open(PIN), await vault.open("481516")].filter(
      ({ kind }) => kind === "open",
    );
    assert.equal(opens.length, 1, `cut at ${cut}`);
    if ((await vault.open(PIN)).kind !== "open") await vault.change("481516", PIN);
  }
});
