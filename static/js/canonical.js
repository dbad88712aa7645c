/** One spelling for a JSON value, so that the phone and the server hash the same bytes. */

import { toHex } from "./ids.js";

/** @typedef {{ id: string, type: string, data: Record<string, unknown>, deleted?: boolean }} Content */

/**
 * JSON with sorted keys and no spaces. Numbers must be whole: Python spells others differently.
 * @param {unknown} value
 * @returns {string}
 */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
}

/**
 * A copy that JSON can carry: without undefined members and without halves of a character,
 * which an input with a length limit can leave and which UTF-8 cannot spell.
 * @template T
 * @param {T} value
 * @returns {T}
 */
export function cleaned(value) {
  const mend = (/** @type {string} */ _key, /** @type {unknown} */ item) =>
    typeof item === "string" ? item.replace(/[\ud800-\udfff]/gu, "\ufffd") : item;
  return JSON.parse(JSON.stringify(value, mend));
}

/**
 * SHA-256 over what a record says, 64 hexadecimal digits; "" on a page without HTTPS, where
 * browsers have no WebCrypto: the record is kept and sent all the same, only its code is missing.
 * @param {Content} record
 * @returns {Promise<string>}
 */
export async function recordHash({ id, type, data, deleted }) {
  if (!crypto.subtle) return "";
  const text = canonical(deleted ? { data, deleted, id, type } : { data, id, type });
  return toHex(
    new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))),
  );
}

/**
 * The code a person can read aloud: the first eight digits of a hash, as `7F3A-92C1`.
 * @param {string} hash
 * @returns {string}
 */
export function shortCode(hash) {
  return hash && `${hash.slice(0, 4)}-${hash.slice(4, 8)}`.toUpperCase();
}
