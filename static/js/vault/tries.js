/** How often and how soon a secret may be tried. Times are those of the phone's own clock, which its finder can set. */

/** @typedef {{ tries: number, tried_at: number }} Tries wrong ones in a row, and when the last was */

export const MOST_TRIES = 10;
const FREE_TRIES = 3;
const FIRST_WAIT = 30_000;
const LONGEST_TRY_WAIT = 900_000;

/**
 * How long to wait before the next try, in milliseconds: nothing after up to two wrong ones, then half a minute, doubling.
 * @param {Tries} tries
 * @param {number} time
 */
export function tryWait({ tries, tried_at }, time) {
  if (tries < FREE_TRIES) return 0;
  const wait = Math.min(FIRST_WAIT * 2 ** (tries - FREE_TRIES), LONGEST_TRY_WAIT);
  // A clock that shows a time before the last try was set back; that must not lengthen the wait for the owner either.
  return time < tried_at ? wait : Math.max(tried_at + wait - time, 0);
}

/**
 * The tries with one more, counted before it is made; as they were, but for a clock that was set back, when it has to wait.
 * @param {Tries} tries
 * @param {number} time
 * @returns {Tries & { wait: number }}
 */
export function withTry({ tries, tried_at }, time) {
  const wait = tryWait({ tries, tried_at }, time);
  if (wait) return { tries, tried_at: Math.min(tried_at, time), wait };
  return { tries: tries + 1, tried_at: time, wait };
}
