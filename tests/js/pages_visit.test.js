import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { needData, needView } from "../../static/js/pages/need.js";
import { visitView, withdrawn } from "../../static/js/pages/visit-page.js";
import {
  freshVisit,
  problemsWithRecords,
  serviceChips,
  visitRecords,
} from "../../static/js/pages/visit-view.js";
import { household, houseOf, REFERENCE, TODAY, visit } from "./support/doors.js";
import { entry, FORM, nextId, UNIT, usePage } from "./support/leader.js";

const told = household("101");
const home = { ...told.data, id: told.id, version: 1 };
const ids = () => {
  const made = {};
  return (name) => (made[name] ??= nextId());
};
const typed = (fields = {}, topics = [], needs = []) => ({
  fields: { ...freshVisit(TODAY), ...fields },
  topics,
  needs,
});

beforeEach(() => usePage());

test("an ordinary visit makes two records: the visit, and the service that was given", () => {
  const [own, service] = visitRecords(
    typed({ outcome: "met" }, ["vaccination_reminder"]),
    home,
    ids(),
  );
  assert.deepEqual(own.data, {
    unit: UNIT,
    household: told.id,
    date: TODAY,
    outcome: "met",
    topics: ["vaccination_reminder"],
  });
  assert.deepEqual(service.data, {
    unit: UNIT,
    date: TODAY,
    visit: own.id,
    kind: "service",
    persons: 1,
    households: 0,
    service: "vaccination_reminder",
  });
});

test("changes are entries, needs are cases, all of them in one go", () => {
  const fields = { outcome: "met", move_in: "2", whole: "1", birth: "1", promised: "2026-12-01" };
  const records = visitRecords(typed(fields, [], ["residence_permit_help"]), home, ids());
  assert.deepEqual(
    records.map(({ type, name }) => [type, name]),
    [
      ["visit", "visit"],
      ["event", "move_in"],
      ["event", "birth"],
      ["need", "needs:residence_permit_help"],
    ],
  );
  assert.deepEqual([records[1].data.persons, records[1].data.households], [2, 1]);
  assert.equal(records[2].data.households, 0);
  assert.equal(records[3].data.promised, "2026-12-01");
});

test("a household that moves out as a whole leaves the register by the visit, and is counted once", () => {
  const made = (fields, one = home) =>
    visitRecords(typed({ outcome: "met", whole: "1", ...fields }), one, ids());
  const records = made({ move_out: "3" });
  assert.deepEqual(
    records.map(({ type }) => type),
    ["visit", "event", "household"],
  );
  assert.deepEqual(records[1].data.households, 1);
  const { id, base_version, data } = records[2];
  assert.deepEqual([id, base_version, data.left_on], [told.id, 1, TODAY]);
  assert.deepEqual(data.contact, told.data.contact);
  assert.equal("since" in data || "pinyin" in data, false);
  assert.deepEqual(problemsWithRecords(records, REFERENCE.services, TODAY), []);
  const stay = [
    made({ move_out: "3", move_in: "2" }),
    made({ move_out: "0" }),
    made({ move_out: "3", whole: "" }),
    made({ move_out: "3" }, { ...home, left_on: "2026-11-02" }),
  ];
  for (const each of stay)
    assert.equal(
      each.some(({ type }) => type === "household"),
      false,
    );
});

test("a second tap makes the same records", () => {
  const idFor = ids();
  const form = typed({ outcome: "met", death: "1" }, ["caring_visit"]);
  assert.deepEqual(visitRecords(form, home, idFor), visitRecords(form, home, idFor));
});

test("what does not belong to the outcome is left out", () => {
  const fields = { outcome: "not_home", move_in: "2", not_before: "2026-11-24" };
  const records = visitRecords(typed(fields, ["caring_visit"], ["other_service"]), home, ids());
  assert.equal(records.length, 1);
  assert.deepEqual(Object.keys(records[0].data), [
    "unit",
    "household",
    "date",
    "outcome",
    "not_before",
  ]);
});

test("what is wrong stands at the field it was typed in, once", () => {
  const wrong = (fields, topics = []) =>
    problemsWithRecords(
      visitRecords(typed(fields, topics), home, ids()),
      REFERENCE.services,
      TODAY,
    ).map(({ field, code }) => [field, code]);
  assert.deepEqual(wrong({}), [["outcome", "required"]]);
  assert.deepEqual(wrong({ outcome: "rescheduled" }), [["not_before", "not_before_required"]]);
  assert.deepEqual(wrong({ outcome: "met", birth: "100" }), [["birth", "range"]]);
  assert.deepEqual(wrong({ outcome: "met", birth: "二" }), [["birth", "integer"]]);
  assert.deepEqual(wrong({ outcome: "met", date: "2026-11-22" }, ["caring_visit"]), [
    ["date", "future"],
  ]);
});

