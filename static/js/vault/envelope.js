/**
 * A record closed so that only the server can open it: ECDH on P-256 with a key made for this one record, HKDF-SHA256,
 * AES-256-GCM. It is sent without the vault being open, and outlives a forgotten secret.
 */

/** @typedef {{ kid: string, public: string }} SealKey the server's box; `public` is its raw point in base64url */
/** @typedef {{ kid: string, key: string, iv: string, box: string }} Envelope all but `kid` base64url */

const CURVE = { name: "ECDH", namedCurve: "P-256" };
const RECORD_INFO = "sanshi record 1";

/**
 * @param {SealKey} to
 * @param {{ id: string, type: string, data: unknown }} record
 * @returns {Promise<Envelope>}
 */
export async function sealedTo(to, { id, type, data }) {
  const own = await crypto.subtle.generateKey(CURVE, false, ["deriveBits"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
  const server = fromBase64(to.public);
  const key = await recordKey(own.privateKey, server, new Uint8Array([...point, ...server]));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder();
  const how = { name: "AES-GCM", iv, additionalData: text.encode(`${id}|${type}`) };
  const box = await crypto.subtle.encrypt(how, key, text.encode(JSON.stringify(data)));
  return {
    kid: to.kid,
    key: toBase64(point),
    iv: toBase64(iv),
    box: toBase64(new Uint8Array(box)),
  };
}

/**
 * The key of one record, which comes from either private half and the other's point.
 * @param {CryptoKey} own
 * @param {Uint8Array<ArrayBuffer>} theirs
 * @param {Uint8Array<ArrayBuffer>} salt the record's point, then the server's
 */
export async function recordKey(own, theirs, salt) {
  const point = await crypto.subtle.importKey("raw", theirs, CURVE, false, []);
  const bits = await crypto.subtle.deriveBits({ name: "ECDH", public: point }, own, 256);
  const base = await crypto.subtle.importKey("raw", bits, "HKDF", false, ["deriveKey"]);
  const info = new TextEncoder().encode(RECORD_INFO);
  const how = { name: "HKDF", hash: "SHA-256", salt, info };
  const aes = { name: "AES-GCM", length: 256 };
  return crypto.subtle.deriveKey(how, base, aes, false, ["encrypt", "decrypt"]);
}

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/**
 * @param {string} text base64url
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fromBase64(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
