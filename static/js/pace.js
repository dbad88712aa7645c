/** How soon the next exchange may be. Times are those of the page's own clock, which nobody can set. */

/** @typedef {"start" | "open" | "save" | "online" | "visible" | "button" | "timer"} Why what asks for an exchange */

const TICK = 60_000;
const FIRST_PAUSE = 5_000;
const LONGEST_PAUSE = 300_000;

/**
 * The pause after the n-th failure in a row: doubling up to five minutes, spread by half so that
 * phones do not come back all at once.
 * @param {number} failures from 1
 * @param {number} random from 0 to 1
 * @returns {number} milliseconds
 */
export function pauseAfter(failures, random) {
  return (
    Math.min(FIRST_PAUSE * 2 ** Math.min(failures - 1, 10), LONGEST_PAUSE) * (0.5 + random / 2)
  );
}

export class Pace {
  failures = 0;
  #paused = 0;
  #asked = 0;

  /**
   * Whether `why` is reason enough at `time`. A person's tap always is; the timer waits out the pause after
   * a failure, all others only what the server asked for.
   * @param {Why} why
   * @param {number} time
   */
  allows(why, time) {
    return why === "button" || time >= (why === "timer" ? this.#paused : this.#asked);
  }

  /** The last exchange went well. */
  succeeded() {
    this.failures = 0;
    this.#paused = this.#asked = 0;
  }

  /**
   * The last exchange failed at `time`.
   * @param {number} time
   * @param {number} asked how long the server asked to wait, 0 when it did not
   * @param {number} [random]
   */
  failed(time, asked, random = Math.random()) {
    this.failures += 1;
    this.#asked = time + asked;
    this.#paused = time + Math.max(asked, pauseAfter(this.failures, random));
  }

  /**
   * When the timer should ask next.
   * @param {number} time
   * @returns {number} whole milliseconds from `time`: timers cut off fractions
   */
  nextIn(time) {
    return this.#paused > time ? Math.ceil(this.#paused - time) : TICK;
  }
}
