/** What is said of a household on the phone, by the cases that the server's rules are held to as well. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { likeness, problemsWithHousehold } from "../../static/js/domain/household.js";
import { household, indexOf } from "./support/doors.js";
import { vectors } from "./support/vectors.js";

for (const { name, typed, known, same } of vectors("likeness").cases) {
  test(`may be the same household: ${name}`, () => {
    const { contact, members, address } = known;
    const [row] = indexOf([household("1", { contact, members, address })]);
    assert.deepEqual(likeness(typed, row), same);
  });
}

const { today, cases } = vectors("household");
for (const { name, data, problems } of cases) {
  test(`what is wrong with a household: ${name}`, () => {
    const found = problemsWithHousehold(data, today).map(({ field, code }) => [field, code]);
    assert.deepEqual(found, problems);
  });
}

test("an answer to a text that this phone does not have", () => {
  const answers = { contact: { given: false, on: today } };
  const [wrong] = problemsWithHousehold({ ...cases[0].data, consents: answers }, today);
  assert.deepEqual([wrong.field, wrong.key], ["consents.contact", "household.consent_version"]);
});
