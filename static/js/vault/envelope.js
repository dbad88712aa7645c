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
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = new TextEncoder();
  const { key, point } = await sharedKey(to, own);
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
 * The key that the two halves have in common.
 * @param {SealKey} to
 * @param {CryptoKeyPair} own
 */
export async function sharedKey(to, own) {
  const server = fromBase64(to.public);
  const theirs = await crypto.subtle.importKey("raw", server, CURVE, false, []);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", own.publicKey));
  const bits = await crypto.subtle.deriveBits(
    { name: "ECDH", public: theirs },
    own.privateKey,
    256,
  );
  const base = await crypto.subtle.importKey("raw", bits, "HKDF", false, ["deriveKey"]);
  const salt = new Uint8Array([...point, ...server]);
  const how = {
    name: "HKDF",
    hash: "SHA-256",
    salt,
    info: new TextEncoder().encode(RECORD_INFO),
  };
  const aes = { name: "AES-GCM", length: 256 };
  const key = await crypto.subtle.deriveKey(how, base, aes, false, ["encrypt", "decrypt"]);
  return { key, point };
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
