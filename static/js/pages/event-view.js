/** What the entry form holds, as text, and the record it makes. */

/** @typedef {import("./entries.js").Entry} Entry */
/** @typedef {Record<string, string>} Typed the form's fields by name */

const MOVES = ["move_in", "move_out"];

/**
 * A form that nobody has touched.
 * @param {string} date
 * @returns {Typed}
 */
export function freshEvent(date) {
  return {
    kind: "",
    persons: "1",
    date,
    households: "1",
    place: "",
    region: "",
    service: "",
    note: "",
  };
}

/**
 * The form as it was left, to go on with. A date that was only today's default is today's again.
 * @param {{ typed: Typed, on: string }} draft
 * @param {string} date
 * @returns {Typed}
 */
export function resumedEvent({ typed, on }, date) {
  return { ...typed, date: typed.date === on ? date : typed.date };
}

/**
 * The form for an entry that is there already.
 * @param {Entry} entry
 * @param {string[]} places the regions that can be chosen from the list
 * @returns {Typed}
 */
export function typedEvent(entry, places) {
  const region = entry.region || "";
  const listed = places.includes(region);
  return {
    kind: entry.kind,
    persons: `${entry.persons}`,
    date: entry.date,
    households: MOVES.includes(entry.kind) ? `${entry.households}` : "1",
    place: listed ? region : "",
    region: listed ? "" : region,
    service: entry.service || "",
    note: entry.note || "",
  };
}

/**
 * The record's data: fields that do not belong to the kind are left out.
 * @param {Typed} typed
 * @param {string} unit
 * @returns {Record<string, any>}
 */
export function eventData(typed, unit) {
  const moves = MOVES.includes(typed.kind);
  const region = moves ? plain(typed.region) || typed.place : "";
  const service = typed.kind === "service" ? typed.service : "";
  const note = (typed.note || "").trim();
  return {
    unit,
    kind: typed.kind,
    date: typed.date,
    persons: countIn(typed.persons),
    households: moves ? countIn(typed.households) : 0,
    ...(region && { region }),
    ...(service && { service }),
    ...(note && { note }),
  };
}

/**
 * The number that was typed, in whatever width its digits have; what is no number stays text.
 * @param {string | undefined} text
 * @returns {number | string}
 */
export function countIn(text) {
  const digits = plain(text);
  return /^\d{1,9}$/.test(digits) ? Number(digits) : digits;
}

/** @param {string | undefined} text */
function plain(text) {
  return (text || "").normalize("NFKC").trim();
}
