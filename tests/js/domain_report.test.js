import assert from "node:assert/strict";
import test from "node:test";
import { balanceGap } from "../../static/js/domain/balance.js";
import { computed, fillReport, isNil } from "../../static/js/domain/report.js";
import { balanceProblem, problemsWithReport } from "../../static/js/domain/report-problems.js";
import { monthly, vectors } from "./support/vectors.js";

const shared = vectors("report");
const form = monthly();
const LANGUAGE = "zh-Hans";

function reportOf(one) {
  const values = one.values ? { ...one.values } : { ...shared.good, ...one.set };
  for (const code of one.drop || []) delete values[code];
  const reason = one.reason ? { reason: one.reason[0].repeat(one.reason[1]) } : {};
  const adjustments = (one.adjustments || []).map((adjustment) => ({ ...adjustment, ...reason }));
  const previous = one.previous === undefined ? shared.previous : one.previous;
  const doors = one.with_doors ? shared.doors : null;
  const noted = one.with_noted ? shared.noted : undefined;
  const cells = computed(form, one.events || shared.events, previous, doors, noted);
  const data = { form: one.form ?? "monthly@1", values, adjustments, nil: one.nil || false };
  return { data, cells, previous };
}

const byField = (one, other) => (one[0] < other[0] ? -1 : one[0] > other[0] ? 1 : 0);

test("what is computed", () => {
  const cells = computed(form, shared.events, shared.previous);
  for (const [code, [value, where, from]] of Object.entries(shared.computed))
    assert.deepEqual(cells[code], { value, where, from });
  assert.deepEqual(
    Object.keys(cells),
    form.measures.map((measure) => measure.code),
  );
});

test("what comes of a round", () => {
  const cells = computed(form, shared.events, shared.previous, shared.doors);
  for (const [code, [value, where, from]] of Object.entries(shared.at_doors))
    assert.deepEqual(cells[code], { value, where, from });
});

test("what comes of work for everybody", () => {
  const cells = computed(form, shared.events, shared.previous, null, shared.noted);
  for (const [code, [value, where, from]] of Object.entries(shared.of_outreach))
    assert.deepEqual(cells[code], { value, where, from });
});

for (const one of shared.cases)
  test(one.name, () => {
    const { data, cells, previous } = reportOf(one);
    const found = problemsWithReport(form, data, cells, previous, LANGUAGE);
    assert.deepEqual(
      found.map(({ field, key }) => [field, key]).sort(byField),
      one.problems.map(([field, key]) => [field, key]).sort(byField),
    );
    for (const [field, key, params] of one.problems) {
      const problem = found.find((each) => each.field === field);
      assert.equal(problem.code, key.split(".")[1]);
      if (params) assert.deepEqual(problem.params, params);
    }
    const filled = fillReport(form, data, cells);
    for (const [code, value] of Object.entries(one.filled || {})) assert.equal(filled[code], value);
    assert.deepEqual(fillReport(form, { ...data, values: filled }, cells), filled);
  });

for (const one of shared.gaps)
  test(`gap: ${one.name}`, () => {
    const gap = balanceGap(form, { ...shared.good, ...one.set }, shared.events);
    if (!one.difference) return assert.equal(gap, null);
    assert.equal(gap.difference, one.difference);
    assert.equal(gap.suspect, one.suspect);
    assert.deepEqual(gap.candidates, one.candidates);
    const { key, params } = balanceProblem(form, gap, LANGUAGE);
    assert.equal(key, one.candidates.length ? "report.balance_repeated" : "report.balance");
    const start = `${params.sum} = ${params.expected}`;
    assert.ok(!one.sentence || one.sentence.startsWith(start), start);
  });

test("the sum is made of the form's words in the reader's language", () => {
  const gap = balanceGap(form, { ...shared.good, closing_persons: 43 }, []);
  const { params } = balanceProblem(form, gap, "en");
  assert.equal(params.sum, "last month 42 + births 1 − deaths 0 + moved in 5 − moved out 3");
  assert.equal(params.suspect, "moved out");
});

test("nothing happened is offered without entries and with a number to start from", () => {
  assert.equal(isNil(form, computed(form, [], shared.previous)), true);
  assert.equal(isNil(form, computed(form, [], null)), false);
  assert.equal(isNil(form, computed(form, shared.events, shared.previous)), false);
});

test("a form without a balance is a form", () => {
  const measures = form.measures.filter((measure) => measure.source.kind === "outreach");
  const plain = { ...form, measures, balance: null };
  const cells = computed(plain, shared.events, null);
  const data = { form: "monthly@1", nil: true, values: {} };
  assert.deepEqual(problemsWithReport(plain, data, cells, null, LANGUAGE), []);
});
