/**
 * From what a person remembers to the keys of the vault. Random bytes are wrapped by a key derived from the secret;
 * only the wrapped bytes are ever stored. So another secret wraps the same bytes anew, and nothing else has to change.
 */

import { decrypted, encrypted } from "../sealing.js";

/** @typedef {import("../sealing.js").Keys} Keys */
/** @typedef {{ salt: Uint8Array<ArrayBuffer>, iterations: number, wrapped: Uint8Array<ArrayBuffer> }} Wrapping */

/** Half a second on an ordinary phone, and for each guess of whoever copied the disk. */
const ITERATIONS = 600_000;
const SHORTEST_SECRET = 6;
const RUNS = "01234567890 09876543210";

/**
 * What is wrong with a new secret: `short`, `easy`, or "" when nothing is.
 * @param {string} secret
 */
export function weakness(secret) {
  const plain = plainSecret(secret);
  if (Array.from(plain).length < SHORTEST_SECRET) return "short";
  return /^(.{1,3})\1+$/u.test(plain) || RUNS.includes(plain) ? "easy" : "";
}

/**
 * New random bytes, wrapped.
 * @param {string} secret
 * @param {string} account whose vault: the wrapping fits no other
 * @param {number} [iterations]
 * @returns {Promise<{ wrapping: Wrapping, keys: Keys }>}
 */
export async function newSecret(secret, account, iterations = ITERATIONS) {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const made = {
    wrapping: await wrap(bytes, secret, account, iterations),
    keys: await keysFrom(bytes),
  };
  bytes.fill(0);
  return made;
}

/**
 * @param {Wrapping} wrapping
 * @param {string} secret
 * @param {string} account
 * @returns {Promise<Keys | undefined>} undefined when the secret is another
 */
export async function openSecret(wrapping, secret, account) {
  const bytes = await unwrap(wrapping, secret, account);
  const keys = bytes && (await keysFrom(bytes));
  bytes?.fill(0);
  return keys;
}

/**
 * The same bytes under another secret, with today's work for each guess.
 * @param {Wrapping} wrapping
 * @param {string} secret
 * @param {string} next
 * @param {string} account
 * @returns {Promise<Wrapping | undefined>} undefined when `secret` is not the one
 */
export async function changedSecret(wrapping, secret, next, account) {
  const bytes = await unwrap(wrapping, secret, account);
  const made = bytes && (await wrap(bytes, next, account, ITERATIONS));
  bytes?.fill(0);
  return made;
}

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @param {string} secret
 * @param {string} account
 * @param {number} iterations
 */
async function wrap(bytes, secret, account, iterations) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await derived(secret, salt, iterations);
  return { salt, iterations, wrapped: await encrypted(key, bytes, account) };
}

/**
 * @param {Wrapping} wrapping
 * @param {string} secret
 * @param {string} account
 */
async function unwrap({ salt, iterations, wrapped }, secret, account) {
  const key = await derived(secret, salt, iterations);
  try {
    return new Uint8Array(await decrypted(key, wrapped, account));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} secret
 * @param {Uint8Array<ArrayBuffer>} salt
 * @param {number} iterations
 */
async function derived(secret, salt, iterations) {
  const text = new TextEncoder().encode(plainSecret(secret));
  const base = await crypto.subtle.importKey("raw", text, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  const aes = { name: "AES-GCM", length: 256 };
  return crypto.subtle.deriveKey(how, base, aes, false, ["encrypt", "decrypt"]);
}

/**
 * One key for contents, one for telling them apart.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Keys>}
 */
async function keysFrom(bytes) {
  const base = await crypto.subtle.importKey("raw", bytes, "HKDF", false, ["deriveKey"]);
  const how = (/** @type {string} */ info) => ({
    name: "HKDF",
    hash: "SHA-256",
    salt: new Uint8Array(),
    info: new TextEncoder().encode(info),
  });
  const aes = { name: "AES-GCM", length: 256 };
  const hmac = { name: "HMAC", hash: "SHA-256", length: 256 };
  const [content, mark] = await Promise.all([
    crypto.subtle.deriveKey(how("sanshi content 1"), base, aes, false, ["encrypt", "decrypt"]),
    crypto.subtle.deriveKey(how("sanshi mark 1"), base, hmac, false, ["sign"]),
  ]);
  return { content, mark };
}

/**
 * Digits of any width are the same digits: keyboards differ from day to day.
 * @param {string} secret
 */
function plainSecret(secret) {
  return secret.normalize("NFKC").trim();
}
