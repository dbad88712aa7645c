import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { reportData, reportProblems } from "../../static/js/pages/report-form.js";
import { firstTyped, reportFacts, reportView } from "../../static/js/pages/report-view.js";
import { entry, report, row, stateWith, UNIT, usePage, values } from "./support/leader.js";

beforeEach(() =>
  usePage({ "report.last": "上月 {n}", "report.balance": "差 {gap} 人：可能漏记{suspect}" }),
);

/** @param {any} state @param {Record<string, string>} [typed] */
function opened(state, typed = {}, month = "202611", nil = false) {
  const facts = reportFacts(state, month);
  assert.ok(facts);
  const all = { ...firstTyped(facts), ...typed };
  const view = reportView(state, facts, all, nil);
  const rows = Object.fromEntries(
    view.sections.flatMap((section) => section.measures).map((each) => [each.key, each]),
  );
  const data = reportData(facts, UNIT, nil ? null : all);
  return { facts, view, rows, data, problems: reportProblems(facts, data, nil ? {} : all) };
}

test("numbers come from entries, and lead back to them", () => {
  const noted = [entry({ persons: 2 }), entry({ kind: "move_out", persons: 1, households: 1 })];
  const { rows, view, problems, data } = opened(stateWith({ events: noted }));
  assert.deepEqual(
    [rows.births.value, rows.persons_out.value, rows.closing_persons.value],
    [2, 1, 169],
  );
  assert.deepEqual(
    rows.births.source.map(({ url }) => url),
    [`/app/events/${noted[0].id}`],
  );
  assert.equal(rows.births.last, "上月 0");
  assert.equal(view.sum, "上月 168 + 出生 2 − 死亡 0 + 流入 0 − 流出 1 = 169");
  assert.deepEqual(problems, []);
  assert.deepEqual(data.adjustments, []);
});

test("a changed number wants a reason, and the closing follows it", () => {
  const state = stateWith({ events: [entry()] });
  const { problems, data } = opened(state, { "values.births": "2" });
  assert.deepEqual(problems, [{ field: "reason.births", message: "report.reason_required" }]);
  assert.equal(data.values.closing_persons, 169 + 1);
  assert.deepEqual(opened(state, { "values.births": "2", "reason.births": "双胞胎" }).problems, []);
});

test("a reason beside a number that was not changed is not lost silently", () => {
  const { problems } = opened(stateWith({ events: [entry()] }), { "reason.births": "双胞胎" });
  assert.deepEqual(problems, [{ field: "reason.births", message: "report.reason_idle" }]);
  const odd = opened(stateWith(), { "values.births": "?", "reason.births": "双胞胎" });
  assert.equal(odd.problems[0].field, "values.births");
  assert.ok(!odd.problems.some(({ field }) => field === "reason.births"));
});

test("what was reported with a reason and came out so since needs none any more", () => {
  const back = report("202611", {
    state: "returned",
    values: values({ opening_persons: 168, births: 1, closing_persons: 169 }),
    adjustments: [{ measure: "births", value: 1, reason: "漏记" }],
  });
  const before = report("202610", { values: values({ closing_persons: 168 }) });
  const { rows, problems } = opened(stateWith({ reports: [before, back], events: [entry()] }));
  assert.deepEqual([rows.births.reason, problems], ["", []]);
});

test("a closing that does not add up is one sentence, and goes with a reason", () => {
  const { view, data, problems } = opened(stateWith(), { "values.closing_persons": "166" });
  assert.equal(view.gap, "差 2 人：可能漏记流出");
  assert.equal(view.sum, "");
  assert.deepEqual(data.adjustments, [{ measure: "closing_persons", value: 166, reason: "" }]);
  assert.equal(
    problems.some(({ field }) => field === "reason.closing_persons"),
    true,
  );
});

test("what is no number is said at its field and stays as typed", () => {
  const { rows, problems } = opened(stateWith(), { "values.visits_made": "十二" });
  assert.equal(rows.visits_made.input, "十二");
  assert.deepEqual(problems, [{ field: "values.visits_made", message: "report.integer" }]);
});

