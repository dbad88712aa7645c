/**
 * A person notes, changes and deletes; another phone does too; the network loses requests and answers; the
 * browser is killed. Whatever happens in whatever order: what was saved last arrives, and arrives once.
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { discard, erase, keepMine, save } from "../../static/js/outbox.js";
import { Sync } from "../../static/js/sync.js";
import { closeAll, LEADER, newPhone, startStore } from "./support/phone.js";
import { FakeServer } from "./support/server.js";

const SEEDS = Number(process.env.CHAOS_SEEDS || 150);
const STEPS = 40;
const WEATHERS = [
  "ok",
  "ok",
  "ok",
  "lost",
  "unheard",
  "unheard",
  "hang",
  "error",
  "page",
  "cut",
  "signed out",
];

before(() => {
  globalThis.document = { querySelector: () => null };
  // A killed page's timers die with it.
  const { setTimeout: own } = globalThis;
  globalThis.setTimeout = (work, wait, ...rest) => {
    const timer = own(work, wait, ...rest);
    return wait > 1000 ? timer.unref() : timer;
  };
});
after(closeAll);

/** Numbers that look random and are the same for the same seed (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * below) | 0;
  };
}

class World {
  server = new FakeServer();
  /** What the person said of each record, in order; "deleted" for taking it back. */
  said = new Map();
  /** Records about which the person last chose the other phone's version. */
  yielded = new Set();
  forms = [];

  constructor(seed) {
    this.random = randomFrom(seed);
    this.isAlone = seed % 2 === 0;
    this.server.weather = () => {
      const weather = WEATHERS[this.random(WEATHERS.length)];
      if (weather === "hang") this.stuck();
      return weather;
    };
  }

  /** The browser starts. */
  async open() {
    this.store = await startStore();
    // What a killed page leaves without Web Locks; in life it runs out after a while.
    await this.store.meta.remove("lease");
    this.sync = new Sync(this.store, {
      fetcher: this.server.fetch,
      verified: this.random(2) === 0,
    });
    this.forms = [];
  }

  /** The browser is killed. */
  async kill() {
    this.sync.stop();
    closeAll();
    await this.open();
  }

  pick(list) {
    return list[this.random(list.length)];
  }

  say(id, what) {
    this.yielded.delete(id);
    this.said.set(id, [...(this.said.get(id) || []), what]);
  }

  async note() {
    const data = { n: this.random(3) };
    const { id } = await save(this.store, { type: "event", data });
    this.say(id, JSON.stringify(data));
  }

  /** What a page shows of a record, and the version it would change. */
  async shown(id) {
    const row = await this.store.records.get(id);
    const mirrored = await this.store.mirror.get(id);
    if ((row || mirrored)?.deleted) return undefined;
    return row || (mirrored && { ...mirrored, base_version: mirrored.version });
  }

  async openForm() {
    const id = this.pick([...this.said.keys()]);
    const shown = id && (await this.shown(id));
    if (shown) this.forms.push({ id, base_version: shown.base_version });
  }

  async change() {
    const form = this.forms.pop();
    if (!form || !(await this.shown(form.id))) return;
    const data = { n: this.random(3) };
    await save(this.store, { type: "event", data, ...form });
    this.say(form.id, JSON.stringify(data));
  }

  async takeBack() {
    const id = this.pick([...this.said.keys()]);
    const shown = id && (await this.shown(id));
    if (!shown || (shown.state && shown.state !== "waiting")) return;
    await erase(this.store, {
      type: "event",
      id,
      base_version: shown.base_version,
      data: shown.data,
    });
    if (await this.store.records.get(id)) this.say(id, "deleted");
    else {
      assert.equal(this.server.newest(id), undefined, "what the server has cannot just go");
      this.said.delete(id);
    }
  }

  async otherPhone() {
    if (this.isAlone) return;
    const known = this.pick(
      this.server.versions.filter(({ id }) => !this.server.newest(id).deleted),
    );
    if (known)
      await this.server.write({
        id: known.id,
        data: { theirs: this.random(99) },
        deleted: this.random(4) === 0 || undefined,
      });
  }

  async exchange() {
    const stuck = new Promise((resolve) => {
      this.stuck = () => resolve("stuck");
    });
    if ((await Promise.race([this.sync.run("button"), stuck])) === "stuck") await this.kill();
  }

  async decide() {
    for (const { id, state } of await this.store.records.list()) {
      if (this.isAlone) assert.equal(state, "waiting", "nobody is in conflict with oneself");
      if (state === "gone" || (state === "stale" && this.random(2))) {
        await discard(this.store, id);
        this.yielded.add(id);
      } else if (state === "stale") await keepMine(this.store, id);
    }
  }

  async step() {
    const steps = [
      "note",
      "openForm",
      "openForm",
      "change",
      "change",
      "takeBack",
      "otherPhone",
      "exchange",
      "exchange",
      "kill",
      "decide",
    ];
    await this[this.pick(steps)]();
  }

  /** The sun comes out. */
  async calm() {
    this.server.weather = () => "ok";
    for (let round = 0; round < 9; round++) {
      await this.sync.run("button");
      await this.decide();
    }
  }
}

/** Whether all of `some` are in `all`, in that order. */
function inOrder(some, all) {
  let from = 0;
  return some.every((each) => {
    const at = all.indexOf(each, from);
    from = at + 1;
    return at >= 0;
  });
}

async function check(world) {
  const { server, store, said } = world;
  assert.deepEqual(await store.records.list(), [], "all has arrived");
  const receipts = new Map(
    (await store.receipts.list()).map((sent) => [sent.key, sent.receipt.number]),
  );
  const mine = server.versions.filter(
    ({ data, deleted }) => "n" in data || (deleted && "n" in data),
  );
  for (const { id, version, receipt } of mine)
    assert.equal(receipts.get(`${id}:${version}`), receipt.number, "receipts are kept");
  assert.equal(new Set([...receipts.values()]).size, receipts.size, "no receipt stands for two");
  for (const id of new Set(server.versions.map((row) => row.id)))
    assert.ok(said.has(id), "nothing was made up");
  for (const [id, all] of said) {
    const arrived = mine
      .filter((row) => row.id === id)
      .map((row) => (row.deleted ? "deleted" : JSON.stringify(row.data)));
    // What was chosen once more, over another phone's version, may arrive once more.
    const kept = arrived.filter((each, i) => i === 0 || each !== arrived[i - 1]);
    assert.ok(inOrder(kept, all), `${kept} of ${all}`);
    const last = all[all.length - 1];
    if (world.yielded.has(id)) continue;
    if (last === "deleted") assert.ok(server.newest(id).deleted, "by whom does not matter");
    else assert.equal(arrived[arrived.length - 1], last, "what was said last has arrived");
  }
}

test(`${SEEDS} stories of ${STEPS} steps: nothing lost, nothing twice`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    newPhone();
    const world = new World(seed);
    await world.open();
    try {
      for (let i = 0; i < STEPS; i++) await world.step();
      await world.calm();
      await check(world);
    } catch (error) {
      error.message = `seed ${seed}: ${error.message}`;
      throw error;
    }
    world.sync.stop();
  }
});

test("the stories are of one account", () => assert.equal(new FakeServer().account, LEADER));
