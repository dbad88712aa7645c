import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { sayUnkept, takeOver, touchedIn, typeInto } from "../../static/js/pages/forms.js";
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

test("what is typed back keeps boxes and choices as they were", () => {
  const field = (type, name, value, checked = false) => ({ type, name, value, checked });
  const boxes = [field("checkbox", "whole", "1"), field("checkbox", "other", "1", true)];
  const choices = [field("radio", "kind", "a", true), field("radio", "kind", "b")];
  form.elements = [...boxes, ...choices, field("text", "note", "")];
  typeInto(form, { whole: "1", kind: "b", note: "三楼" });
  assert.deepEqual(
    form.elements.map(({ checked }) => checked),
    [true, true, false, true, false],
  );
  assert.deepEqual([boxes[0].value, form.elements[4].value], ["1", "三楼"]);
  typeInto(form, { whole: "" });
  assert.equal(boxes[0].checked, false);
});

test("work hears which button was pressed, whatever has the focus", async () => {
  const heard = [];
  takeOver(form, async (pressed) => heard.push(pressed));
  const submitter = element("button");
  submitter.setAttribute("name", "distinct");
  await form.onsubmit({ preventDefault() {}, submitter });
  await tap();
  assert.deepEqual(heard, ["distinct", ""]);
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

test("a list that has no lines yet was not touched, one with another choice than its first was", () => {
  globalThis.HTMLSelectElement = class {
    constructor(name, options, selectedIndex) {
      const value = options[selectedIndex] ?? "";
      Object.assign(this, { name, options: options.map(() => ({})), selectedIndex, value });
    }
  };
  const lists = [
    ["unit", [], -1],
    ["service", ["", "folate"], 0],
    ["place", ["a", "b"], 1],
  ];
  form.elements = lists.map((one) => new HTMLSelectElement(...one));
  assert.deepEqual(touchedIn(form), { place: "b" });
});
