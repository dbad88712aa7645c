import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { startFrame } from "../../static/js/frame.js";
import { FakePage } from "./support/document.js";
import { soon } from "./support/phone.js";

/** @type {FakePage} */
let page;
let listeners;
let answers;
let loads;

beforeEach(() => {
  page = new FakePage();
  page.install();
  page.documentElement.lang = "zh-Hans";
  listeners = { submit: [], click: [], input: [] };
  page.addEventListener = (name, work) => listeners[name].push(work);
  answers = [];
  loads = 0;
  location.replace = () => {
    loads += 1;
  };
  const controller = { postMessage: (_message, [port]) => answers.push(port) };
  const serviceWorker = {
    controller,
    register: async () => ({ addEventListener() {} }),
    addEventListener() {},
  };
  Object.defineProperty(globalThis, "navigator", {
    value: { serviceWorker, onLine: true },
    configurable: true,
  });
  globalThis.FormData = Map;
});

/** The worker has done what the page asked for, or could not. */
async function answer(isDone) {
  for (const port of answers.splice(0)) {
    port.postMessage(isDone);
    port.close();
  }
  await soon();
}

function happen(name, target, about = {}) {
  for (const hear of listeners[name]) hear({ type: name, target, preventDefault() {}, ...about });
}

/** Press the switch `name`=`value`. */
function choose(name, value) {
  const form = { getAttribute: () => "/settings/looks", *[Symbol.iterator]() {} };
  happen("submit", form, { submitter: { name, value } });
}

/** Press a link that leads elsewhere. */
function goOn() {
  happen("click", { closest: () => ({ localName: "a" }) });
}

test("a page that came in the looks asked for stays, whatever the shells wore", async () => {
  startFrame();
  await answer(true);
  assert.equal(loads, 0);
});

test("a page that came in other looks is loaded anew once the shells wear them", async () => {
  page.cookie = "lang=en";
  startFrame();
  await answer(false);
  assert.equal(loads, 0);
  choose("size", "large");
  await answer(true);
  assert.equal(loads, 1);
});

test("without shells the server has the page in other looks", async () => {
  startFrame();
  await answer(false);
  choose("lang", "en");
  await answer(false);
  assert.equal(loads, 1);
});

test("who has gone on meanwhile is not called back", async () => {
  startFrame();
  await answer(true);
  choose("lang", "en");
  goOn();
  await answer(true);
  assert.equal(loads, 0);
  choose("lang", "zh-Hant");
  await answer(true);
  assert.equal(loads, 1);
});

test("what is being sent is not lost to new looks", async () => {
  startFrame();
  await answer(true);
  choose("lang", "en");
  happen("submit", { getAttribute: () => "/app/report/202611" });
  await answer(true);
  assert.equal(loads, 0);
});
