/**
 * The keys of the vault between two pages: in this worker's memory, never anywhere else. They go when their time is
 * up, when somebody signs in or out, and when the browser stops the worker.
 */

/** @type {unknown} */
let held;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * @param {unknown} keys whatever the page wants the next one to have
 * @param {number} left milliseconds
 */
export function keepKeys(keys, left) {
  held = keys;
  clearTimeout(timer);
  timer = setTimeout(dropKeys, left);
}

export function heldKeys() {
  return held;
}

export function dropKeys() {
  held = undefined;
  clearTimeout(timer);
}
