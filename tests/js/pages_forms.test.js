import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { sayUnkept, takeOver } from "../../static/js/pages/forms.js";
import { element, FakePage } from "./support/document.js";
import { soon } from "./support/phone.js";

/** @type {any} */
let form;
let tap;

beforeEach(() => {
  new FakePage().install();
  form = element("form");
  form.querySelectorAll = (selector) => (selector.includes("alert") ? [...form.children] : []);
  globalThis.document.getElementById = () => ({
    content: { firstElementChild: { cloneNode: () => summary() } },
  });
  tap = () => form.onsubmit({ preventDefault() {} });
});

/** The place above a form where it is said what is wrong. */
function summary() {
  const node = element();
  const parts = { ul: element("ul"), strong: element("strong") };
  return Object.assign(node, { querySelector: (name) => parts[name], focus() {} });
}

test("a tap takes away what was said before, at once", async () => {
  let end;
  takeOver(form, () => new Promise((resolve) => (end = resolve)));
  sayUnkept(form, new Error("full"));
  assert.equal(form.children.length, 1);
  tap();
  assert.equal(form.children.length, 0);
  sayUnkept(form, new Error("full"));
  assert.equal(form.children.length, 0);
  end();
  await soon();
  sayUnkept(form, new Error("full"));
  assert.equal(form.children.length, 1);
});

test("one tap at a time, and another after it went wrong", async () => {
  let works = 0;
  takeOver(form, async () => {
    works += 1;
    throw new Error("went wrong");
  });
  const first = tap();
  await tap();
  assert.equal(works, 1);
  await assert.rejects(first, /went wrong/);
  await assert.rejects(tap(), /went wrong/);
  assert.equal(works, 2);
});
