/**
 * The time as the server would tell it. Phones are wrong by minutes, days or years, and deadlines
 * must not depend on that: every answer of the server sets this clock, and it never runs behind
 * the last server time it has heard.
 */

/** @typedef {{ offset: number, server: number, seen: string }} ClockState milliseconds, and the server's own words */

const DAY = 86_400_000;
const SHANGHAI = 8 * 3_600_000;
// A clock that is years off (empty battery) gets set right by the network sooner or later;
// one that is days off was set by hand and stays.
const SURELY_RESET = 30 * DAY;

/** @type {ClockState} */
const UNHEARD = { offset: 0, server: 0, seen: "" };
let clockState = UNHEARD;

/**
 * The most likely time, in milliseconds, when the phone's own clock shows `wall`.
 * @param {ClockState} state
 * @param {number} wall
 * @returns {number}
 */
export function likelyTime({ offset, server }, wall) {
  const corrected = wall + offset;
  // Behind what is known: the phone's clock was changed since. Then it counts as it is.
  if (corrected < server) return Math.max(wall, server);
  if (Math.abs(offset) > SURELY_RESET && wall >= server) return Math.min(wall, corrected);
  return corrected;
}

/**
 * Go on with the clock as it was kept; without one, with the phone's own.
 * @param {ClockState | undefined} kept
 */
export function restoreClock(kept) {
  clockState = kept || UNHEARD;
}

/**
 * Set the clock by an answer of the server.
 * @param {string} serverTime ISO 8601
 * @returns {ClockState} to be kept for the next start
 */
export function heardServer(serverTime) {
  const server = Date.parse(serverTime);
  if (server) clockState = { offset: server - Date.now(), server, seen: serverTime };
  return clockState;
}

/**
 * The last server time heard, in the server's own words; undefined before the first contact.
 * @returns {string | undefined}
 */
export function seenAt() {
  return clockState.seen || undefined;
}

/**
 * @returns {Date} the time now
 */
export function now() {
  return new Date(likelyTime(clockState, Date.now()));
}

/**
 * What the phone's own clock shows, in milliseconds: for waits that a person sits through, never for a date.
 * @returns {number}
 */
export function wallTime() {
  return Date.now();
}

/**
 * A time in Asia/Shanghai with its offset, as in `2026-11-29T21:03:11+08:00`.
 * China has had one zone and no summer time since 1991, so no zone table is needed.
 * @param {Date} [time] by default now
 * @returns {string}
 */
export function stamp(time = now()) {
  return `${inShanghai(time).slice(0, 19)}+08:00`;
}

/**
 * The date today in Asia/Shanghai, as in `2026-11-29`.
 * @returns {string}
 */
export function today() {
  return inShanghai(now()).slice(0, 10);
}

/** @param {Date} time */
function inShanghai(time) {
  return new Date(time.getTime() + SHANGHAI).toISOString();
}
