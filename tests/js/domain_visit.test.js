import assert from "node:assert/strict";
import test from "node:test";
import {
  defaultNotBefore,
  isOverdue,
  problemsWithNeed,
  problemsWithVisit,
} from "../../static/js/domain/visit.js";
import { vectors } from "./support/vectors.js";

const shared = vectors("visit");
const { today, services } = shared;

const byField = (one, other) => (one[0] + one[1] < other[0] + other[1] ? -1 : 1);

function described(base, { set, drop = [] }) {
  const data = { ...base, ...set };
  for (const name of drop) delete data[name];
  return data;
}

function check(found, { problems }) {
  const named = (rows) => rows.map(([field, key]) => [field, key]).sort(byField);
  assert.deepEqual(named(found.map(({ field, key }) => [field, key])), named(problems));
  for (const [field, , params] of problems)
    if (params) assert.deepEqual(found.find((each) => each.field === field).params, params);
}

for (const one of shared.visits)
  test(`visit: ${one.name}`, () => {
    check(problemsWithVisit(described(shared.visit, one), services, today), one);
  });

for (const one of shared.needs)
  test(`need: ${one.name}`, () => {
    check(problemsWithNeed(described(shared.need, one), services, today, one.stored), one);
  });

for (const one of shared.defaults)
  test(`default: ${one.name}`, () => {
    assert.equal(defaultNotBefore(one.outcome, one.date, shared.periods), one.day);
  });

for (const one of shared.overdue)
  test(`overdue: ${one.name}`, () => {
    assert.equal(isOverdue(one.need, today), one.overdue);
  });
