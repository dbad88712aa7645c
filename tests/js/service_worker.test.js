import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";

const HOST = "https://sanshi.test";
const LOOKS = "zh-Hans,normal,auto";
const SHELLS = {
  home: "/offline/home",
  event: "/offline/event",
  report: "/offline/report",
  slip: "/offline/slip",
};
const MANIFEST = {
  version: "new",
  shells: { ...SHELLS, outbox: "/offline/outbox", me: "/offline/me", none: "/offline/none" },
  files: ["/static/css/app.1.css", "/static/js/leader.1.js"],
  later: {
    shells: { scan: "/offline/scan", round: "/offline/round" },
    files: ["/static/js/doors.1.js"],
  },
};
const FIRST = [...MANIFEST.files, ...Object.values(MANIFEST.shells)].sort();
const ALL = [...FIRST, ...MANIFEST.later.files, ...Object.values(MANIFEST.later.shells)].sort();
const ID = "0b9f6f4e-8c1d-4c57-9a39-2f1f6f0c1a01";

/** Caches as browsers have them, in memory. */
class FakeCaches {
  named = new Map();
  async open(name) {
    if (!this.named.has(name)) this.named.set(name, new Map());
    const kept = this.named.get(name);
    const addAll = async (requests) => {
      const answers = await Promise.all(requests.map((request) => fetch(request)));
      if (answers.some(({ status }) => status !== 200)) throw new TypeError("Failed to fetch");
      for (const [i, answer] of answers.entries()) kept.set(requests[i].path, answer);
    };
    return {
      addAll,
      put: async (path, answer) => void kept.set(path, answer),
      match: async (path) => kept.get(path)?.clone(),
    };
  }
  keys = async () => [...this.named.keys()];
  delete = async (name) => this.named.delete(name);
  paths = (name) => [...(this.named.get(name)?.keys() || [])].sort();
}

const events = {};
let network;
let asked;

before(async () => {
  globalThis.self = {
    MANIFEST,
    location: new URL(HOST),
    addEventListener: (name, work) => {
      events[name] = work;
    },
    clients: { claim: async () => {} },
    skipWaiting: async () => asked.push("take over"),
  };
  await import("../../sw/main.js");
});

/** Node's own wants whole addresses. */
class FakeRequest {
  constructor(path, about) {
    Object.assign(this, about, { path });
  }
}

beforeEach(async () => {
  globalThis.Request = FakeRequest;
  globalThis.caches = new FakeCaches();
  asked = [];
  network = (path) =>
    new Response(`from the network: ${path}`, { headers: { "Sanshi-Looks": LOOKS } });
  globalThis.fetch = async (request) => {
    const path = request.path || request.url.replace(HOST, "");
    asked.push(`${request.cache || "page"} ${path}`);
    return network(path);
  };
});

/** Let an event happen, and wait for what it waits for. */
async function happen(name, about = {}) {
  const waits = [];
  let answer;
  events[name]({
    ...about,
    waitUntil: (work) => waits.push(work),
    respondWith: (work) => (answer = work),
  });
  await Promise.all(waits);
  return answer;
}

const install = () => happen("install");

/** The text that `path` answers with; undefined when the worker leaves it to the browser. */
async function visit(path, { mode = "navigate", method = "GET" } = {}) {
  const answer = await happen("fetch", {
    request: { url: new URL(path, HOST).href, method, mode },
  });
  return answer?.text();
}

async function tell(data) {
  let reply;
  await happen("message", { data, ports: [{ postMessage: (said) => (reply = said) }] });
  return reply;
}

function offline() {
  network = () => {
    throw new TypeError("Failed to fetch");
  };
}

test("a version keeps its shells, fetched anew, and its files, and nothing else", async () => {
  await install();
  assert.deepEqual(caches.paths("sanshi-v-new"), FIRST);
  assert.ok(asked.includes("reload /offline/home"));
  assert.ok(asked.includes("default /static/css/app.1.css"));
});

test("when one part is missing the version does not come to be, and the old one stays", async () => {
  await caches.open("sanshi-v-old");
  for (const bad of [500, 404, 206]) {
    network = (path) => new Response("", { status: path === "/offline/slip" ? bad : 200 });
    await assert.rejects(install());
    assert.deepEqual(await caches.keys(), ["sanshi-v-old"]);
  }
});

test("the round's pages come after the first ones, once the phone is a leader's or a coordinator's", async () => {
  for (const role of ["leader", "coordinator"]) {
    globalThis.caches = new FakeCaches();
    await install();
    await tell({ type: "role", role: "other" });
    assert.deepEqual(caches.paths("sanshi-v-new"), FIRST);
    await tell({ type: "role", role });
    assert.deepEqual(caches.paths("sanshi-v-new"), ALL);
    asked = [];
    await tell({ type: "role", role });
    assert.deepEqual(asked, [], "not again");
  }
});

test("a network that breaks off leaves the round's pages for another time", async () => {
  await install();
  const works = network;
  network = (path) => new Response("", { status: path === "/offline/round" ? 500 : 200 });
  await tell({ type: "role", role: "leader" });
  assert.deepEqual(caches.paths("sanshi-v-new"), [...FIRST, ...MANIFEST.later.files].sort());
  network = works;
  await tell({ type: "role", role: "leader" });
  assert.deepEqual(caches.paths("sanshi-v-new"), ALL);
});

test("the next version brings the round's pages with it where they are in use", async () => {
  await tell({ type: "role", role: "coordinator" });
  await install();
  assert.deepEqual(caches.paths("sanshi-v-new"), ALL);
});

test("a new version does not take over by itself, only when the page asks", async () => {
  await install();
  assert.ok(!asked.includes("take over"));
  await tell({ type: "take-over" });
  assert.ok(asked.includes("take over"));
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
  asked = [];
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
  assert.deepEqual(asked, []);
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

test("files of this version come from the phone, others from the network", async () => {
  await install();
  asked = [];
  const file = { mode: "no-cors" };
  assert.equal(
    await visit("/static/js/leader.1.js", file),
    "from the network: /static/js/leader.1.js",
  );
  assert.deepEqual(asked, []);
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
  asked = [];
  assert.equal(await tell({ type: "looks", looks: LOOKS }), true);
  assert.deepEqual(asked, []);
  network = (path) =>
    new Response(`dark ${path}`, { headers: { "Sanshi-Looks": "en,large,dark" } });
  assert.equal(await tell({ type: "looks", looks: "en,large,dark" }), true);
  await tell({ type: "role", role: "leader" });
  assert.equal(await visit("/app"), "dark /offline/home");
  network = (path) => new Response("", { status: path === "/offline/none" ? 500 : 200 });
  assert.equal(await tell({ type: "looks", looks: LOOKS }), false);
  assert.equal(await visit("/app"), "dark /offline/home");
});

test("shells that came in looks chosen while they were fetched are fetched once more", async () => {
  await install();
  const come = (looks) => new Response("", { headers: { "Sanshi-Looks": looks } });
  network = (path) => come(path === "/offline/home" ? "en,large,auto" : "zh-Hans,large,auto");
  assert.equal(await tell({ type: "looks", looks: "zh-Hans,large,auto" }), false);
  network = () => come("en,large,auto");
  assert.equal(await tell({ type: "looks", looks: "en,large,auto" }), true);
});

test("before anything is kept there is nothing to dress", async () => {
  assert.equal(await tell({ type: "looks", looks: LOOKS }), false);
  assert.deepEqual(asked, []);
});
