/** Records sealed for the server: both sides are held to tests/vectors/seal.json. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64, recordKey, sealedTo, toBase64 } from "../../static/js/vault/envelope.js";
import { openEnvelope } from "./support/server.js";
import { vectors } from "./support/vectors.js";

const { server, cases } = vectors("seal");
const EC = { name: "ECDH", namedCurve: "P-256" };
const imported = (jwk) => crypto.subtle.importKey("jwk", jwk, EC, true, ["deriveBits"]);
const box = async () => ({
  pair: { privateKey: await imported(server.jwk) },
  seal_key: { kid: server.kid, public: server.public },
});

for (const { name, id, type, data, sealed, ephemeral_private } of cases) {
  test(`the server opens ${name}`, async () => {
    assert.deepEqual(await openEnvelope(await box(), { id, type, sealed }), data);
  });

  test(`the phone's half gives the same key for ${name}`, async () => {
    const point = fromBase64(sealed.key);
    const [x, y] = [point.subarray(1, 33), point.subarray(33)].map(toBase64);
    const own = await imported({ kty: "EC", crv: "P-256", x, y, d: ephemeral_private });
    const theirs = fromBase64(server.public);
    const key = await recordKey(own, theirs, new Uint8Array([...point, ...theirs]));
    const additionalData = new TextEncoder().encode(`${id}|${type}`);
    const how = { name: "AES-GCM", iv: fromBase64(sealed.iv), additionalData };
    const plain = await crypto.subtle.decrypt(how, key, fromBase64(sealed.box));
    assert.deepEqual(JSON.parse(new TextDecoder().decode(plain)), data);
  });

  test(`the server opens ${name} as this phone seals it`, async () => {
    const own = await box();
    const made = await sealedTo(own.seal_key, { id, type, data });
    assert.deepEqual(await openEnvelope(own, { id, type, sealed: made }), data);
    const again = await sealedTo(own.seal_key, { id, type, data });
    for (const part of ["key", "iv", "box"]) assert.notEqual(made[part], again[part]);
    await assert.rejects(openEnvelope(own, { id: "another", type, sealed: made }));
    await assert.rejects(openEnvelope(own, { id, type: "another", sealed: made }));
  });
}
