import assert from "node:assert/strict";
import { test } from "node:test";
import {
  heardServer,
  likelyTime,
  now,
  restoreClock,
  seenAt,
  stamp,
  today,
} from "../../static/js/clock.js";

const DAY = 86_400_000;
const SERVER = Date.parse("2026-11-29T21:03:11+08:00");

/** The time this clock tells when the phone's own shows `wall`. */
function at(wall, work) {
  const { now: own } = Date;
  Date.now = () => wall;
  try {
    return work();
  } finally {
    Date.now = own;
  }
}

/** Hear the server while the phone's own clock is off by `wrong` milliseconds. */
function hearWith(wrong) {
  restoreClock(undefined);
  return at(SERVER + wrong, () => heardServer("2026-11-29T21:03:11+08:00"));
}

test("before the first contact the phone's own clock counts", () => {
  restoreClock(undefined);
  at(SERVER, () => {
    assert.equal(now().getTime(), SERVER);
    assert.equal(seenAt(), undefined);
  });
});

for (const [name, wrong] of [
  ["right", 0],
  ["two days behind", -2 * DAY],
  ["two days ahead", 2 * DAY],
  ["in the year 1970", 1000 - SERVER],
  ["in the year 2019", -7 * 365 * DAY],
  ["in the year 2038", 12 * 365 * DAY],
]) {
  test(`a clock ${name} does not matter once the server was heard`, () => {
    hearWith(wrong);
    at(SERVER + wrong + 3_600_000, () => {
      assert.equal(stamp(), "2026-11-29T22:03:11+08:00");
      assert.equal(today(), "2026-11-29");
      assert.equal(seenAt(), "2026-11-29T21:03:11+08:00");
    });
  });

  test(`a clock ${name} that the network sets right meanwhile tells the right time`, () => {
    hearWith(wrong);
    at(SERVER + 5 * 3_600_000, () => {
      // Two days ahead of a clock that was behind cannot be told from two days gone by.
      const expected =
        wrong === -2 * DAY ? SERVER + 5 * 3_600_000 + 2 * DAY : SERVER + 5 * 3_600_000;
      assert.equal(now().getTime(), expected);
    });
  });
}

test("time never runs behind the last server time, whatever is done to the phone's clock", () => {
  hearWith(0);
  for (const wall of [0, SERVER - 400 * DAY, SERVER - 1]) {
    at(wall, () => assert.ok(now().getTime() >= SERVER));
  }
});

test("what is kept is taken up again", () => {
  const kept = JSON.parse(JSON.stringify(hearWith(-2 * DAY)));
  restoreClock(undefined);
  restoreClock(kept);
  at(SERVER - 2 * DAY + 60_000, () => assert.equal(stamp(), "2026-11-29T21:04:11+08:00"));
});

test("an answer without a time changes nothing", () => {
  const kept = hearWith(0);
  for (const nothing of ["", "soon", undefined]) assert.deepEqual(heardServer(nothing), kept);
});

test("the date is the one in Shanghai, whatever the zone of the phone", () => {
  restoreClock(undefined);
  at(Date.parse("2026-11-30T16:00:00Z"), () => assert.equal(today(), "2026-12-01"));
  at(Date.parse("2026-11-30T15:59:59Z"), () => assert.equal(today(), "2026-11-30"));
  assert.equal(stamp(new Date(SERVER)), "2026-11-29T21:03:11+08:00");
});

test("a likely time is between the two clocks it could be", () => {
  for (const offset of [-9, -1, 0, 1, 9].map((years) => years * 365 * DAY)) {
    for (const moved of [-900, -1, 0, 1, 900].map((days) => days * DAY)) {
      const wall = SERVER - offset + moved;
      const time = likelyTime({ offset, server: SERVER, seen: "" }, wall);
      assert.ok(time >= SERVER);
      assert.ok([wall, wall + offset, SERVER].includes(time));
    }
  }
});
