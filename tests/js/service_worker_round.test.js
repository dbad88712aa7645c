import assert from "node:assert/strict";
import { test } from "node:test";
import {
  ALL,
  FakeCaches,
  FIRST,
  install,
  MANIFEST,
  offline,
  tell,
  visit,
  world,
} from "./support/service_worker.js";

test("the round's pages come after the first ones, once the phone is a leader's or a coordinator's", async () => {
  for (const role of ["leader", "coordinator"]) {
    globalThis.caches = new FakeCaches();
    await install();
    await tell({ type: "role", role: "other" });
    assert.deepEqual(caches.paths("sanshi-v-new"), FIRST);
    await tell({ type: "role", role });
    assert.deepEqual(caches.paths("sanshi-v-new"), ALL);
    world.asked = [];
    await tell({ type: "role", role });
    assert.deepEqual(world.asked, [], "not again");
  }
});

test("a network that breaks off leaves the round's pages for another time", async () => {
  await install();
  const works = world.network;
  world.network = (path) => new Response("", { status: path === "/offline/round" ? 500 : 200 });
  await tell({ type: "role", role: "leader" });
  assert.deepEqual(caches.paths("sanshi-v-new"), [...FIRST, ...MANIFEST.later.files].sort());
  world.network = works;
  await tell({ type: "role", role: "leader" });
  assert.deepEqual(caches.paths("sanshi-v-new"), ALL);
});

test("the next version brings the round's pages with it where they are in use", async () => {
  await tell({ type: "role", role: "coordinator" });
  await install();
  assert.deepEqual(caches.paths("sanshi-v-new"), ALL);
});

test("a card read by the phone's own camera leads those who go round to its door, all others to everybody's page", async () => {
  const token = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  await install();
  for (const role of ["", "other"]) {
    await tell({ type: "role", role });
    assert.equal(await visit(`/q/${token}`), `from the network: /q/${token}`);
  }
  await tell({ type: "role", role: "coordinator" });
  offline();
  for (const path of [`/q/${token}`, `/Q/${token}`])
    assert.equal(await visit(path), "from the network: /offline/scan");
  assert.equal(await visit(`/q/${token}?face=public`), "from the network: /offline/none");
  assert.equal(await visit("/q/short"), "from the network: /offline/none");
  await tell({ type: "role", role: "other" });
  assert.equal(await visit(`/q/${token}`), "from the network: /offline/none");
});
