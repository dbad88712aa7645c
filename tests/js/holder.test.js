/** The keys between two pages: how long, for whom, and who lets go of them. */

import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";
import { giveKeys, IDLE, isIdle, takeKeys } from "../../static/js/vault/holder.js";
import { dropKeys, heldKeys, keepKeys } from "../../sw/holder.js";

const NOW = Date.parse("2026-11-21T04:00:00Z");
let posted;

before(() => {
  // The worker at the other end of the line, in this process.
  const controller = {
    postMessage: ({ type, held, left }, ports) => {
      posted.push(type);
      if (type === "keys-keep") return keepKeys(held, left);
      ports[0].postMessage(type === "keys-take" ? heldKeys() : dropKeys());
    },
  };
  Object.defineProperty(globalThis, "navigator", {
    value: { serviceWorker: { controller } },
    configurable: true,
  });
});
beforeEach((t) => {
  posted = [];
  dropKeys();
  t.mock?.reset?.();
});

const held = (seen) => ({ vault: "v", keys: { content: 1, mark: 2 }, seen });

test("the next page gets what the one before gave", async () => {
  giveKeys(held(Date.now()));
  assert.deepEqual((await takeKeys("v")).keys, { content: 1, mark: 2 });
  assert.equal(await takeKeys("another vault"), undefined);
  dropKeys();
  assert.equal(await takeKeys("v"), undefined);
});

test("nothing is given, or taken, once nobody has touched the screen for long", async () => {
  giveKeys(held(Date.now() - IDLE));
  assert.deepEqual(posted, []);
  keepKeys(held(Date.now() - IDLE), 60_000);
  assert.equal(await takeKeys("v"), undefined);
});

test("the worker lets go of them by itself", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  keepKeys(held(0), IDLE);
  t.mock.timers.tick(IDLE - 1);
  assert.ok(heldKeys());
  keepKeys(held(1), IDLE);
  t.mock.timers.tick(IDLE - 1);
  assert.ok(heldKeys(), "each page gives them anew");
  t.mock.timers.tick(1);
  assert.equal(heldKeys(), undefined);
});

test("five minutes are five minutes, and a clock that was set back counts as too long", () => {
  assert.equal(isIdle(NOW, NOW + IDLE - 1), false);
  assert.equal(isIdle(NOW, NOW + IDLE), true);
  assert.equal(isIdle(NOW, NOW - 30_000), false, "phones set their clocks by seconds all the time");
  assert.equal(isIdle(NOW, NOW - 3_600_000), true);
});
