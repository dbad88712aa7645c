import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { canonical, cleaned, recordHash, shortCode } from "../../static/js/canonical.js";
import { newId } from "../../static/js/ids.js";

const vectors = JSON.parse(readFileSync(new URL("../vectors/hash.json", import.meta.url), "utf8"));

for (const { name, record, text, hash, code } of vectors.cases) {
  test(`phone and server spell alike: ${name}`, async () => {
    assert.equal(canonical(record), text);
    assert.equal(await recordHash(record), hash);
    assert.equal(shortCode(hash), code);
  });
}

test("halves of characters and undefined members do not reach the record", () => {
  assert.deepEqual(cleaned({ note: "好\ud83d", gone: undefined }), { note: "好\ufffd" });
  assert.equal(cleaned("😀"), "😀");
});

test("without WebCrypto a record has no code, and nothing breaks", async () => {
  const { subtle } = crypto;
  Object.defineProperty(crypto, "subtle", { value: undefined, configurable: true });
  try {
    assert.equal(shortCode(await recordHash(vectors.cases[0].record)), "");
  } finally {
    Object.defineProperty(crypto, "subtle", { value: subtle, configurable: true });
  }
});

test("ids are version 4 UUIDs, with and without the browser's help", () => {
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  assert.match(newId(), uuid);
  const { randomUUID } = crypto;
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  try {
    assert.match(newId(), uuid);
    assert.notEqual(newId(), newId());
  } finally {
    Object.defineProperty(crypto, "randomUUID", { value: randomUUID, configurable: true });
  }
});
