/** Changes of the store, told to the listeners of this tab and to the account's other tabs. */

import { newId } from "./ids.js";

/** @typedef {(what: string) => void} Listener hears "saved", "settled", "pulled", "elsewhere" for another tab, "lock" to close the vault */

/** This tab; one that leaves must not close the vault under its own feet. */
const PAGE = newId();

export class News {
  #accountId;
  /** @type {Set<Listener>} */
  #listeners = new Set();
  #channel = globalThis.BroadcastChannel && new BroadcastChannel("sanshi");

  /** @param {string} accountId */
  constructor(accountId) {
    this.#accountId = accountId;
    if (this.#channel)
      this.#channel.onmessage = ({ data }) => {
        if (data === accountId) this.pass("elsewhere");
        if (data?.lock === accountId && data.page !== PAGE) this.pass("lock");
      };
  }

  /** @param {Listener} listener */
  listen(listener) {
    this.#listeners.add(listener);
  }

  /** @param {string} what */
  tell(what) {
    this.pass(what);
    this.#channel?.postMessage(this.#accountId);
  }

  close() {
    this.#channel?.close();
  }

  /**
   * Tell the listeners of this tab only.
   * @param {string} what
   */
  pass(what) {
    // Later, so that a listener's mistake cannot make a save look failed.
    for (const listener of this.#listeners)
      Promise.resolve(what).then(listener).catch(console.error);
  }
}

/**
 * Have the account's other tabs close the vault.
 * @param {string} accountId
 */
export function tellLock(accountId) {
  if (!globalThis.BroadcastChannel) return;
  const channel = new BroadcastChannel("sanshi");
  channel.postMessage({ lock: accountId, page: PAGE });
  channel.close();
}
