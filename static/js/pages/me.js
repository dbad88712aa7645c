/** One's own page: what this phone keeps and for how long, its PIN, and closing it. */

import { t } from "../messages.js";
import {
  fieldsIn,
  offerLetters,
  sayIn,
  triedWords,
  whileBusy,
  wrongWith,
} from "../vault/screen.js";
import { Vault } from "../vault/vault.js";
import { fillPage } from "./fill.js";
import { momentWords } from "./words.js";

/** @typedef {import("../store.js").Store} Store */

const MEGABYTE = 1_000_000;

/**
 * @param {Store} store
 */
export async function startMe(store) {
  const form = document.querySelector("form[data-pin]");
  if (!(form instanceof HTMLFormElement)) return;
  offerLetters(form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    change(new Vault(store), form);
  });
  const me = await store.own.get("me");
  fillPage(document.body, {
    on_phone: true,
    ...(me && { [`is_${me.account.role}`]: true }),
    ...(await storageWordsNow()),
    ...heardWords(me),
  });
}

/**
 * What the server has of this phone.
 * @param {any} me as far as it has told
 */
function heardWords(me) {
  const { received: n = 0, received_at: at = "" } = me?.device || {};
  return n ? { received: t("me.received", { n, time: momentWords(at) }) } : {};
}

/**
 * What the browser promises about this phone's data, and how much room there is.
 * @returns {Promise<{ persisted: string, room: string }>}
 */
async function storageWordsNow() {
  const storage = navigator.storage;
  const isKept = await (storage?.persist?.() || false);
  const { quota = 0, usage = 0 } = (await storage?.estimate?.()) || {};
  const room = quota ? t("me.room", { n: Math.floor((quota - usage) / MEGABYTE) }) : "—";
  return { persisted: t(isKept ? "me.kept" : "me.not_kept"), room };
}

/**
 * @param {Vault} vault
 * @param {HTMLFormElement} form
 */
async function change(vault, form) {
  const [old, next, again] = fieldsIn(form);
  const problem = wrongWith(next.value, again.value);
  sayIn(form, problem);
  if (problem) return next.focus();
  const tried = await whileBusy(form, () => vault.change(old.value, next.value));
  // Ten wrong ones end here as well: the next page says so.
  if (tried.kind === "gone") return location.reload();
  sayIn(form, triedWords(tried));
  old.value = "";
  if (tried.kind !== "open") return old.focus();
  next.value = again.value = "";
  fillPage(form, { changed: t("me.changed") });
}
