import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { followLooks, looksOf, wished } from "../../static/js/looks.js";
import { FakePage } from "./support/document.js";

/** @type {FakePage} */
let page;

beforeEach(() => {
  page = new FakePage();
  page.install();
});

/** Press the button `name`=`value` of the form for looks. */
function press(name, value, action = "/settings/looks") {
  let stopped = false;
  globalThis.FormData = Map;
  const form = { getAttribute: () => action, *[Symbol.iterator]() {} };
  const preventDefault = () => {
    stopped = true;
  };
  page.listeners.submit({ target: form, submitter: { name, value }, preventDefault });
  return stopped;
}

test("without cookies the looks are the usual ones", () => {
  assert.deepEqual(looksOf({}), { lang: "zh-Hans", size: "normal", theme: "auto" });
  assert.deepEqual(looksOf({ lang: "en", size: "large", other: "x" }), {
    lang: "en",
    size: "large",
    theme: "auto",
  });
});

test("a page from the cache wears what the cookies say", () => {
  page.cookie = "size=large";
  page.cookie = "theme=dark";
  const heard = [];
  followLooks((looks) => heard.push(looks));
  assert.equal(page.documentElement.classList.contains("large"), true);
  assert.equal(page.documentElement.attributes["data-theme"], "dark");
  assert.deepEqual(heard, [{ lang: "zh-Hans", size: "large", theme: "dark" }]);
});

test("a switch works without the server", () => {
  const heard = [];
  followLooks((looks) => heard.push(looks));
  assert.equal(press("size", "large"), true);
  assert.equal(page.cookies.get("size"), "large");
  assert.match(page.lastCookie, /path=\/; max-age=\d+; samesite=lax; secure/);
  assert.equal(page.documentElement.classList.contains("large"), true);
  assert.equal(heard[1].size, "large");
});

test("a switch on an old page switches back", () => {
  const large = { lang: "en", size: "large", theme: "auto" };
  assert.equal(wished(large, { size: "large" }).size, "normal");
  assert.equal(wished(large, { size: "large", theme: "dark", lang: "en" }).size, "large");
  assert.deepEqual(wished(large, { lang: "zh-Hant" }), { ...large, lang: "zh-Hant" });
});

test("other forms are left alone", () => {
  followLooks(() => {});
  assert.equal(press("login", "leader", "/sign-in"), false);
});
