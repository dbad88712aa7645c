/** Start of the leader's pages: store, sync, looks, worker, then the page itself. */

import { currentAccount, finishSignOut, rememberAccount, signOut } from "./account.js";
import { now, restoreClock, stamp, today } from "./clock.js";
import { followLooks } from "./looks.js";
import { noticeWipe, writeMark } from "./marker.js";
import { pageData, t } from "./messages.js";
import { hideNotice, showNotice } from "./notices.js";
import { showStatus } from "./status.js";
import { openStore } from "./store.js";
import { startSync } from "./sync.js";
import { startWorker, tellWorker } from "./worker.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./account.js").Account} Account */

/** @type {Record<string, (store: Store, account: Account) => unknown>} What each page starts, by its name. */
const PAGES = {};
const KEPT_DAYS = 14;
const DAY_LENGTH = 86_400_000;
let isSending = false;

start();

async function start() {
  followLooks(changeLooks);
  startWorker(() => !isSending && !isTyping());
  document.addEventListener("input", markTyping);
  document.addEventListener("submit", leave);
  try {
    const fresh = /** @type {Account | undefined} */ (pageData("account"));
    if (fresh) await rememberAccount(fresh);
    const account = fresh || (await currentAccount());
    if (account) await startAs(account, Boolean(fresh));
    else await startAsNobody();
  } catch (error) {
    console.error(error);
    startWithoutStore(/** @type {Error} */ (error));
  }
}

/**
 * @param {Account} account
 * @param {boolean} verified whether the server has just said so
 */
async function startAs(account, verified) {
  const store = await openStore(account.id);
  restoreClock(await store.meta.get("clock"));
  tellWorker({ type: "role", role: "leader" });
  await sayWipe(store);
  await frame(store, account);
  store.onChange((what) => {
    if (what === "saved") navigator.storage?.persist?.();
    if (what === "pulled") frame(store, account);
  });
  await PAGES[document.body.dataset.page || ""]?.(store, account);
  const onStatus = (/** @type {import("./sync.js").SyncStatus} */ status) => {
    isSending = status.sending;
    showStatus(status);
    writeMark(account.id, status.waiting + status.attention);
  };
  const sync = startSync(store, { onStatus, verified });
  document.addEventListener("click", ({ target }) => {
    if (/** @type {Element} */ (target).closest("[data-sync-now]")) sync.run("button");
  });
  await store.tidy(stamp(new Date(now().getTime() - KEPT_DAYS * DAY_LENGTH)));
}

/** A shell after signing out. */
async function startAsNobody() {
  tellWorker({ type: "role", role: "" });
  showNotice("signin", "info", t("signin_first"), { text: t("signin"), href: "/sign-in" });
  await finishSignOut();
}

/**
 * Without a database forms post as they would without script; a shell, which cannot, asks the server.
 * @param {Error} error
 */
function startWithoutStore(error) {
  tellWorker({ type: "role", role: "" });
  const key = error.message === "newer" ? "store_newer" : "store_missing";
  showNotice("store", "warn", t(key), { text: t("reload"), run: () => location.reload() });
}

/**
 * What the frame around each page says about the person: the unit's name, the way to the open month.
 * @param {Store} store
 * @param {Account} account
 */
async function frame(store, account) {
  const me = await store.meta.get("me");
  const unit = document.querySelector('[data-slot="unit"]');
  const report = document.querySelector('[data-tab="report"]');
  const month = me?.months[0]?.month || today().slice(0, 7).replace("-", "");
  if (unit && account.unit) unit.textContent = account.unit.name;
  report?.setAttribute("href", `/app/report/${month}`);
}

/** @param {Store} store */
async function sayWipe(store) {
  const lost = await noticeWipe(store);
  if (lost === undefined) return;
  const forget = () => store.meta.remove("wiped").then(() => hideNotice("wiped"));
  showNotice("wiped", "warn", t(lost ? "wiped_some" : "wiped", { n: lost }), {
    text: t("understood"),
    run: forget,
  });
}

/** @param {import("./looks.js").Looks} looks */
async function changeLooks(looks) {
  const changed = await tellWorker({
    type: "looks",
    looks: `${looks.lang},${looks.size},${looks.theme}`,
  });
  const wrong = document.documentElement.lang !== looks.lang;
  if (changed && wrong && !isTyping()) location.replace(location.href.split("#")[0]);
}

/** @param {Event} event */
function markTyping({ target }) {
  const form = /** @type {Element} */ (target).closest("form[data-record]");
  form?.setAttribute("data-dirty", "");
}

function isTyping() {
  return Boolean(document.querySelector("form[data-dirty]"));
}

/** @param {Event} event */
async function leave(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (form.getAttribute("action") !== "/sign-out") return;
  event.preventDefault();
  tellWorker({ type: "role", role: "" });
  await signOut();
  location.assign("/sign-in");
}