test("本月无变动 shows what is carried, and is still checked", () => {
  const { view, data, problems } = opened(stateWith(), {}, "202611", true);
  assert.deepEqual([view.nil, view.full], [true, false]);
  assert.deepEqual(
    view.carried.map(({ value }) => value),
    [168, 168],
  );
  assert.deepEqual([data.nil, data.values, problems], [true, {}, []]);
  const noted = opened(stateWith({ events: [entry()] }), {}, "202611", true);
  assert.deepEqual([noted.view.nil, noted.view.no_nil, noted.problems.length], [false, true, 1]);
});

test("the first month asks how many there are", () => {
  const { rows, problems } = opened(stateWith({ reports: [] }));
  assert.equal(rows.opening_persons.kind, "entered");
  assert.equal(
    problems.some(({ message }) => message === "report.first_month"),
    true,
  );
  const typed = opened(stateWith({ reports: [] }), { "values.opening_persons": "120" });
  assert.deepEqual(
    [typed.problems, typed.data.values.closing_persons, typed.data.adjustments],
    [[], 120, []],
  );
});

test("what was reported comes back, with its reasons; untouched numbers follow the entries", () => {
  const back = report("202611", {
    state: "returned",
    values: values({ opening_persons: 168, births: 2, visits_made: 7, closing_persons: 170 }),
    adjustments: [{ measure: "births", value: 2, reason: "双胞胎" }],
    returned: [{ measure: "births", reason: "请再核对" }],
  });
  const before = report("202610", { values: values({ closing_persons: 168 }) });
  const { rows, data } = opened(
    stateWith({ reports: [before, back], events: [entry({ kind: "death" })] }),
  );
  assert.deepEqual(
    [rows.births.value, rows.births.reason, rows.births.returned],
    [2, "双胞胎", "请再核对"],
  );
  assert.deepEqual(
    [data.values.visits_made, data.values.deaths, data.values.closing_persons],
    [7, 1, 169],
  );
});

test("an accepted report is corrected with a reason", () => {
  const accepted = report("202611", {
    values: values({ opening_persons: 168, closing_persons: 168 }),
  });
  const state = stateWith({
    reports: [report("202610", { values: values({ closing_persons: 168 }) }), accepted],
  });
  const { view, problems } = opened(state, { "values.visits_made": "3" });
  assert.deepEqual([view.corrects, view.handed_in], [true, true]);
  assert.deepEqual(problems, [{ field: "reason", message: "report.correction" }]);
  assert.equal(opened(state, { reason: "漏填" }).data.reason, "漏填");
});

test("an unsent month before this one is what this one begins with", () => {
  const data = {
    unit: UNIT,
    month: "202610",
    form: "monthly@1",
    values: { opening_persons: 42 },
    adjustments: [],
    nil: true,
  };
  const { rows } = opened(stateWith({ reports: [], rows: [row("report", data)] }));
  assert.equal(rows.opening_persons.value, 42);
});

test("without a form in force, or for a month that has not begun, there is nothing to fill in", () => {
  const state = stateWith();
  assert.equal(reportFacts(state, "202612"), undefined);
  state.reference.forms = [{ ...state.reference.forms[0], approved_on: undefined }];
  assert.equal(reportFacts(state, "202611"), undefined);
});

test("a locked month is only shown", () => {
  const locked = report("202611", { state: "locked", values: values({}) });
  const { view, problems } = opened(stateWith({ reports: [locked] }));
  assert.deepEqual([view.locked, view.full, problems[0].message], [true, false, "report.locked"]);
});

test("what was noted of work for everybody is counted, and changed with a reason only", () => {
  const noted = () => [
    { id: "g1", measure: "guides", counted: 3 },
    { id: "g2", measure: "guides", counted: 2 },
  ];
  const calls = new Map([["g1", { key: "g1", url: "/app/outreach/g1", text: "指南 · 3" }]]);
  const state = { ...stateWith(), noted, calls };
  const { rows, problems, data } = opened(state);
  assert.deepEqual(problems, []);
  assert.equal(data.values.registration_guides_given, 5);
  assert.deepEqual(rows.registration_guides_given.source, [calls.get("g1")]);
  assert.equal(rows.registration_guides_given.origin, "origin.outreach");
  assert.equal(rows.notices_delivered.kind, "entered");
  const typed = { "values.registration_guides_given": "6" };
  assert.deepEqual(opened(state, typed).problems, [
    { field: "reason.registration_guides_given", message: "report.reason_required" },
  ]);
});
