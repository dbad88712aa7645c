import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cardDigits,
  cardHash,
  isCardNumber,
  spacedNumber,
  tokenIn,
  tokenInPath,
} from "../../static/js/domain/card.js";
import { vectors } from "./support/vectors.js";

const { hashes, numbers, addresses } = vectors("cards");
const TOKEN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

for (const [text, host, token] of addresses) {
  test(`the code ${JSON.stringify(text)} at ${host}`, () => {
    assert.equal(tokenIn(text, host), token);
  });
}

for (const [typed, number] of numbers) {
  test(`the number ${JSON.stringify(typed)}`, () => {
    const digits = cardDigits(typed);
    assert.equal(isCardNumber(digits) ? digits : null, number);
  });
}

for (const { token, hash } of hashes) {
  test(`phones know the token ${token} by the hash that the server makes`, async () => {
    assert.equal(await cardHash(token), hash);
  });
}

test("the address that a phone's own camera opens holds a token, and other pages none", () => {
  for (const path of [`/q/${TOKEN}`, `/Q/${TOKEN}`, `/q/${TOKEN.toLowerCase()}/`])
    assert.equal(tokenInPath(path), TOKEN);
  for (const path of ["/app/scan", "/q/", `/q/${TOKEN}/tell`, `/q/${TOKEN}A`])
    assert.equal(tokenInPath(path), "");
});

test("a number is read in two groups", () => {
  assert.deepEqual(["", "12", "123", "1234", "1234566"].map(spacedNumber), [
    "",
    "12",
    "123",
    "123 4",
    "123 4566",
  ]);
});
