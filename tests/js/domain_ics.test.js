/** A file with days for the calendar, as RFC 5545 wants it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { calendarOf } from "../../static/js/domain/ics.js";

const STAMP = "20261122T030000Z";
const LAST = { day: "2026-12-31", key: "first", text: "最后一天" };
const octets = (line) => new TextEncoder().encode(line).length;
const valuesOf = (text, name) =>
  [...text.matchAll(new RegExp(`^${name}[:;](.*)$`, "gm"))].map(([, value]) => value.trim());

test("each day is a whole one, with all that an event must have", () => {
  const text = calendarOf([LAST], STAMP);
  assert.deepEqual(text.split("\r\n").slice(0, 9), [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Sanshi//Claims//ZH",
    "BEGIN:VEVENT",
    "UID:sanshi-claims-first-2026-12-31",
    "DTSTAMP:20261122T030000Z",
    "DTSTART;VALUE=DATE:20261231",
    "SUMMARY:最后一天",
    "TRANSP:TRANSPARENT",
  ]);
  assert.match(text, /END:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n$/);
});

test("the same day is the same event, whenever and in whatever language it is worked out", () => {
  const [one, other] = [LAST, { ...LAST, text: "The last day" }].map((day) =>
    valuesOf(calendarOf([day], STAMP), "UID"),
  );
  assert.deepEqual(one, other);
  const days = [LAST, { ...LAST, key: "again" }, { ...LAST, day: "2027-12-31" }];
  assert.equal(new Set(valuesOf(calendarOf(days, STAMP), "UID")).size, 3);
});

test("a phone rings in the morning: before a last day, on a first one", () => {
  const hours = (trigger) => {
    const [, sign, days = 0, hour] = /^(-?)P(?:(\d+)D)?T(\d+)H$/.exec(trigger);
    return (sign ? -1 : 1) * (Number(days) * 24 + Number(hour));
  };
  const at = (day) => valuesOf(calendarOf([day], STAMP), "TRIGGER").map(hours);
  assert.deepEqual(at(LAST), [-30 * 24 + 9, -7 * 24 + 9, -24 + 9]);
  assert.deepEqual(at({ ...LAST, isFirst: true }), [9]);
});

test("what has a meaning in such a file is escaped, and long lines are folded between letters", () => {
  const words = `a,b;c\\d\n${"年".repeat(80)}${"é".repeat(80)}😀`;
  const text = calendarOf([{ ...LAST, text: words }], STAMP);
  assert.ok(text.split("\r\n").every((line) => octets(line) <= 75 && !line.includes("\n")));
  assert.ok(!text.includes("\ufffd"));
  const unfolded = text.replaceAll("\r\n ", "");
  assert.ok(unfolded.includes(`SUMMARY:a\\,b\\;c\\\\d\\n${words.split("\n")[1]}\r\n`));
});
