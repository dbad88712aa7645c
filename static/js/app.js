/** Start of the pages that fill themselves from the phone: whose they are, the store, the page itself, and sync. */

import { currentAccount, finishSignOut, rememberAccount } from "./account.js";
import { now, restoreClock, stamp, today } from "./clock.js";
import { pull } from "./exchange.js";
import { startFrame } from "./frame.js";
import { noticeWipe, SOME, writeMark } from "./marker.js";
import { pageData, t } from "./messages.js";
import { hideNotice, showNotice } from "./notices.js";
import { startSteppers } from "./pages/stepper.js";
import { isReachable } from "./reach.js";
import { showStatus } from "./status.js";
import { openStore } from "./store.js";
import { startSync } from "./sync.js";
import { Guard } from "./vault/guard.js";
import { tellRole } from "./worker.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./account.js").Account} Account */
/** @typedef {Record<string, (store: Store) => Promise<void>>} Pages what each page starts, by its name */

const KEPT_DAYS = 14;
const DAY_LENGTH = 86_400_000;
/** @type {Pages} those of this bundle */
let bundled = {};
let isSending = false;
let isStarted = false;
/** @type {HTMLElement | null} the button of a form that was sent off too early */
let held = null;

/**
 * Start the page that the document names; each bundle brings its own.
 * @param {Pages} pages
 */
export async function start(pages) {
  bundled = pages;
  startFrame(() => isSending);
  startSteppers();
  document.addEventListener("submit", hold, true);
  try {
    const fresh = /** @type {Account | undefined} */ (pageData("account"));
    const isWelcome = fresh && (await rememberAccount(fresh));
    const account = await currentAccount();
    if (account) await startAs(account, isWelcome ? fresh : undefined);
    else await startAsNobody();
  } catch (error) {
    console.error(error);
    startWithoutStore(/** @type {Error} */ (error));
  }
  isStarted = true;
  held?.click();
}

/**
 * A record's form that is sent off before the page has started would go to the network and could be lost there.
 * @param {SubmitEvent} event
 */
function hold(event) {
  if (isStarted || !(/** @type {Element} */ (event.target).matches("form[data-record]"))) return;
  event.preventDefault();
  held = event.submitter;
}

/**
 * @param {Account} account
 * @param {Account | undefined} fresh what the server has just said of it
 */
async function startAs(account, fresh) {
  // A page without HTTPS has no cryptography: it keeps nothing, as one without a database.
  if (!crypto.subtle) throw new Error("missing");
  const store = await openStore(account.id);
  restoreClock(await store.meta.get("clock"));
  if (fresh?.seal_key) await store.meta.set("seal_key", fresh.seal_key);
  await sayWipe(store);
  const guard = new Guard(store, account);
  // Until a secret is chosen pages come from the server, which says whether somebody has just signed in.
  tellRole((await guard.vault.lock()) ? account.role : "");
  /** @type {import("./sync.js").Sync | undefined} */
  let sync;
  // What waits is sent whether anybody opens the vault or not.
  const begin = () => {
    sync ??= beginSync(store, guard, Boolean(fresh));
    return sync;
  };
  await guard.open(fresh, begin);
  tellRole(account.role);
  if (await leadsOn(store)) return;
  await nameOwner(store);
  store.onChange((what) => {
    if (what === "saved") navigator.storage?.persist?.();
    if (what === "pulled") nameOwner(store).then(() => sayWipe(store));
  });
  await startPage(store);
  begin().run("open");
  await store.tidy(stamp(new Date(now().getTime() - KEPT_DAYS * DAY_LENGTH)));
}

/**
 * @param {Store} store
 * @param {Guard} guard
 * @param {boolean} verified whether the server has just said who is signed in
 */
function beginSync(store, guard, verified) {
  const onStatus = (/** @type {import("./sync.js").SyncStatus} */ status) => {
    isSending = status.sending;
    showStatus(status);
    writeMark(store.accountId, status.waiting + status.attention);
    if (status.session === "revoked") guard.revoke();
  };
  const sync = startSync(store, { onStatus, verified });
  document.addEventListener("click", ({ target }) => {
    const button = /** @type {Element} */ (target).closest("[data-sync-now], [data-lock]");
    if (button?.matches("[data-lock]")) guard.lock();
    else if (button) sync.run("button");
  });
  return sync;
}

/**
 * To a phone that it takes for locked the server has sent a cover in place of a page: show it that the vault is open, and go on.
 * @param {Store} store
 * @returns {Promise<boolean>} whether another page comes
 */
async function leadsOn(store) {
  const again = /** @type {HTMLElement | null} */ (document.querySelector("[data-again]"));
  if (!again || (await pull(store, (path, init) => fetch(path, init))).kind !== "ok") return false;
  location.replace(again.dataset.again || "/app");
  return true;
}

/**
 * A page that cannot start must not keep what waits from being sent.
 * @param {Store} store
 */
async function startPage(store) {
  try {
    await bundled[document.body.dataset.page || ""]?.(store);
  } catch (error) {
    console.error(error);
  }
}

/** A shell after signing out, or after the browser threw the databases away. Only the server knows who is there. */
async function startAsNobody() {
  showNotice("signin", "info", t("signin_first"), { text: t("signin"), href: "/sign-in" });
  await finishSignOut();
  await tellRole("");
  // Pages outside /app, such as the one of all components, are for nobody in particular and would come again for ever.
  if (!location.pathname.startsWith("/app")) return;
  if (await isReachable()) location.reload();
}

/**
 * Without a database forms post as they would without script; a shell, which cannot, asks the server.
 * @param {Error} error
 */
function startWithoutStore(error) {
  tellRole("");
  const key = error.message === "newer" ? "store_newer" : "store_missing";
  showNotice("store", "warn", t(key), { text: t("reload"), run: () => location.reload() });
}

/**
 * What stands around each page about its owner: names, and the way to the open month.
 * @param {Store} store
 */
async function nameOwner(store) {
  const [me, owner] = await Promise.all([store.own.get("me"), store.own.get("owner")]);
  const month = me?.months[0]?.month || today().slice(0, 7).replace("-", "");
  const names = { unit: owner?.unit?.name || "", name: owner?.name || "" };
  for (const [slot, text] of Object.entries(names)) {
    for (const node of document.querySelectorAll(
      `.top [data-slot="${slot}"], #who [data-slot="${slot}"]`,
    )) {
      node.textContent = text;
    }
  }
  document.querySelector('[data-tab="report"]')?.setAttribute("href", `/app/report/${month}`);
}

/**
 * Say that the browser threw the store away, and once it is known what the server has of this phone.
 * @param {Store} store
 */
async function sayWipe(store) {
  const lost = await noticeWipe(store);
  if (lost === undefined) return;
  const { received = 0, received_at = "" } =
    (store.isOpen && (await store.own.get("me"))?.device) || {};
  const forget = () => store.meta.remove("wiped").then(() => hideNotice("wiped"));
  const action = { text: t("understood"), run: forget };
  const time = received_at.slice(0, 16).replace("T", " ");
  const rest = received ? t("wiped_server", { n: received, time }) : "";
  const key = lost === SOME ? "wiped_maybe" : lost ? "wiped_some" : "wiped";
  showNotice("wiped", "warn", t(key, { n: lost }) + rest, action);
}
