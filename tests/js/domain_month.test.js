import assert from "node:assert/strict";
import test from "node:test";
import {
  daysLeft,
  due,
  dueAt,
  firstDay,
  lastDay,
  monthOf,
  nextMonth,
  plusMonths,
  previousMonth,
  windowProblem,
} from "../../static/js/domain/month.js";
import { vectors } from "./support/vectors.js";

const cases = vectors("month");

function* everyMonth() {
  for (let year = 2000; year <= 2100; year++)
    for (let month = 1; month <= 12; month++) yield [year, month];
}

const spelled = (year, month) => `${year}${String(month).padStart(2, "0")}`;

for (const one of cases.neighbours)
  test(`neighbours of ${one.month}`, () => {
    assert.equal(previousMonth(one.month), one.previous);
    assert.equal(nextMonth(one.month), one.next);
    assert.equal(firstDay(one.month), one.first);
    assert.equal(lastDay(one.month), one.last);
  });

for (const one of cases.due)
  test(`due: ${one.name}`, () => {
    assert.equal(due(one.month, cases.calendar, one.extensions), one.due);
    assert.equal(dueAt(one.month, cases.calendar, one.extensions), `${one.due}T23:59:59+08:00`);
  });

for (const one of cases.days_left)
  test(`days left at ${one.now}`, () => {
    assert.equal(daysLeft(one.now, one.until), one.days);
    assert.equal(daysLeft(new Date(one.now), one.until), one.days);
    assert.equal(daysLeft(Date.parse(one.now), one.until), one.days);
  });

for (const one of cases.counting)
  test(`can be noted: ${one.name}`, () => {
    const found = windowProblem(one.date, cases.today, cases.months_back);
    assert.equal(found?.code, one.code);
    assert.equal(found?.key, one.code && `date.${one.code}`);
  });

test("every month from 2000 to 2100 is due on day 30 or its last", () => {
  const calendar = { exceptions: [] };
  let [lastMonth, lastDue] = ["", ""];
  for (const [year, month] of everyMonth()) {
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const day = month === 2 ? (leap ? 29 : 28) : 30;
    const text = spelled(year, month);
    const found = due(text, calendar);
    assert.equal(found, `${year}-${text.slice(4)}-${day}`);
    assert.equal(monthOf(found), text);
    assert.equal(previousMonth(nextMonth(text)), text);
    assert.ok(text > lastMonth && found > lastDue);
    assert.equal(daysLeft(dueAt(text, calendar), dueAt(text, calendar)), 0);
    [lastMonth, lastDue] = [text, found];
  }
});

test("months are counted over years in both directions", () => {
  for (const [year, month] of everyMonth())
    for (const count of [-25, -12, -1, 0, 1, 11, 12, 25]) {
      const later = plusMonths(spelled(year, month), count);
      assert.match(later, /^\d{4}(0[1-9]|1[0-2])$/);
      assert.equal(plusMonths(later, -count), spelled(year, month));
    }
});

test("days left never grow", () => {
  const until = "2026-11-30T23:59:59+08:00";
  const [from, to] = [Date.parse("2026-11-01T00:00:00Z"), Date.parse("2026-12-31T00:00:00Z")];
  let before = daysLeft(from, until);
  for (let at = from; at < to; at += 1_234_567) {
    const left = daysLeft(at, until);
    assert.ok(left === before || left === before - 1);
    before = left;
  }
});
