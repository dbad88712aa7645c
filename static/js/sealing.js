/**
 * Contents on their way to the disk and back: AES-256-GCM with a fresh nonce each, bound to the name they are kept
 * under, so that one cannot be put in another's place. Without its keys a sealer can do neither.
 *
 * Everything here is asynchronous because WebCrypto is; callers keep it outside transactions, which end while something
 * else is awaited.
 */

import { toHex } from "./ids.js";

/** @typedef {{ content: CryptoKey, mark: CryptoKey }} Keys both of one vault, neither can be read out */

/** The keys are not here: nobody has opened the vault, or it was closed. */
export class Locked extends Error {}

const NONCE = 12;
const LETTERS = new TextEncoder();

/**
 * Whether a value is one that was sealed. What an earlier version of the app kept is not.
 * @param {unknown} value
 * @returns {value is Uint8Array<ArrayBuffer>}
 */
export function isSealed(value) {
  return value instanceof Uint8Array;
}

/**
 * `text` under `key`: the nonce, then what AES-GCM makes of it.
 * @param {CryptoKey} key
 * @param {BufferSource} content
 * @param {string} name
 */
export async function encrypted(key, content, name) {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const how = { name: "AES-GCM", iv, additionalData: LETTERS.encode(name) };
  const made = new Uint8Array(await crypto.subtle.encrypt(how, key, content));
  const box = new Uint8Array(NONCE + made.length);
  box.set(iv);
  box.set(made, NONCE);
  return box;
}

/**
 * What `encrypted` was given. Rejects with an OperationError when key, name or box are not those.
 * @param {CryptoKey} key
 * @param {Uint8Array<ArrayBuffer>} box
 * @param {string} name
 */
export function decrypted(key, box, name) {
  const how = {
    name: "AES-GCM",
    iv: box.subarray(0, NONCE),
    additionalData: LETTERS.encode(name),
  };
  return crypto.subtle.decrypt(how, key, box.subarray(NONCE));
}

export class Sealer {
  /** @type {Keys | undefined} */
  #keys;

  /** @param {Keys} keys */
  open(keys) {
    this.#keys = keys;
  }

  close() {
    this.#keys = undefined;
  }

  get isOpen() {
    return Boolean(this.#keys);
  }

  /** To be handed on to the next page, never to the disk. */
  get keys() {
    if (!this.#keys) throw new Locked();
    return this.#keys;
  }

  /**
   * A content as it may lie on the disk.
   * @param {unknown} content what JSON can carry; undefined stays undefined
   * @param {string} name the record's id, the draft's name
   */
  async seal(content, name) {
    if (content === undefined) return undefined;
    return encrypted(this.keys.content, LETTERS.encode(JSON.stringify(content)), name);
  }

  /**
   * A content as it was before it was sealed; one that never was comes as it is.
   * @param {any} content
   * @param {string} name
   * @returns {Promise<any>}
   */
  async unseal(content, name) {
    if (!isSealed(content)) return content;
    return JSON.parse(new TextDecoder().decode(await decrypted(this.keys.content, content, name)));
  }

  /**
   * A row as pages see it: with what was sealed in it.
   * @template {{ id: string, data?: any, current?: any, problems?: any, receipt?: any }} T
   * @param {T} row
   * @returns {Promise<T>}
   */
  async opened(row) {
    const { data, current, problems, ...rest } = row;
    const inner = isSealed(data) ? await this.unseal(data, row.id) : data && { data };
    const opened = {
      ...rest,
      ...inner,
      ...(current && { current: await this.unseal(current, row.id) }),
      ...(problems && { problems: await this.unseal(problems, row.id) }),
    };
    if (opened.receipt && inner?.hash) opened.receipt = { ...opened.receipt, hash: inner.hash };
    return opened;
  }

  /**
   * Which content a record has, for comparing and for nothing else: its hash would let whoever has the disk try out guesses.
   * @param {string} hash
   */
  async mark(hash) {
    const made = await crypto.subtle.sign("HMAC", this.keys.mark, LETTERS.encode(hash));
    return toHex(new Uint8Array(made).subarray(0, 16));
  }
}
