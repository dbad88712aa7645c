/** What a claim is answered with, by the names of its sentences. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";

const TODAY = "2026-11-22";
const path = new URL("../../webapp/claims/data/rules.json", import.meta.url);
const figures = JSON.parse(readFileSync(path, "utf8"));
let answered;

before(async () => {
  globalThis.document = { querySelector: () => null, documentElement: { lang: "zh-Hans" } };
  const { claimAnswer } = await import("../../static/js/pages/claim-view.js");
  answered = (claim, typed) => claimAnswer(claim, typed, TODAY, figures);
});

const keysOf = (rows) => rows.map(({ key }) => key);

test("who is too old for the subsidy is not sent to apply for it", () => {
  const { head, facts, advice, days } = answered("childcare", { born: "2021-12-31", home: "here" });
  assert.equal(head, "claim.too_early");
  assert.deepEqual([facts, advice, days], [[], [], []]);
});

test("who has reached the age reads no day from which nobody is paid", () => {
  const now = answered("assistance", { scheme: "lost", born: "1940-01-01" });
  assert.deepEqual([now.head, keysOf(now.facts), now.days], ["claim.now", ["monthly"], []]);
  const later = answered("assistance", { scheme: "lost", born: "1990-02-28" });
  assert.deepEqual(keysOf(later.facts), ["since", "monthly"]);
  assert.deepEqual(keysOf(later.days), ["assistance"]);
});
