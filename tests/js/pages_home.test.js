import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { entriesOf } from "../../static/js/pages/entries.js";
import { homeView } from "../../static/js/pages/home.js";
import { monthStates } from "../../static/js/pages/state.js";
import {
  entry,
  entryData,
  report,
  row,
  stateWith,
  UNIT,
  usePage,
  values,
} from "./support/leader.js";

beforeEach(() =>
  usePage({ "days.left": "还有 {n} 天", "days.over": "已过截止 {n} 天", "unit.person": "{n} 人" }),
);

const nilReport = (month = "202611") => ({
  unit: UNIT,
  month,
  form: "monthly@1",
  values: {},
  adjustments: [],
  nil: true,
});

test("nothing noted: 本月无变动 is offered, one tap from home", () => {
  const view = homeView(stateWith(), "");
  assert.equal(view.month, "2026年11月");
  assert.equal(view.days, "还有 9 天");
  assert.equal(view.nil_url, "/app/report/202611?nil=1");
  assert.equal(view.check_url, "");
  assert.equal(view.nothing, true);
});

test("something noted: it is checked first, and seen with its state", () => {
  const waiting = row("event", entryData({ kind: "move_in", persons: 3, households: 1 }));
  const view = homeView(
    stateWith({ events: [entry({ date: "2026-11-02" })], rows: [waiting] }),
    "?said=saved",
  );
  assert.equal(view.check_url, "/app/report/202611");
  assert.equal(view.nil_url, "");
  assert.deepEqual(
    view.entries.map(({ kind, meta, count, mark }) => [kind, meta, count, mark]),
    [
      ["move_in", "11月20日", "3 人", "waiting"],
      ["birth", "11月2日", "1 人", ""],
    ],
  );
  assert.equal(view.said, "said.saved");
});

test("a first month has no number to be unchanged from", () => {
  const view = homeView(stateWith({ reports: [] }), "");
  assert.equal(view.nil_url, "");
  assert.equal(view.check_url, "/app/report/202611");
});

test("a month saved on the phone leads to its slip, before and after it is sent", () => {
  const saved = row("report", nilReport());
  const before = homeView(stateWith({ rows: [saved] }), "");
  assert.equal(before.state, "saved");
  assert.equal(before.slip_url, `/app/slip/${saved.id}`);
  const arrived = { id: saved.id, type: "report", version: 1, data: nilReport() };
  const after = homeView(stateWith({ reports: [arrived] }), "");
  assert.equal(after.state, "submitted");
  assert.equal(after.slip_url, `/app/slip/${saved.id}`);
});

test("the phone goes on into months that the server has not named", () => {
  const view = homeView(
    stateWith({ today: "2026-12-02", now: Date.parse("2026-12-02T09:00:00+08:00") }),
    "",
  );
  assert.equal(view.month, "2026年12月");
  assert.deepEqual(
    view.overdue.map(({ month, days }) => [month, days]),
    [["2026年11月", "已过截止 2 天"]],
  );
});

test("what was noted for a month that still wants its report is seen at home", () => {
  const forgotten = entry({ date: "2026-11-28", month: "202611" });
  const later = { today: "2026-12-02", now: Date.parse("2026-12-02T09:00:00+08:00") };
  const [line] = homeView(stateWith({ ...later, events: [forgotten] }), "").entries;
  assert.equal(line.meta, "11月28日 · entry.counts_in");
});

test("a returned month says why", () => {
  const back = report("202611", {
    state: "returned",
    returned: [{ measure: "births", reason: "少了一个" }],
  });
  const view = homeView(stateWith({ reports: [back] }), "");
  assert.equal(view.returned, true);
  assert.deepEqual(
    view.reasons.map(({ text }) => text),
    ["出生人数: 少了一个"],
  );
  assert.equal(view.check_url, "/app/report/202611");
});

test("February is due on its last day, an extension moves it", () => {
  const told = { today: "2027-02-10", now: Date.parse("2027-02-10T09:00:00+08:00") };
  assert.equal(homeView(stateWith(told), "")["leaf-day"], 28);
  const state = stateWith(told);
  state.reference.extensions = [{ unit: UNIT, month: "202702", due: "2027-03-03", reason: "春节" }];
  assert.equal(homeView(state, "").days, "还有 21 天");
});

test("entries noted before the report count in its month, those after it in the next as 补报", () => {
  const early = row("event", entryData());
  const saved = row("report", { ...nilReport(), nil: false, values: values({}) });
  const late = row("event", entryData({ persons: 2 }));
  const found = entriesOf(stateWith({ rows: [early, saved, late] }));
  const months = Object.fromEntries(
    found.map(({ id, month, late: isLate }) => [id, [month, isLate]]),
  );
  assert.deepEqual(months, { [early.id]: ["202611", false], [late.id]: ["202612", true] });
});

test("an entry of a month that the server has closed counts in the first open one", () => {
  const [found] = entriesOf(stateWith({ rows: [row("event", entryData({ date: "2026-10-03" }))] }));
  assert.deepEqual([found.month, found.late], ["202611", true]);
});

test("what waits goes before what the server has; what is withdrawn is gone", () => {
  const told = entry({ persons: 1 });
  const change = row("event", entryData({ persons: 4 }), { id: told.id, base_version: 1 });
  assert.equal(entriesOf(stateWith({ events: [told], rows: [change] }))[0].persons, 4);
  const erased = row("event", entryData(), { id: told.id, base_version: 1, deleted: true });
  assert.deepEqual(entriesOf(stateWith({ events: [told], rows: [erased] })), []);
});

test("before the first contact there is this month", () => {
  const [only] = monthStates(stateWith({ me: undefined, reference: undefined, reports: [] }));
  assert.deepEqual([only.month, only.state, only.left], ["202611", "empty", 9]);
});
