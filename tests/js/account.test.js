import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import {
  currentAccount,
  finishSignOut,
  PEOPLE_STEPS,
  rememberAccount,
  signOut,
} from "../../static/js/account.js";
import { openVersion } from "../../static/js/idb.js";
import { noticeWipe, readMark, writeMark } from "../../static/js/marker.js";
import { save } from "../../static/js/outbox.js";
import { FakePage } from "./support/document.js";
import { closeAll, event, LEADER, newPhone, startStore } from "./support/phone.js";

const WANG = {
  id: LEADER,
  name: "王",
  role: "leader",
  unit: { id: "u", name: "第一组" },
  device: "d1",
};
let asked = [];

beforeEach(() => {
  newPhone();
  new FakePage().install();
  asked = [];
  globalThis.fetch = async (path) => asked.push(path);
});
after(closeAll);

test("the phone knows its person without a network", async () => {
  assert.equal(await currentAccount(), undefined);
  await rememberAccount(WANG);
  const { id, role, device } = WANG;
  assert.deepEqual(await currentAccount(), { id, role, device }, "without a name");
});

test("signing out hides the person's store and deletes nothing", async () => {
  await rememberAccount(WANG);
  await save(await startStore(), event());
  await signOut();
  assert.equal(await currentAccount(), undefined);
  assert.deepEqual(asked, ["/sign-out"]);
  assert.equal((await (await startStore()).records.list()).length, 1);
});

test("without a network the session ends at the next contact", async () => {
  const { fetch: network } = globalThis;
  await rememberAccount(WANG);
  globalThis.fetch = async () => {
    throw new TypeError("Failed to fetch");
  };
  await signOut();
  await finishSignOut();
  globalThis.fetch = network;
  assert.equal(
    await rememberAccount(WANG),
    false,
    "a page of the session that was left does not bring it back",
  );
  assert.equal(await currentAccount(), undefined);
  await finishSignOut();
  await finishSignOut();
  assert.deepEqual(asked, ["/sign-out"]);
});

test("who has signed in anew since stays", async () => {
  await rememberAccount(WANG);
  const { fetch: network } = globalThis;
  globalThis.fetch = async () => {
    throw new TypeError("Failed to fetch");
  };
  await signOut();
  globalThis.fetch = network;
  assert.equal(await rememberAccount({ ...WANG, device: "d2" }), true);
  await finishSignOut();
  assert.deepEqual(asked, []);
});

for (let version = 1; version <= PEOPLE_STEPS.length; version++) {
  test(`the person kept by version ${version} is known to today's`, async () => {
    const db = await openVersion("sanshi", PEOPLE_STEPS.slice(0, version));
    const tx = db.transaction("people", "readwrite");
    tx.objectStore("people").put(WANG, "current");
    await new Promise((resolve) => {
      tx.oncomplete = resolve;
    });
    db.close();
    assert.deepEqual(await currentAccount(), WANG);
  });
}

test("a store that the browser threw away is noticed, with what was in it", async () => {
  assert.equal(await noticeWipe(await startStore()), undefined);
  writeMark(LEADER, 3);
  assert.equal(await noticeWipe(await startStore()), undefined);
  newPhone();
  const store = await startStore();
  assert.equal(await noticeWipe(store), 3);
  // It is said until the person has read it, also after a restart.
  closeAll();
  const again = await startStore();
  assert.equal(await noticeWipe(again), 3);
  await again.meta.remove("wiped");
  assert.equal(await noticeWipe(again), undefined);
});

test("of a wipe that left only the server's mark nobody knows how much was lost", async () => {
  document.cookies.set(`had-${LEADER.slice(0, 8)}`, "d1");
  assert.equal(await noticeWipe(await startStore()), -1);
});

test("the mark is found in either of its two places", () => {
  writeMark(LEADER, 2);
  document.cookies.clear();
  assert.equal(readMark(LEADER), 2);
  writeMark(LEADER, 4);
  globalThis.localStorage = undefined;
  assert.equal(readMark(LEADER), 4);
  assert.equal(readMark("22222222-2222-4222-8222-222222222222"), undefined);
});
