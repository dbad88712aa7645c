import assert from "node:assert/strict";
import test from "node:test";
import { doorsByMonth, notedLines, notedRows } from "../../static/js/pages/month-doors.js";
import { household, indexOf, TODAY } from "./support/doors.js";
import { nextId, stateWith, UNIT, usePage } from "./support/leader.js";

const told = household("101");
const rows = { doors: indexOf([told]), visits: [], feedback: [], today: TODAY };
const need = (given) => ({ id: nextId(), household: told.id, opened: "2026-11-03", ...given });
const counted = (unit, ...needs) => doorsByMonth({ ...rows, needs }, unit)("202611")?.needs.length;

test("a need counts on the phone of the group that heard of it, and on no other", () => {
  const gone = need({ unit: UNIT, household: "moved", service: "other_service", month: "202611" });
  assert.equal(counted(UNIT, gone), 1, "its household is another group's by now");
  assert.equal(counted(UNIT, need({ unit: UNIT, state: "open", month: "elsewhere" })), 0);
});

test("a need that has not arrived counts in the month of its day", () => {
  assert.equal(counted(UNIT, need({ unit: UNIT, state: "open" })), 1);
});

test("work for everybody counts in the month that the server says, and leads to its page", () => {
  usePage();
  const guide = { id: "g1", measure: "guides", counted: 3, title: "指南", date: "2026-10-30" };
  const months = [
    { month: "202611", outreach: [guide] },
    { month: "202610", due: "" },
  ];
  const state = stateWith({ me: { months } });
  assert.deepEqual(notedRows(state, "202611"), [guide]);
  assert.deepEqual(notedRows(state, "202610"), []);
  assert.deepEqual(notedRows(stateWith({ me: undefined }), "202611"), []);
  const [[id, line]] = notedLines(state);
  assert.deepEqual([id, line.url], ["g1", "/app/outreach/g1"]);
  assert.match(line.text, /指南 · 3$/);
});
