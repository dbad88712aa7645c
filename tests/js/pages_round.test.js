import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { isFound, piecesOf, searchable } from "../../static/js/pages/door-search.js";
import { dutiesView } from "../../static/js/pages/duties.js";
import { foundView, nextDoor, roundView, roundWith } from "../../static/js/pages/round-view.js";
import { household, indexOf, TODAY, visit } from "./support/doors.js";
import { usePage } from "./support/leader.js";

const MONTH = "202611";
const doors = ["101", "102", "201", "202", "1201"].map((door) => household(door));
const rows = indexOf(doors);
const asked = { show: "due", query: "", most: 60 };

beforeEach(() => usePage({ "round.doors": "{n} 户", "door.floor": "{n} 层" }));

test("doors lie by building and floor, each with how it stands", () => {
  const visits = [visit(doors[0].id, "met"), visit(doors[1].id, "not_home")];
  const view = roundView(roundWith(MONTH, rows, visits, []), asked);
  assert.equal(view.progress, "2 / 5");
  assert.deepEqual(
    view.buildings.map(({ name, count }) => [name, count]),
    [["3幢 2单元", "5 户"]],
  );
  assert.deepEqual(
    view.buildings[0].floors.map(({ name, doors: on }) => [name, on.map(({ state }) => state)]),
    [
      ["1 层", ["met", "not_home"]],
      ["2 层", ["unvisited", "unvisited"]],
      ["12 层", ["unvisited"]],
    ],
  );
  assert.deepEqual([view.count_unvisited, view.count_not_home, view.count_visited], [3, 1, 1]);
});

test("a filter leaves what it names, and the end of a long list waits", () => {
  const round = roundWith(MONTH, rows, [visit(doors[0].id, "declined")], []);
  const declined = roundView(round, { ...asked, show: "visited" });
  assert.deepEqual(
    declined.buildings[0].floors.flatMap(({ doors: on }) => on.map(({ door }) => door)),
    ["101"],
  );
  const short = roundView(round, { ...asked, most: 2 });
  assert.equal(short.more, true);
  assert.equal(short.buildings[0].count, "5 户");
  assert.equal(roundView(round, { ...asked, show: "rescheduled" }).empty, true);
});

test("who left is no part of the round, and who asked for peace rests this month", () => {
  const left = household("301", { left_on: "2026-11-02" });
  const later = household("302", { preference: { not_before: "2026-12-24" } });
  const round = roundWith(MONTH, indexOf([left, later]), [], []);
  assert.deepEqual(
    round.doors.map(({ door, due }) => [door, due]),
    [["302", false]],
  );
  const [only] = roundView(round, { ...asked, show: "all" }).buildings[0].floors[0].doors;
  assert.equal(only.state, "resting");
});

test("a door is found by address, name, pinyin, initials, card and the end of its telephone", () => {
  const words = searchable({ ...rows[0], numbers: ["1234567"] });
  const finds = (query) => isFound(piecesOf(query), words);
  for (const query of [
    "3幢",
    "3-101",
    "３幢１０１",
    "王春",
    "wangch",
    "wcs",
    "chunsheng",
    "5678",
    "1234567",
    "王 101",
  ])
    assert.ok(finds(query), query);
  for (const query of ["李", "angchun", "102", "9999", "王 102"]) assert.ok(!finds(query), query);
});

test("what is found shows no whole name, and says how many more there are", () => {
  const many = Array.from({ length: 40 }, (_, i) => household(String(100 + i)));
  const round = roundWith(MONTH, indexOf(many), [], []);
  const view = foundView(round.doors, piecesOf("王"));
  assert.equal(view.found.length, 30);
  assert.equal(view.found[0].sub, "王**");
  assert.equal(view.too_many, "round.too_many");
  assert.equal(foundView(round.doors, piecesOf("没有")).not_found, true);
});

test("the next door is the next one to visit, from the beginning again after the last", () => {
  const { doors: on } = roundWith(MONTH, rows, [visit(doors[1].id, "met")], []);
  assert.equal(nextDoor(on, doors[0].id)?.door, "201");
  assert.equal(nextDoor(on, doors[4].id)?.door, "101");
  assert.equal(nextDoor([], doors[0].id), undefined);
});

test("home says how far the round is and what is to be done", () => {
  const needs = [
    {
      id: "n1",
      household: doors[0].id,
      state: "open",
      opened: "2026-11-01",
      promised: "2026-11-10",
    },
    { id: "n2", household: doors[0].id, state: "done", opened: "2026-11-01", closed: "2026-11-03" },
  ];
  const feedback = [
    { id: "f1", state: "open" },
    { id: "f2", state: "done" },
  ];
  const view = dutiesView({
    doors: rows,
    visits: [visit(doors[0].id, "met")],
    needs,
    feedback,
    handed: [{ id: "h1", kind: "visit" }],
    today: TODAY,
  });
  assert.equal(view.progress, "1 / 5");
  assert.deepEqual(
    view.todos.map(({ key, remark }) => [key, remark]),
    [
      ["handed-over", ""],
      ["feedback", ""],
      ["needs", "duty.overdue"],
    ],
  );
  assert.equal(
    dutiesView({ doors: [], visits: [], needs: [], feedback: [], handed: [], today: TODAY })
      .no_doors,
    true,
  );
});
