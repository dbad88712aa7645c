/**
 * The worker of residents' home and policies: the network first, and without one what was read before, with the time
 * at which it was last looked at. It keeps pages that everybody gets alike, a bounded number of them, and nothing else.
 */

import { fileFirst, freshOnly, pageFirst, prepare, take, worker } from "./reading.js";

const PAGE = /^\/(policies(\/[a-z0-9-]+(\/history(\/[0-9a-f-]{36})?)?)?)?$/;
/** Behind these the site is the staff's worker's, and there is room for one. */
const STAFF = /^\/(app|sign-in|invitations)(\/|$)/;

worker.addEventListener("install", (event) => {
  worker.skipWaiting();
  event.waitUntil(prepare());
});

worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (origin !== worker.location.origin || event.request.method !== "GET") return;
  if (pathname.startsWith("/static/")) event.respondWith(fileFirst(event.request));
  else if (event.request.mode !== "navigate") return;
  else if (PAGE.test(pathname)) event.respondWith(pageFirst(event));
  else if (STAFF.test(pathname)) event.waitUntil(worker.registration.unregister());
  else event.respondWith(freshOnly(event.request));
});

worker.addEventListener("message", (event) => {
  event.waitUntil(take(event.data.page).catch(() => {}));
});
