/** What a claim is answered with, by the names of its sentences. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";

const TODAY = "2026-11-22";
const path = new URL("../../webapp/claims/data/rules.json", import.meta.url);
const figures = JSON.parse(readFileSync(path, "utf8"));
const sentences = readFileSync(
  new URL("../../templates/claims/_messages.html", import.meta.url),
  "utf8",
);
let answered;
let problemsOf;

before(async () => {
  globalThis.document = { querySelector: () => null, documentElement: { lang: "zh-Hans" } };
  const view = await import("../../static/js/pages/claim-view.js");
  problemsOf = view.problemsOf;
  answered = (claim, typed, today = TODAY) => view.claimAnswer(claim, typed, today, figures);
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

const DAYS = ["2010-01-01", "1940-01-01", "2024-02-29", "2025-03-01", "2026-10-22", "2026-11-22"];
const ASKED = {
  childcare: ["here", "away"].flatMap((home) => [
    ...DAYS.map((born) => ({ born, home })),
    { born: "2023-03-01", home, adopted: "2026-02-01" },
  ]),
  assistance: ["reward", "lost"].flatMap((scheme) => DAYS.map((born) => ({ scheme, born }))),
  residence: ["apply", "endorse"].flatMap((step) => DAYS.map((day) => ({ step, day }))),
  registration: ["birth", "death_city"].flatMap((kind) => DAYS.map((day) => ({ kind, day }))),
};
const namesIn = (text) => text.match(/\bclaim\.[\w.]+/g);

for (const [claim, typed] of Object.entries(ASKED)) {
  test(`the page on ${claim} has the sentences that it says, and none that it never says`, () => {
    const [common, ...own] = sentences.split(/^ {2}"(?=\w+": \{)/m);
    const mine = namesIn(own.find((text) => text.startsWith(claim)));
    const answers = typed.map((each) => answered(claim, each));
    const lastDay = { ...typed[0], born: "2024-05-01" };
    const more = [answered(claim, lastDay, "2025-12-31"), answered(claim, lastDay, "2011-01-01")];
    const early = claim === "childcare" ? { adopted: "2000-01-01" } : {};
    const wrong = problemsOf(claim, { ...typed[0], ...early }, TODAY);
    const said = new Set(namesIn(JSON.stringify([answers, more, wrong])));
    assert.deepEqual(
      [...said].filter((name) => !namesIn(common).includes(name)).sort(),
      mine.sort(),
    );
  });
}
