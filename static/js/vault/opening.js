/**
 * The server shows what is about people only to a phone whose vault is open: a session alone may be in a finder's hand.
 * The page says a secret that comes from the vault's keys, and the server believes it for some minutes.
 */

import { wallTime } from "../clock.js";

/** @typedef {import("../store.js").Store} Store */

const RENEW_BEFORE = 300_000;

export class Opening {
  #store;
  #session;

  /**
   * @param {Store} store
   * @param {string} [session] the one that this phone is signed in with
   */
  constructor(store, session = "") {
    this.#store = store;
    this.#session = session;
  }

  /**
   * Have the server show this phone its pages, unless it does so for some minutes yet.
   * @param {boolean} [isAsked] whether the server has just said that it does not
   * @returns {Promise<"open" | "later" | "refused">} later: it could not be told; refused: it knows this session with another vault
   */
  async prove(isAsked = false) {
    const { session, until = 0 } = (await this.#store.meta.get("opened")) || {};
    const left = session === this.#session ? until - wallTime() : 0;
    // A clock that was set back shows too much time left.
    if (!isAsked && left > RENEW_BEFORE && left <= 2 * RENEW_BEFORE) return "open";
    const answer = await this.#say().catch(() => undefined);
    if (!answer?.ok) return answer?.status === 403 ? "refused" : "later";
    const { left: seconds } = await answer.json();
    const opened = { session: this.#session, until: wallTime() + seconds * 1000 };
    await this.#store.meta.set("opened", opened);
    return "open";
  }

  /** Have it show nothing any more; without a network it forgets by itself. */
  async end() {
    fetch("/sync/close", { method: "POST", keepalive: true }).catch(() => {});
    await this.#store.meta.remove("opened");
  }

  async #say() {
    const secret = await this.#store.sealer.mark("sanshi opening 1");
    const headers = { "Content-Type": "application/json", "Sanshi-Account": this.#store.accountId };
    const body = JSON.stringify({ secret });
    return fetch("/sync/open", { method: "POST", headers, body, redirect: "error" });
  }
}
