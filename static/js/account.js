/**
 * Who uses this phone, remembered without a network. Signing out hides a person's store and deletes
 * nothing: what was not sent yet is there when the same person comes back.
 */

import { keyed, openDatabase } from "./database.js";
import { tellLock } from "./news.js";

/** @typedef {{ id: string, role: string, device?: string, recent?: boolean, name?: string, unit?: { id: string, name: string } | null, seal_key?: import("./vault/envelope.js").SealKey }} Account device: of this session; what follows it is not kept here; recent: it began a few minutes ago */

/** Every version of the small database, in order. */
export const PEOPLE_STEPS = [
  (/** @type {IDBDatabase} */ db) => {
    db.createObjectStore("people");
  },
];
const CURRENT = "current";
const LEAVING = "leaving";

/**
 * The person whose pages this phone shows; undefined after signing out.
 * @returns {Promise<Account | undefined>}
 */
export function currentAccount() {
  return inPeople((people) => people.get(CURRENT));
}

/**
 * Take `account`, of which the server just said that it is signed in, as that person.
 * @param {Account} account
 * @returns {Promise<boolean>} false when this very session was left without a network, and is to end
 */
export function rememberAccount(account) {
  return inPeople(async (people) => {
    const left = await people.get(LEAVING);
    if (left && left === account.device) return false;
    await people.set(CURRENT, withoutName(account));
    await people.remove(LEAVING);
    return true;
  });
}

/**
 * Keep no name of whoever uses this phone outside the vault, as earlier versions of the app did.
 * @returns {Promise<Account | undefined>} what was kept, when it had one
 */
export function forgetName() {
  return inPeople(async (people) => {
    const account = await people.get(CURRENT);
    if (!account?.name) return undefined;
    await people.set(CURRENT, withoutName(account));
    return account;
  });
}

/** Show nobody's pages any more, and end the session as soon as the server can be told. */
export async function signOut() {
  await inPeople(async (people) => {
    const account = await people.get(CURRENT);
    await people.remove(CURRENT);
    await people.set(LEAVING, account?.device || "unknown");
    if (account) tellLock(account.id);
  });
  await finishSignOut();
}

/** Tell the server of a signing out that it has not heard of. */
export async function finishSignOut() {
  if (!(await inPeople((people) => people.get(LEAVING)))) return;
  try {
    await fetch("/sign-out", { method: "POST", redirect: "manual" });
  } catch {
    return; // No network: the next start tries again.
  }
  await inPeople((people) => people.remove(LEAVING));
}

/** @param {Account} account */
function withoutName({ id, role, device }) {
  return { id, role, device };
}

/**
 * @template T
 * @param {(people: ReturnType<typeof keyed>) => Promise<T>} work
 */
async function inPeople(work) {
  const db = await openDatabase("sanshi", PEOPLE_STEPS);
  try {
    return await work(keyed(db, "people"));
  } finally {
    db.close();
  }
}
