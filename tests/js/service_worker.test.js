import assert from "node:assert/strict";
import { test } from "node:test";
import {
  FIRST,
  HOST,
  happen,
  ID,
  install,
  LOOKS,
  offline,
  tell,
  visit,
  world,
} from "./support/service_worker.js";

test("a version keeps its shells, fetched anew, and its files, and nothing else", async () => {
  await install();
  assert.deepEqual(caches.paths("sanshi-v-new"), FIRST);
  assert.ok(world.asked.includes("reload /offline/first.json"));
  assert.ok(world.asked.includes("page /static/css/app.1.css"));
});

test("when one part is missing the version does not come to be, and the old one stays", async () => {
  await caches.open("sanshi-v-old");
  for (const bad of [500, 404, 206]) {
    world.network = (path) => new Response("", { status: path === "/offline/slip" ? bad : 200 });
    await assert.rejects(install());
    assert.deepEqual(await caches.keys(), ["sanshi-v-old"]);
  }
});

test("a new version does not take over by itself, only when the page asks", async () => {
  await install();
  assert.ok(!world.asked.includes("take over"));
  await tell({ type: "take-over" });
  assert.ok(world.asked.includes("take over"));
});

test("it takes over from the readers' worker at once", async () => {
  for (const state of ["active", "waiting"]) {
    world.asked.length = 0;
    self.registration = { [state]: { scriptURL: "https://sanshi.test/reader.js" } };
    await install();
    assert.ok(world.asked.includes("take over"), state);
  }
  self.registration = {};
});

test("taking over deletes the earlier version and nothing of anybody else", async () => {
  for (const name of ["sanshi-v-old", "sanshi-v-new", "sanshi-state", "other-app"])
    await caches.open(name);
  await happen("activate");
  assert.deepEqual(await caches.keys(), ["sanshi-v-new", "sanshi-state", "other-app"]);
});

test("the leader's pages come from the phone at once", async () => {
  await install();
  await tell({ type: "role", role: "leader" });
  world.asked = [];
  for (const [path, name] of [
    ["/app", "home"],
    ["/app/", "home"],
    ["/app?x=1", "home"],
    ["/app/events/new", "event"],
    [`/app/events/${ID}`, "event"],
    ["/app/report/202611", "report"],
    [`/app/slip/${ID}`, "slip"],
    ["/app/outbox", "outbox"],
  ]) {
    assert.equal(await visit(path), `from the network: /offline/${name}`, path);
  }
  assert.deepEqual(world.asked, []);
});

test("everybody else's come from the network", async () => {
  await install();
  for (const role of ["", "other"]) {
    await tell({ type: "role", role });
    assert.equal(await visit("/app"), "from the network: /app");
  }
  await tell({ type: "role", role: "leader" });
  for (const path of [
    "/",
    "/sign-in",
    "/app/board/202611",
    `/app/events/${ID}/withdraw`,
    "/app/me",
    "/receipts/1",
  ]) {
    assert.equal(await visit(path), `from the network: ${path}`);
  }
});

test("without network there is the shell for whom it may concern, and a page that says so for the rest", async () => {
  await install();
  offline();
  assert.equal(await visit("/app/events/new"), "from the network: /offline/event");
  assert.equal(await visit("/app/me"), "from the network: /offline/me");
  assert.equal(await visit("/app/board/202611"), "from the network: /offline/none");
  await tell({ type: "role", role: "other" });
  assert.equal(await visit("/app"), "from the network: /offline/none");
});

test("without network and without cache the browser says what it says", async () => {
  offline();
  const answer = await happen("fetch", {
    request: { url: `${HOST}/app`, method: "GET", mode: "navigate" },
  });
  assert.equal(answer.type, "error");
});

test("files of this version come from the phone, others from the network", async () => {
  await install();
  world.asked = [];
  const file = { mode: "no-cors" };
  assert.equal(
    await visit("/static/js/leader.1.js", file),
    "from the network: /static/js/leader.1.js",
  );
  assert.deepEqual(world.asked, []);
  assert.equal(
    await visit("/static/js/leader.0.js", file),
    "from the network: /static/js/leader.0.js",
  );
  assert.deepEqual(caches.paths("sanshi-v-new").length, 9);
});

test("what is sent, what is synchronised and what is elsewhere is not touched", async () => {
  await install();
  await tell({ type: "role", role: "leader" });
  assert.equal(await visit("/app/events/new", { method: "POST" }), undefined);
  assert.equal(await visit("/sync/pull?cursor=", { mode: "cors" }), undefined);
  assert.equal(await visit("/sync/push", { method: "POST", mode: "cors" }), undefined);
  assert.equal(await visit("https://elsewhere.test/app"), undefined);
  assert.equal(await visit("/sw.js", { mode: "same-origin" }), undefined);
});

test("after somebody signs in or out the next page is the server's", async () => {
  await install();
  for (const path of ["/sign-in", "/sign-out", "/invitations/abc"]) {
    await tell({ type: "role", role: "leader" });
    assert.equal(await visit(path, { method: "POST" }), undefined);
    assert.equal(await visit("/app"), "from the network: /app");
  }
});

test("other looks fetch the shells anew, all of them or none", async () => {
  await install();
  world.asked = [];
  assert.equal(await tell({ type: "looks", looks: LOOKS }), true);
  assert.deepEqual(world.asked, []);
  world.network = (path) =>
    new Response(`dark ${path}`, { headers: { "Sanshi-Looks": "en,large,dark" } });
  assert.equal(await tell({ type: "looks", looks: "en,large,dark" }), true);
  await tell({ type: "role", role: "leader" });
  assert.equal(await visit("/app"), "dark /offline/home");
  world.network = (path) => new Response("", { status: path === "/offline/none" ? 500 : 200 });
  assert.equal(await tell({ type: "looks", looks: LOOKS }), false);
  assert.equal(await visit("/app"), "dark /offline/home");
});

test("shells that came in looks chosen while they were fetched are fetched once more", async () => {
  await install();
  const come = (looks) => new Response("", { headers: { "Sanshi-Looks": looks } });
  world.network = (path) => come(path === "/offline/home" ? "en,large,auto" : "zh-Hans,large,auto");
  assert.equal(await tell({ type: "looks", looks: "zh-Hans,large,auto" }), false);
  world.network = () => come("en,large,auto");
  assert.equal(await tell({ type: "looks", looks: "en,large,auto" }), true);
});

test("before anything is kept there is nothing to dress", async () => {
  assert.equal(await tell({ type: "looks", looks: LOOKS }), false);
  assert.deepEqual(world.asked, []);
});
