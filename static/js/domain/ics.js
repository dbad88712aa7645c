/** Days as a calendar file (RFC 5545), which phones open with their own calendar. */

/** @typedef {{ day: string, text: string }} Day a whole day, such as "2026-12-31" */

const WIDEST = 75; // octets a line, by section 3.1
const WARNINGS = ["-P30D", "-P7D"];

/**
 * @param {Day[]} days
 * @param {string} stamp when the file is made, as in `20261122T030000Z`
 * @param {(index: number) => string} idFor
 * @returns {string}
 */
export function calendarOf(days, stamp, idFor) {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Sanshi//Claims//ZH",
    ...days.flatMap((each, index) => eventLines(each, stamp, idFor(index))),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${foldedLine(line)}\r\n`).join("");
}

/**
 * @param {Day} each
 * @param {string} stamp
 * @param {string} id
 */
function eventLines({ day, text }, stamp, id) {
  const words = text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");
  return [
    "BEGIN:VEVENT",
    `UID:${id}`,
    `DTSTAMP:${stamp}`,
    `DTSTART;VALUE=DATE:${day.replace(/-/g, "")}`,
    `SUMMARY:${words}`,
    "TRANSP:TRANSPARENT",
    ...WARNINGS.flatMap((before) => [
      "BEGIN:VALARM",
      "ACTION:DISPLAY",
      `DESCRIPTION:${words}`,
      `TRIGGER:${before}`,
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
