/** Which text is read out and when one may ask again, by the cases that the server's rule is held to as well. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { askAgainOn, mayAsk, textInForce } from "../../static/js/domain/consent.js";
import { vectors } from "./support/vectors.js";

const { purpose, in_force, ask_again, may_ask } = vectors("consent");

test("the text in force", () => {
  for (const [day, version] of in_force)
    assert.equal(textInForce(purpose, day).version, version, day);
});

test("when one may ask again", () => {
  for (const { answer, on } of ask_again) assert.equal(askAgainOn(answer, purpose), on);
  for (const { answer, today, may } of may_ask)
    assert.equal(mayAsk(answer || undefined, purpose, today), may);
});
