/**
 * The vault of one account on this phone: made by choosing a secret, opened by it, erased when too many were wrong.
 * What it says of itself (`lock`) lies open: the wrapped bytes, how often was tried, whether to sign in first.
 */

import { wallTime } from "../clock.js";
import { newId } from "../ids.js";
import { changedSecret, newSecret, openSecret } from "./secret.js";
import { MOST_TRIES, tryWait, withTry } from "./tries.js";

/** @typedef {import("../store.js").Store} Store */
/**
 * @typedef {object} Lock
 * @property {string} id stays when the secret changes
 * @property {import("./secret.js").Wrapping} [wrapping] missing once the vault was erased
 * @property {number} tries wrong ones in a row
 * @property {number} tried_at
 * @property {string} [again] the session that is not enough any more: another has to be begun by signing in
 * @property {string} [why] `forgot`, `tries` or `revoked`: the reason for that
 */
/** @typedef {"new" | "closed" | "signin"} Step what has to be done before pages are shown */
/** @typedef {{ kind: "open" } | { kind: "wrong", left: number } | { kind: "wait", wait: number } | { kind: "gone" }} Tried */

export class Vault {
  #store;
  #session;
  #clock;

  /**
   * @param {Store} store
   * @param {string} [session] the one that this phone is signed in with
   * @param {() => number} [clock]
   */
  constructor(store, session = "unknown", clock = wallTime) {
    this.#store = store;
    this.#session = session;
    this.#clock = clock;
  }

  /** @returns {Promise<Lock | undefined>} */
  lock() {
    return this.#store.vault.get("lock");
  }

  /**
   * What is to be done first. A first secret is chosen by whoever has just shown who they are: a session alone lives
   * for a year, also in the hands of a finder, and browsers throw vaults away.
   * @param {{ recent?: boolean } | undefined} said what the server has just said of this session, which is alive; `recent`: it
   *   began with a password a few minutes ago
   * @returns {Promise<Step>}
   */
  async step(said) {
    const lock = await this.lock();
    if (!lock) return said?.recent ? "new" : "signin";
    if (lock.again && (!said || lock.again === this.#session)) return "signin";
    if (lock.again && lock.why !== "revoked") {
      if (!said?.recent) return "signin";
      await this.#erase();
      return "new";
    }
    if (lock.again) await this.#note({ again: undefined, why: undefined });
    if (lock.tries < MOST_TRIES) return "closed";
    // Killed at its last try, whatever that was.
    await this.#giveUp("tries");
    return "signin";
  }

  /**
   * Choose the first secret.
   * @param {string} secret
   * @returns {Promise<boolean>} false when another tab was first: then that one's secret counts
   */
  async create(secret) {
    const { wrapping, keys } = await newSecret(secret, this.#store.accountId);
    const made = { id: newId(), wrapping, tries: 0, tried_at: 0 };
    let isOurs = false;
    await this.#store.vault.update("lock", (there) => {
      isOurs = !there;
      return there || made;
    });
    if (isOurs) await this.#store.unlock(keys);
    return isOurs;
  }

  /**
   * Open the vault by its secret.
   * @param {string} secret
   * @returns {Promise<Tried>}
   */
  async open(secret) {
    return this.#try(async (wrapping) => {
      const keys = await openSecret(wrapping, secret, this.#store.accountId);
      if (keys) await this.#store.unlock(keys);
      return keys && {};
    });
  }

  /**
   * Let another secret open it. The old one is asked for: a phone may lie open on a table.
   * @param {string} secret
   * @param {string} next
   * @returns {Promise<Tried>}
   */
  async change(secret, next) {
    return this.#try(async (wrapping) => {
      const made = await changedSecret(wrapping, secret, next, this.#store.accountId);
      return made && { wrapping: made };
    });
  }

  /** How long to wait before the next try, in milliseconds. */
  async wait() {
    const lock = await this.lock();
    return lock ? tryWait(lock, this.#clock()) : 0;
  }

  /** The secret is forgotten: from the next sign-in on there is a new one. What was typed stays until then. */
  forget() {
    return this.#note({ again: this.#session, why: "forgot" });
  }

  /**
   * The server has ended this phone's session: the secret alone opens nothing until somebody signs in.
   * @returns {Promise<boolean>} whether that is news
   */
  async revoke() {
    const lock = await this.lock();
    if (!lock || lock.again === this.#session) return false;
    await this.#note({ again: this.#session, why: "revoked" });
    return true;
  }

  /**
   * Count the try, then make it: whoever pulls the plug has had it all the same.
   * @param {(wrapping: import("./secret.js").Wrapping) => Promise<Partial<Lock> | undefined>} work what changes when it was right
   * @returns {Promise<Tried>}
   */
  async #try(work) {
    let wait = 0;
    await this.#store.vault.update("lock", (/** @type {Lock} */ lock) => {
      const { wait: asked, ...tries } = withTry(lock, this.#clock());
      wait = asked;
      return { ...lock, ...tries };
    });
    if (wait) return { kind: "wait", wait };
    const lock = await this.lock();
    if (!lock?.wrapping) return { kind: "gone" };
    const changes = await work(lock.wrapping);
    if (changes) {
      await this.#note({ tries: 0, tried_at: 0, ...changes });
      return { kind: "open" };
    }
    const left = MOST_TRIES - lock.tries;
    if (left > 0) return { kind: "wrong", left };
    await this.#giveUp("tries");
    return { kind: "gone" };
  }

  /** @param {Partial<Lock>} changes */
  async #note(changes) {
    await this.#store.vault.update("lock", (lock) => ({ ...lock, ...changes }));
  }

  /** @param {string} why */
  #giveUp(why) {
    return this.#erase({ id: newId(), tries: 0, tried_at: 0, again: this.#session, why });
  }

  /** @param {Lock} [lock] */
  async #erase(lock) {
    const lost = await this.#store.erase(true, lock);
    if (lost) await this.#store.meta.set("wiped", lost);
  }
}
