import assert from "node:assert/strict";
import test from "node:test";
import { doorsOf, roundOf, roundProgress } from "../../static/js/domain/round.js";
import { vectors } from "./support/vectors.js";

const shared = vectors("round");

for (const one of shared.cases)
  test(one.name, () => {
    const household = { ...shared.household, ...one.household };
    const found = roundOf(one.month, [household], one.visits, one.needs);
    assert.deepEqual(found, one.door ? [{ household: "h1", ...one.door }] : []);
  });

for (const one of shared.months)
  test(`month: ${one.name}`, () => {
    const found = doorsOf(one.month, one.households, one.visits, one.visits, one.needs);
    assert.deepEqual(found, one.doors);
  });

for (const one of shared.progress)
  test(`progress: ${one.name}`, () => {
    assert.deepEqual(roundProgress(one.doors), one.progress);
  });