test("what is wished for and what is noted most comes first", () => {
  const [first, rest] = serviceChips(
    REFERENCE,
    TODAY,
    ["other_service"],
    ["caring_visit"],
    ["caring_visit"],
  );
  assert.deepEqual(
    first.slice(0, 2).map(({ value, checked }) => [value, checked]),
    [
      ["other_service", false],
      ["caring_visit", true],
    ],
  );
  assert.equal(first.length + rest.length, REFERENCE.services.length);
});

test("a visit says which numbers of the report it moved", () => {
  const own = visit(told.id, "met", { month: "202611" });
  const noted = entry({ kind: "move_in", persons: 2, households: 1, visit: own.id });
  const events = [{ ...noted.data, id: noted.id, version: 1 }];
  const asked = [
    {
      id: nextId(),
      household: told.id,
      visit: own.id,
      service: "other_service",
      state: "open",
      opened: TODAY,
    },
  ];
  const reference = { ...REFERENCE, forms: [FORM] };
  const house = houseOf(told, { visits: [own], events, needs: asked, reference });
  const view = visitView(house, own);
  assert.deepEqual(
    view.moved.map(({ key, value }) => [key, value]),
    [
      ["persons_in", "+2"],
      ["households_in", "+1"],
      ["visits_made", "+1"],
      ["needs_requested", "+1"],
    ],
  );
  assert.deepEqual(
    withdrawn(house, own.id).map(({ type }) => type),
    ["visit", "event", "need"],
  );
});

test("a visit says who came: as the server told, and of one that waits whoever has the phone", () => {
  const who = (/** @type {any} */ house, /** @type {any} */ own) =>
    visitView(house, own).facts.find(({ key }) => key === "who")?.value;
  const me = { account: { name: "李组长" }, units: [], months: [] };
  const [theirs, fresh, older] = [
    visit(told.id, "met", { who: "陈协管" }),
    { ...visit(told.id, "met"), version: 0, mark: "waiting" },
    visit(told.id, "met"),
  ];
  const house = { ...houseOf(told, { visits: [theirs, fresh, older] }), me };
  assert.equal(who(house, theirs), "陈协管");
  assert.equal(who(house, fresh), "李组长");
  assert.equal(who(house, older), undefined, "nobody has said");
});

test("of two visits in a month one is counted", () => {
  const [first, second] = [
    visit(told.id, "not_home", { date: "2026-11-02" }),
    visit(told.id, "met"),
  ];
  const house = houseOf(told, {
    visits: [second, first],
    reference: { ...REFERENCE, forms: [FORM] },
  });
  assert.equal(visitView(house, first).nothing_moved, true);
  assert.deepEqual(
    visitView(house, second).moved.map(({ key }) => key),
    ["visits_made"],
  );
});

test("a supplement counts in the month that the server gave it", () => {
  const reference = { ...REFERENCE, forms: [{ ...FORM, valid_from: "2026-11-01" }] };
  const october = visit(told.id, "met", { date: "2026-10-20", month: "202610" });
  const late = visit(told.id, "not_home", { date: "2026-10-28", month: "202611", late: true });
  const house = houseOf(told, { visits: [late, october], reference });
  assert.deepEqual(
    visitView(house, late).moved.map(({ key }) => key),
    ["visits_not_home"],
  );
  assert.equal(visitView(house, october).nothing_moved, true, "no form was in force then");
});

test("a need that ends says on which day, one that is opened again says none", () => {
  const need = {
    id: "n",
    version: 2,
    unit: UNIT,
    household: told.id,
    service: "other_service",
    state: "open",
    opened: "2026-11-02",
    month: "202611",
  };
  const done = needData(need, { state: "done", note: " 办好 " }, TODAY);
  assert.deepEqual(
    [done.state, done.closed, done.note, "month" in done, "version" in done],
    ["done", TODAY, "办好", false, false],
  );
  const again = needData({ ...need, ...done }, { state: "open" }, TODAY);
  assert.equal("closed" in again, false);
  const late = needView(houseOf(told), { ...need, promised: "2026-11-10" });
  assert.equal(late.overdue, "need.overdue");
});
