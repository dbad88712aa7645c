import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { entriesOf } from "../../static/js/pages/entries.js";
import { eventView } from "../../static/js/pages/event-form.js";
import {
  countIn,
  eventData,
  freshEvent,
  resumedEvent,
  typedEvent,
} from "../../static/js/pages/event-view.js";
import { idInPath } from "../../static/js/pages/forms.js";
import { stepped } from "../../static/js/pages/stepper.js";
import { entry, nextId, stateWith, UNIT, usePage } from "./support/leader.js";

beforeEach(() => usePage());

test("three taps make an entry: the kind is all that is missing", () => {
  const data = eventData({ ...freshEvent("2026-11-21"), kind: "birth" }, UNIT);
  assert.deepEqual(data, {
    unit: UNIT,
    kind: "birth",
    date: "2026-11-21",
    persons: 1,
    households: 0,
  });
});

test("fields that do not belong to the kind are left out", () => {
  const typed = {
    ...freshEvent("2026-11-21"),
    place: "330100",
    service: "policy_explained",
    note: " 老人 ",
  };
  assert.deepEqual(Object.keys(eventData({ ...typed, kind: "death" }, UNIT)).slice(5), ["note"]);
  assert.equal(eventData({ ...typed, kind: "move_out" }, UNIT).region, "330100");
  assert.equal(
    eventData({ ...typed, kind: "move_out", region: "３３１１２６" }, UNIT).region,
    "331126",
  );
  assert.equal(eventData({ ...typed, kind: "service" }, UNIT).service, "policy_explained");
});

test("what is no number stays as it was typed", () => {
  assert.deepEqual(["１２", " 3 ", "三", "", "1.5", "-1"].map(countIn), [
    12,
    3,
    "三",
    "",
    "1.5",
    "-1",
  ]);
});

test("a form that was left goes on; a date nobody chose is today's", () => {
  const typed = { ...freshEvent("2026-11-19"), kind: "death" };
  assert.equal(resumedEvent({ typed, on: "2026-11-19" }, "2026-11-21").date, "2026-11-21");
  assert.equal(
    resumedEvent({ typed: { ...typed, date: "2026-11-03" }, on: "2026-11-19" }, "2026-11-21").date,
    "2026-11-03",
  );
});

test("an entry is typed back into the form, its place in the list or as a code", () => {
  const [there] = entriesOf(
    stateWith({
      events: [entry({ kind: "move_in", persons: 3, households: 1, region: "330100" })],
    }),
  );
  assert.deepEqual({ ...typedEvent(there, ["330100"]) }.place, "330100");
  assert.deepEqual([typedEvent(there, []).place, typedEvent(there, []).region], ["", "330100"]);
});

test("an entry of a reported month cannot be changed, and says why", () => {
  const state = stateWith({ events: [entry({ date: "2026-10-03", month: "202610" })] });
  const view = eventView(state, entriesOf(state)[0]);
  assert.deepEqual([view.open, view.withdrawable, view.counted], [false, false, "event.counted"]);
});

test("a step stays within its limits, and from no number begins at none", () => {
  assert.deepEqual(
    [
      stepped("1", -1, 1, 99),
      stepped("99", 1, 1, 99),
      stepped("", 1, 0, 9),
      stepped("三", 1, 1, 9),
    ],
    [1, 99, 1, 1],
  );
});

test("ids are read from addresses", () => {
  const id = nextId();
  assert.equal(idInPath(`/app/events/${id}`), id);
  assert.equal(idInPath("/app/events/new"), "");
});
