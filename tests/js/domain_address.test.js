/** The order of doors, by the cases that the server's rule is held to as well. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { floorOf, sortKey } from "../../static/js/domain/address.js";
import { vectors } from "./support/vectors.js";

const { order, keys, floors } = vectors("address");

test("addresses stand as one walks", () => {
  const shuffled = [...order].reverse().sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  assert.deepEqual(shuffled, order);
});

test("keys are those of the server", () => {
  for (const { address, key } of keys) assert.equal(sortKey(address), key);
});

test("a door's number tells its floor", () => {
  for (const [door, floor] of floors) assert.equal(floorOf(door), floor, door);
});
