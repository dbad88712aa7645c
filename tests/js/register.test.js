/** The index of doors: always what was told, with what waits laid over it. */

import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { erase, freeze, save, settle } from "../../static/js/outbox.js";
import { everything } from "./support/disk.js";
import { closeAll, lockedStore, newPhone, startStore, until } from "./support/phone.js";

const HOME = {
  unit: "u",
  kind: "resident",
  address: { building: "3幢", entrance: "2单元", door: "501" },
  contact: { name: "王小明", phone: "199-0000-0037" },
  consents: { contact: { given: true } },
};
const SERVERS = {
  pinyin: "wang xiao ming",
  cards: [{ number: "1234567", hash: "h1" }],
  last: { date: "2026-11-03", outcome: "met" },
  needs_open: 1,
};
/** @type {import("../../static/js/store.js").Store} */
let store;
let seq = 0;

beforeEach(async () => {
  newPhone();
  store = await startStore();
});
after(closeAll);

const told = (type, id, data, version = 1) => ({
  seq: ++seq,
  type,
  id,
  version,
  deleted: !data,
  data,
});
const pulled = (...changes) => store.pulled(changes, { cursor: `${seq}` }, false);
const door = async (id = "a") => (await store.index.all()).find((each) => each.id === id);

test("a household is found by its cards and known by its contact", async () => {
  await pulled(told("household", "a", { ...HOME, ...SERVERS }), told("event", "e", {}));
  const found = await store.index.byHash("h1");
  assert.deepEqual(await store.index.byNumber("1234567"), found);
  assert.deepEqual(
    [found.id, found.building, found.door, found.name, found.tail, found.pinyin, found.needs],
    ["a", "3幢", "501", "王小明", "0037", "wang xiao ming", 1],
  );
  assert.equal(await store.index.byHash("h2"), undefined);
  const disk = await everything();
  // The short ones with what stands beside them: four signs alone may turn up by chance in what is sealed.
  for (const word of ["王小明", "0000-0037", '"0037"', "1234567", '"wang', "wang xiao"])
    assert.ok(!disk.includes(word), word);
});

test("all who live there are known by name", async () => {
  const members = [
    { id: "m1", name: "王小明" },
    { id: "m2", name: "陈水秀" },
  ];
  await pulled(told("household", "a", { ...HOME, members }), told("household", "b", {}));
  assert.deepEqual((await door()).names, ["王小明", "陈水秀"]);
  assert.deepEqual((await door("b")).names, []);
});

test("what goes elsewhere goes", async () => {
  await pulled(told("household", "a", HOME), told("household", "b", HOME));
  await pulled(told("household", "a", undefined, 2));
  assert.deepEqual(
    (await store.index.all()).map(({ id }) => id),
    ["b"],
  );
  await store.pulled([], { cursor: "" }, true);
  assert.deepEqual(await store.index.all(), []);
});

test("what waits is laid over it and keeps what only the server knows", async () => {
  await pulled(told("household", "a", { ...HOME, ...SERVERS }));
  const address = { ...HOME.address, door: "502" };
  await save(store, { type: "household", id: "a", base_version: 1, data: { ...HOME, address } });
  const { id } = await save(store, { type: "household", data: HOME });
  const visit = {
    unit: "u",
    household: "a",
    date: "2026-11-20",
    outcome: "not_home",
    not_before: "2026-11-25",
  };
  await save(store, { type: "visit", data: visit });
  await save(store, { type: "need", data: { household: "a", service: "s", state: "open" } });
  const found = await door();
  assert.deepEqual(
    [found.door, found.pinyin, found.hashes, found.waiting],
    ["502", SERVERS.pinyin, ["h1"], true],
  );
  assert.deepEqual(found.last, {
    date: "2026-11-20",
    outcome: "not_home",
    not_before: "2026-11-25",
  });
  assert.equal((await door(id)).name, "王小明");
  await erase(store, { type: "household", id, data: HOME });
  assert.equal(await door(id), undefined);
});

test("an earlier visit does not take a later one's place", async () => {
  await pulled(told("household", "a", { ...HOME, ...SERVERS }));
  await pulled(told("visit", "v", { household: "a", date: "2026-11-01", outcome: "declined" }));
  assert.equal((await door()).last.date, "2026-11-03");
});

test("what was agreed on at the last visit stays with the door", async () => {
  await pulled(told("household", "a", { ...HOME, ...SERVERS }));
  const days = { not_before: "2027-03-01", follow_up: "2027-04-02" };
  await pulled(told("visit", "v", { household: "a", date: "2026-11-20", outcome: "met", ...days }));
  assert.deepEqual((await door()).last, { date: "2026-11-20", outcome: "met", ...days });
});

test("open needs are counted once, however they are told", async () => {
  const open = told("need", "n", { household: "a", state: "open" });
  await pulled(told("household", "a", { ...HOME, needs_open: 1 }), open);
  assert.equal((await door()).needs, 1);
  await pulled(told("need", "m", { household: "a", state: "referred" }));
  assert.equal((await door()).needs, 2);
  await pulled(told("need", "n", { household: "a", state: "done" }, 2));
  assert.equal((await door()).needs, 1);
});

test("what arrived while the vault was closed is there once it is open", async () => {
  const { id } = await save(store, { type: "household", data: HOME });
  await store.meta.set("seal_key", undefined);
  const batch = await freeze(store, 9);
  closeAll();
  const locked = await lockedStore();
  await settle(locked, [{ id, outcome: "created", version: 1, receipt: null }], batch);
  closeAll();
  store = await startStore();
  assert.equal((await door(id)).name, "王小明");
  await pulled(told("household", "b", HOME));
  assert.deepEqual((await store.index.all()).map((each) => each.id).sort(), ["b", id].sort());
});

test("another tab hears of it", async () => {
  const other = await startStore();
  assert.deepEqual(await other.index.all(), []);
  await pulled(told("household", "a", HOME));
  await until(async () => (await other.index.all()).length > 0);
  assert.equal((await other.index.all()).length, 1);
});
