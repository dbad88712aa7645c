import assert from "node:assert/strict";
import test from "node:test";
import { problemsWithEvent } from "../../static/js/domain/event.js";
import { vectors } from "./support/vectors.js";

const shared = vectors("event");

for (const one of shared.cases)
  test(one.name, () => {
    const data = { ...shared.good, ...one.set };
    if (one.note) data.note = one.note[0].repeat(one.note[1]);
    const found = problemsWithEvent(data, shared.services, shared.today, shared.months_back);
    assert.deepEqual(
      found.map(({ field, key }) => [field, key]),
      one.problems.map(([field, key]) => [field, key]),
    );
    for (const [i, [, key, params]] of one.problems.entries()) {
      assert.equal(found[i].code, key.split(".")[1]);
      if (params) assert.deepEqual(found[i].params, params);
    }
  });

test("three months back are open when nobody says otherwise", () => {
  const before = { ...shared.good, date: "2026-07-31" };
  assert.equal(problemsWithEvent(before, shared.services, shared.today).length, 1);
  const within = { ...shared.good, date: "2026-08-01" };
  assert.equal(problemsWithEvent(within, shared.services, shared.today).length, 0);
});
