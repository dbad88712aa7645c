/** Whose door a card is: what this phone knows, and where it knows nothing what the server says. */

import { cardHash } from "../domain/card.js";
import { addressWords } from "../pages/door-words.js";

/** @typedef {{ id: string, address: string }} Door */
/** @typedef {{ token?: string, number?: string }} Card one of the two */

const SERVER_PATIENCE = 6_000;
export const UNREACHED = "unreached";

/**
 * The door of a card in this person's area; undefined when it has none there.
 * @param {import("../store.js").Store | undefined} store of a phone; an office has none
 * @param {Card} card
 * @returns {Promise<Door | undefined | "unreached">} the last when only the server could say, and there is no network
 */
export async function findDoor(store, card) {
  return (store && (await knownDoor(store, card))) || (await askServer(card));
}

/**
 * @param {import("../store.js").Store} store
 * @param {Card} card
 * @returns {Promise<Door | undefined>}
 */
async function knownDoor({ index }, { token, number }) {
  const row = token
    ? await index.byHash(await cardHash(token))
    : await index.byNumber(String(number));
  return row && { id: row.id, address: addressWords(row) };
}

/**
 * The token goes in the body: addresses stand in histories and logs.
 * @param {Card} card
 */
async function askServer(card) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), SERVER_PATIENCE);
  try {
    const answer = await fetch("/app/scan", {
      method: "POST",
      headers: { Accept: "application/json" },
      body: new URLSearchParams(/** @type {Record<string, string>} */ (card)),
      signal: controller.signal,
    });
    if (!answer.ok) return answer.status === 404 ? undefined : UNREACHED;
    return /** @type {Door} */ (await answer.json());
  } catch {
    return UNREACHED;
  } finally {
    clearTimeout(timer);
  }
}
