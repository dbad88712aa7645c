/** When to exchange with the server. The page does it, not the worker: it works without one. */

import { pull, push } from "./exchange.js";
import { newId } from "./ids.js";
import { status } from "./outbox.js";
import { Pace } from "./pace.js";
import { takeTurn } from "./turn.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./exchange.js").Outcome} Outcome */
/** @typedef {import("./pace.js").Why} Why */
/** @typedef {import("./outbox.js").Status & { sending: boolean, session: "ok" | "signin" | "other" | "revoked", failures: number }} SyncStatus */
/**
 * @typedef {object} Options
 * @property {(status: SyncStatus) => void} [onStatus] hears how things stand, whenever that may have changed
 * @property {import("./exchange.js").Fetcher} [fetcher]
 * @property {boolean} [verified] whether the server has just said that this account is signed in
 */

const QUIET_PULL = 300_000;

/**
 * Start exchanging for `store` and go on as long as the page is open.
 * @param {Store} store
 * @param {Options} [options]
 * @returns {Sync}
 */
export function startSync(store, options) {
  const sync = new Sync(store, options);
  store.onChange((what) => (what === "saved" ? sync.run("save") : sync.report()));
  globalThis.addEventListener?.("online", () => sync.run("online"));
  globalThis.document?.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") sync.run("visible");
  });
  sync.run("start");
  return sync;
}

export class Sync {
  #store;
  #onStatus;
  #fetcher;
  #verified;
  #owner = newId();
  #pace = new Pace();
  /** @type {Promise<void> | undefined} */
  #running;
  /** @type {Why | undefined} what asked during a round */
  #again;
  #stopped = false;
  /** @type {SyncStatus["session"]} */
  #session = "ok";
  #pulledAt = Number.NEGATIVE_INFINITY;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {Store} store
   * @param {Options} [options]
   */
  constructor(
    store,
    { onStatus = () => {}, fetcher = (path, init) => fetch(path, init), verified = false } = {},
  ) {
    this.#store = store;
    this.#onStatus = onStatus;
    this.#fetcher = fetcher;
    this.#verified = verified;
  }

  /**
   * Exchange now, if the pace allows it.
   * @param {Why} why
   * @returns {Promise<void>} fulfilled when all that was saved before has been tried
   */
  async run(why) {
    if (this.#stopped) return;
    if (!this.#running && this.#pace.allows(why, performance.now()))
      this.#running = this.#rounds(why);
    else if (why === "timer") this.#wait();
    else if (this.#running) this.#again = why;
    await (this.#running || this.report());
  }

  /** Tell how things stand, counted from the outbox. */
  async report() {
    const counts = await status(this.#store);
    const sending = Boolean(this.#running);
    if (!this.#stopped)
      this.#onStatus({ ...counts, sending, session: this.#session, failures: this.#pace.failures });
  }

  /** End for good; what is under way may still finish. */
  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** @param {Why} why */
  async #rounds(why) {
    /** @type {Why | undefined} */
    let next = why;
    while (next && !this.#stopped) {
      this.#again = undefined;
      await this.#round(next);
      // What came during a round that failed, such as the network, is reason enough to try once more.
      next =
        this.#again && this.#pace.allows(this.#again, performance.now()) ? this.#again : undefined;
    }
    this.#running = undefined;
    this.#wait();
    await this.report();
  }

  /** Set the timer anew; browsers may ring it a little early. */
  #wait() {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => this.run("timer"), this.#pace.nextIn(performance.now()));
  }

  /** @param {Why} why */
  async #round(why) {
    /** @type {Outcome | undefined} */
    let outcome;
    try {
      await this.report();
      outcome = await takeTurn(this.#store, this.#owner, () => this.#exchange(why));
    } catch (error) {
      // A full disk, a closed database: what waits is still there, and is tried again.
      console.error(error);
      outcome = { kind: "wait", after: 0 };
    }
    if (outcome) this.#note(outcome);
  }

  /**
   * @param {Why} why
   * @returns {Promise<Outcome>}
   */
  async #exchange(why) {
    // While the vault is closed nothing can be taken in. The server refuses what is not of whoever is signed in.
    if (!this.#store.isOpen) return push(this.#store, this.#fetcher);
    // Nothing is sent before the server has said who is signed in.
    const first = this.#verified ? undefined : await this.#pull();
    if (first && first.kind !== "ok") return first;
    this.#verified = true;
    const sent = await push(this.#store, this.#fetcher);
    if (sent.kind !== "ok") return sent;
    const quiet = why === "timer" && performance.now() < this.#pulledAt + QUIET_PULL;
    return !sent.settled && (first || quiet) ? sent : this.#pull();
  }

  async #pull() {
    const outcome = await pull(this.#store, this.#fetcher);
    if (outcome.kind === "ok") this.#pulledAt = performance.now();
    return outcome;
  }

  /** @param {Outcome} outcome */
  #note(outcome) {
    if (outcome.kind === "signin") this.#session = outcome.revoked ? "revoked" : "signin";
    else if (outcome.kind !== "wait") this.#session = outcome.kind;
    if (outcome.kind === "ok") return this.#pace.succeeded();
    this.#verified &&= outcome.kind === "wait";
    this.#pace.failed(performance.now(), outcome.kind === "wait" ? outcome.after : 0);
  }
}
