/** Nothing of the phone is shown before its vault is open, and nothing any more once nobody has touched it for long. */

import { forgetName, signOut } from "../account.js";
import { now, wallTime } from "../clock.js";
import { t } from "../messages.js";
import { tellLock } from "../news.js";
import { isReachable } from "../reach.js";
import { dropKeys, giveKeys, isIdle, takeKeys } from "./holder.js";
import { askForSecret, hideVault, showSignIn, showVault } from "./screen.js";
import { Vault } from "./vault.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("../account.js").Account} Account */

const COPY_DAYS = 30;
const A_DAY = 86_400_000;
const LOOK_EVERY = 5_000;
const GIVE_EVERY = 5_000;

export class Guard {
  #store;
  #seen = wallTime();
  #given = 0;
  #id = "";
  #isLeaving = false;

  /**
   * @param {Store} store
   * @param {Account} account whose it is
   */
  constructor(store, account) {
    this.#store = store;
    this.vault = new Vault(store, account.device);
  }

  /**
   * Wait until the vault is open: by the keys that the page before left, or by its secret.
   * @param {Account | undefined} fresh what the server has just said of the account
   * @param {() => unknown} whileAsked begins what is done before somebody has opened it
   */
  async open(fresh, whileAsked) {
    await this.#expire();
    let step = await this.vault.step(fresh);
    this.#id = (await this.vault.lock())?.id || "";
    const held = step === "closed" && (await takeKeys(this.#id));
    if (held) {
      this.#seen = held.seen;
      await this.#store.unlock(held.keys);
    }
    // Also after a kill, and when an answer that was under way has come since.
    if (step === "closed" && !held) this.#coverPages();
    while (!this.#store.isOpen) {
      whileAsked();
      await this.#ask(step);
      step = await this.vault.step(fresh);
    }
    this.#id = (await this.vault.lock())?.id || "";
    await this.#keepOwner(fresh);
    hideVault();
    this.#watch();
  }

  /** Close the vault in all tabs. */
  async lock() {
    tellLock(this.#store.accountId);
    await dropKeys();
    await this.close();
  }

  /** The server has ended this phone's session: what it sent goes, what waits for it stays sealed. */
  async revoke() {
    if (this.#isLeaving || !(await this.vault.revoke())) return;
    await this.#store.erase(false);
    if (this.#store.isOpen) await this.lock();
    else location.reload();
  }

  /**
   * Close the vault in this tab: cover the page, wait until what is typed lies on the disk, begin the page anew. Where no page
   * would come, the secret is asked for over this one.
   */
  async close() {
    if (!this.#store.isOpen || this.#isLeaving) return;
    this.#isLeaving = true;
    showVault("closed");
    this.#coverPages();
    const kept = await this.#store.draftsAreKept();
    this.#store.lock();
    if (kept && (await comesAgain())) return location.reload();
    await this.#ask("closed");
    this.#isLeaving = false;
    this.#touch();
    hideVault();
  }

  /**
   * Have the server show this phone no more pages; without a network it ceases to by itself. It may answer that the
   * session is over, which a locked phone with nothing to send would not hear otherwise.
   */
  async #coverPages() {
    try {
      const answer = await fetch("/sync/close", { method: "POST", keepalive: true });
      if (answer.status === 401 && (await answer.json()).error.code === "revoked") this.revoke();
    } catch {
      // No network.
    }
  }

  /** @param {import("./vault.js").Step} step */
  async #ask(step) {
    if (step === "signin") await this.#signInFirst();
    await askForSecret(this.vault, step, () => this.#leave());
  }

  /** Nothing goes on before somebody has signed in anew; that is another page. What waits goes on being sent. */
  async #signInFirst() {
    const why = (await this.vault.lock())?.why || "lost";
    let rest = "";
    const say = async () => {
      const { waiting } = await waitingIn(this.#store);
      rest = waiting ? t("vault.waiting", { n: waiting }) : rest && t("sent");
      showSignIn(`${t(`vault.${why}`)} ${rest}`, () => this.#leave());
    };
    this.#store.onChange(say);
    await say();
    await new Promise(() => {});
  }

  /** Leave the account, so that whoever goes on has to sign in. */
  async #leave() {
    await dropKeys();
    await signOut();
    location.assign("/sign-in?next=/app");
  }

  /** What came from the server goes when the phone has not heard from it for long; what was typed stays. */
  async #expire() {
    const heard = Date.parse((await this.#store.meta.get("last_synced_at")) || "");
    if (!heard || now().getTime() - heard < COPY_DAYS * A_DAY) return;
    await this.#store.erase(false);
    showVault("closed", t("vault.expired"));
  }

  /** @param {Account | undefined} fresh */
  async #keepOwner(fresh) {
    const before = await forgetName();
    const owner = fresh?.name ? fresh : before;
    if (owner?.name) await this.#store.own.set("owner", { name: owner.name, unit: owner.unit });
  }

  #watch() {
    const touch = () => this.#touch();
    const look = () => isIdle(this.#seen, wallTime()) && this.close();
    for (const name of ["pointerdown", "keydown"]) addEventListener(name, touch, true);
    addEventListener("visibilitychange", look);
    setInterval(look, LOOK_EVERY);
    addEventListener("pagehide", () => this.#give());
    // A page that comes back as it was left may show what is closed, or somebody else's, by now.
    addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
    this.#store.onChange((what) => what === "lock" && this.close());
    this.#give();
    look();
  }

  #touch() {
    const time = wallTime();
    if (this.#store.isOpen && isIdle(this.#seen, time)) return void this.close();
    this.#seen = time;
    // A sleeping worker wakes by it, before the page that comes next asks.
    if (time - this.#given >= GIVE_EVERY || time < this.#given) this.#give();
  }

  #give() {
    if (!this.#store.isOpen) return;
    this.#given = wallTime();
    giveKeys({ vault: this.#id, keys: this.#store.sealer.keys, seen: this.#seen });
  }
}

/** Whether a page comes when this one is loaded anew. */
async function comesAgain() {
  return Boolean(navigator.serviceWorker?.controller) || isReachable();
}

/** @param {Store} store */
async function waitingIn(store) {
  const rows = await store.records.rows();
  return { waiting: new Set(rows.map(({ id }) => id)).size };
}
