/** Cards on doors: what a code and a number say. The same rules as in webapp/cards/rules.py. */

const TOKEN = "[A-Z2-7]{26}";
const ADDRESS = new RegExp(`^https?://([^/?#@]+)/q/(${TOKEN})/?$`, "i");
const PATH = new RegExp(`^/q/(${TOKEN})/?$`, "i");
const GAPS = /[\s\-‐‑‒–—－−]/g;
const NUMBER = /^[0-9]{7}$/;
const HASH_BYTES = 16;

/**
 * The token in the text of a code, in capitals; "" for a code that is none of `host`'s.
 * @param {string} text
 * @param {string} host as in `location.host`
 */
export function tokenIn(text, host) {
  const [, there, token] = ADDRESS.exec(text.trim()) || ["", "", ""];
  return there.toLowerCase() === host.toLowerCase() ? token.toUpperCase() : "";
}

/**
 * The token in the address of a page that the phone's own camera opened; "" on others.
 * @param {string} pathname
 */
export function tokenInPath(pathname) {
  return (PATH.exec(pathname)?.[1] || "").toUpperCase();
}

/**
 * What phones know a token by: the first 16 bytes of its SHA-256, base64url.
 * @param {string} token
 */
export async function cardHash(token) {
  const bytes = new TextEncoder().encode(token.toUpperCase());
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).slice(0, HASH_BYTES);
  const base64 = btoa(String.fromCharCode(...hash));
  return base64.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/**
 * The digits of what somebody types as a card's number, however they are written.
 * @param {string} typed
 */
export function cardDigits(typed) {
  return typed.normalize("NFKC").replace(GAPS, "");
}

/**
 * Whether `digits` can be the number of a card: seven, the last of them right (ISO/IEC 7812).
 * @param {string} digits
 */
export function isCardNumber(digits) {
  if (!NUMBER.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, place) => {
    const worth = Number(digit) * (place % 2 ? 2 : 1);
    return total + (worth > 9 ? worth - 9 : worth);
  }, 0);
  return sum % 10 === 0;
}

/**
 * A number as it is read aloud: `123 4567`.
 * @param {string} digits
 */
export function spacedNumber(digits) {
  return digits.length > 3 ? `${digits.slice(0, 3)} ${digits.slice(3)}` : digits;
}
