import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { tickTogether } from "../../static/js/ticks.js";
import { FakePage } from "./support/document.js";

/** @type {FakePage} */
let page;
/** Boxes by name: the whole group, two buildings, their doors. @type {Record<string, any>} */
let box;

beforeEach(() => {
  page = new FakePage();
  page.install();
  const form = { querySelectorAll: (what) => all.filter((each) => fits(each, what)) };
  const fits = ({ dataset }, what) => what !== "[data-ticks]" || Boolean(dataset.ticks);
  const made = (ticks, building) => {
    const within = () => all.filter((each) => each.building === building);
    const closest = (name) => (name === "form" ? form : { querySelectorAll: within });
    return { type: "checkbox", checked: false, dataset: { ticks }, form, closest, building };
  };
  box = { all: made("form", 0), one: made("fieldset", 1), a: made("", 1), b: made("", 1) };
  box = { ...box, two: made("fieldset", 2), c: made("", 2) };
  const all = Object.values(box);
  tickTogether();
});

function tap(name) {
  box[name].checked = !box[name].checked;
  page.listeners.change({ target: box[name] });
}

const ticked = () => Object.keys(box).filter((name) => box[name].checked);

test("a building ticks its doors, and one door taken out takes its tick back", () => {
  tap("one");
  assert.deepEqual(ticked(), ["one", "a", "b"]);
  tap("a");
  assert.deepEqual(ticked(), ["b"]);
});

test("the whole group ticks everything, and whatever is taken out takes its tick back", () => {
  tap("all");
  assert.equal(ticked().length, 6);
  tap("c");
  assert.deepEqual(ticked(), ["one", "a", "b"]);
  tap("one");
  assert.deepEqual(ticked(), []);
});

test("other fields are left alone", () => {
  page.listeners.change({ target: { type: "text", form: null, dataset: {} } });
  assert.deepEqual(ticked(), []);
});
