import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { startWorker, tellRole, tellWorker } from "../../static/js/worker.js";
import { FakePage } from "./support/document.js";
import { soon } from "./support/phone.js";

/** @type {FakePage} */
let page;
let workers;
let registration;
let told;
let reloads;

beforeEach(() => {
  page = new FakePage();
  page.install();
  told = [];
  reloads = 0;
  location.reload = () => {
    reloads += 1;
  };
  const worker = {
    postMessage: (message, [port] = []) => {
      told.push(message);
      port?.postMessage(true);
      port?.close();
    },
  };
  registration = {
    waiting: null,
    installing: null,
    active: worker,
    addEventListener: (name, work) => (registration[name] = work),
  };
  workers = {
    controller: worker,
    getRegistration: async () => registration,
    register: async (path) => {
      workers.path = path;
      return registration;
    },
    controllerchange: [],
    addEventListener: (name, work) => workers[name].push(work),
  };
  Object.defineProperty(globalThis, "navigator", {
    value: { serviceWorker: workers },
    configurable: true,
  });
});

/** A new version has been fetched and waits. */
function arrive() {
  const next = {
    addEventListener: (_name, work) => (next.change = work),
    postMessage: (message) => told.push(message),
  };
  registration.installing = next;
  registration.updatefound();
  registration.waiting = next;
  next.change();
}

test("without workers nothing is asked of them", async () => {
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  startWorker(() => true);
  assert.equal(await tellWorker({ type: "role", role: "leader" }), false);
});

test("the worker is registered for the whole site", async () => {
  startWorker(() => true);
  await soon();
  assert.equal(workers.path, "/sw.js");
  assert.deepEqual(page.main.children, []);
});

test("a new version is offered, and taken when the person says so", async () => {
  startWorker(() => true);
  await soon();
  arrive();
  const [offer] = page.main.children;
  assert.equal(offer.dataset.notice, "update");
  offer.children[0].onclick();
  assert.deepEqual(told, [{ type: "take-over" }]);
  assert.equal(reloads, 0);
  for (const hear of workers.controllerchange) hear();
  assert.equal(reloads, 1);
});

test("the first version of all is not an update", async () => {
  workers.controller = null;
  startWorker(() => true);
  await soon();
  arrive();
  assert.deepEqual(page.main.children, []);
});

test("while something is open or on its way nothing is offered", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let idle = false;
  startWorker(() => idle);
  await Promise.resolve();
  await Promise.resolve();
  await Promise.resolve();
  arrive();
  t.mock.timers.tick(5_000);
  assert.deepEqual(page.main.children, []);
  idle = true;
  t.mock.timers.tick(5_000);
  assert.equal(page.main.children.length, 1);
});

test("the worker answers what it was asked", async () => {
  assert.equal(await tellWorker({ type: "looks", looks: "en,large,dark" }), true);
  workers.controller = null;
  assert.equal(await tellWorker({ type: "role", role: "leader" }), true);
  registration.active = null;
  assert.equal(await tellWorker({ type: "role", role: "leader" }), false);
  workers.getRegistration = () => Promise.reject(new Error("blocked"));
  assert.equal(await tellWorker({ type: "role", role: "leader" }), false);
});

test("a worker that comes late is told the role as well", async () => {
  registration.active = workers.controller;
  workers.controller = null;
  startWorker(() => true);
  await tellRole("leader");
  await tellRole("");
  told = [];
  for (const hear of workers.controllerchange) hear();
  await soon();
  assert.deepEqual(told, [{ type: "role", role: "" }]);
});
