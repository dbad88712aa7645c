/**
 * The worker of residents' home, policies and claims: the network first, and without one what was read before, with
 * the time at which it was last looked at. It keeps pages that everybody gets alike, a bounded number of them, the
 * files they are made of, and nothing else.
 */

import { fileFirst, freshOnly, pageFirst, prepare, take, worker } from "./reading.js";

const PAGE = /^\/(policies(\/[a-z0-9-]+(\/history(\/[0-9a-f-]{36})?)?)?)?$/;
/** The pages that reckon on the phone, with their place. Who asks with a date in the address leaves no trace here. */
const CLAIM = /^\/claims(\/[a-z]+)?(\?at=\w+)?$/;
/** The pages of staff: their own worker, which takes this one's place, serves them. */
const STAFF = /^\/(app|sign-in|invitations)(\/|$)/;

worker.addEventListener("install", (event) => {
  // A page may have asked who is there just before the staff's worker came: what that one holds must not go.
  if (isTaken()) return event.waitUntil(Promise.reject(new Error("the staff's worker is here")));
  worker.skipWaiting();
  event.waitUntil(prepare());
});

/** Whether another worker than the readers' has this reach. */
function isTaken() {
  const { waiting, active } = worker.registration;
  return [waiting, active].some((one) => one && !one.scriptURL.endsWith("/reader.js"));
}

/** @param {URL} url */
function isKept({ pathname, search }) {
  return PAGE.test(pathname) || CLAIM.test(pathname + search);
}

worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const { origin, pathname } = url;
  if (origin !== worker.location.origin || event.request.method !== "GET") return;
  if (pathname.startsWith("/static/")) event.respondWith(fileFirst(event.request));
  else if (event.request.mode !== "navigate") return;
  else if (isKept(url)) event.respondWith(pageFirst(event));
  else if (!STAFF.test(pathname)) event.respondWith(freshOnly(event.request));
});

worker.addEventListener("message", (event) => {
  const { page } = event.data;
  // A page of staff, whose worker is on its way, need not wait: nothing of theirs is held here.
  if (!page) return event.ports[0]?.postMessage(undefined);
  const url = new URL(page, worker.location.origin);
  if (isKept(url)) event.waitUntil(take(url.href).catch(() => {}));
});
