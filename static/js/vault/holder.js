/**
 * The keys on their way from one page to the next: through the memory of the service worker, and nowhere else. Without
 * a worker, or when the browser has put it to sleep meanwhile, the next page asks for the secret.
 */

import { wallTime } from "../clock.js";
import { askWorker } from "../worker.js";

/** @typedef {import("../sealing.js").Keys} Keys */
/** @typedef {{ vault: string, keys: Keys, seen: number }} Held `vault`: its id, `seen`: when the person last touched the screen */

export const IDLE = 300_000;
const KEYS_WITHIN = 2_000;
const CLOCK_JITTER = 60_000;

/**
 * Let the next page have the keys.
 * @param {Held} held
 */
export function giveKeys(held) {
  const left = IDLE - (wallTime() - held.seen);
  if (left > 0) navigator.serviceWorker?.controller?.postMessage({ type: "keys-keep", held, left });
}

/**
 * The keys that the page before left for the vault with this id.
 * @param {string} vault
 * @returns {Promise<Held | undefined>}
 */
export async function takeKeys(vault) {
  /** @type {Held | undefined} */
  const held = (await askWorker({ type: "keys-take" }, KEYS_WITHIN)) || undefined;
  return held && held.vault === vault && !isIdle(held.seen, wallTime()) ? held : undefined;
}

/** Let nobody have them. */
export function dropKeys() {
  return askWorker({ type: "keys-drop" }, KEYS_WITHIN);
}

/**
 * Whether nobody has touched the screen for too long. A clock that was set back says nothing, so that it counts as too long.
 * @param {number} seen
 * @param {number} time
 */
export function isIdle(seen, time) {
  return time - seen >= IDLE || time < seen - CLOCK_JITTER;
}
