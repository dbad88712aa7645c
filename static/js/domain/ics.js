/** Days as a calendar file (RFC 5545), which phones open with their own calendar. */

/** @typedef {{ day: string, key: string, text: string, isFirst?: boolean }} Day a whole day, such as "2026-12-31", the last or the first on which something can be done */

const WIDEST = 75; // octets a line, by section 3.1
// At nine in the morning, counted from the midnight at which the day begins.
const BEFORE_THE_LAST = ["-P29DT15H", "-P6DT15H", "-PT15H"];
const ON_THE_FIRST = ["PT9H"];

/**
 * @param {Day[]} days
 * @param {string} stamp when the file is made, as in `20261122T030000Z`
 * @returns {string}
 */
export function calendarOf(days, stamp) {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Sanshi//Claims//ZH",
    ...days.flatMap((each) => eventLines(each, stamp)),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${foldedLine(line)}\r\n`).join("");
}

/**
 * The id is the same whenever the same day is worked out: a calendar that has it takes it for the one it knows.
 * @param {Day} each
 * @param {string} stamp
 */
function eventLines({ day, key, text, isFirst }, stamp) {
  const words = text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");
  return [
    "BEGIN:VEVENT",
    `UID:sanshi-claims-${key}-${day}`,
    `DTSTAMP:${stamp}`,
    `DTSTART;VALUE=DATE:${day.replace(/-/g, "")}`,
    `SUMMARY:${words}`,
    "TRANSP:TRANSPARENT",
    ...(isFirst ? ON_THE_FIRST : BEFORE_THE_LAST).flatMap((trigger) => [
      "BEGIN:VALARM",
      "ACTION:DISPLAY",
      `DESCRIPTION:${words}`,
      `TRIGGER:${trigger}`,
      "END:VALARM",
    ]),
    "END:VEVENT",
  ];
}

/**
 * Long lines go on after a space; no character is cut in two.
 * @param {string} line
 */
function foldedLine(line) {
  let [text, width] = ["", 0];
  for (const letter of line) {
    const octets = new TextEncoder().encode(letter).length;
    if (width + octets > WIDEST) [text, width] = [`${text}\r\n `, 1];
    text += letter;
    width += octets;
  }
  return text;
}
