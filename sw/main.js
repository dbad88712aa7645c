/** The worker's events. It serves pages and files; sending records is the page's work. */

import { dress, dropOld, fill, fillLater, setRole, worker } from "./caches.js";
import { dropKeys, heldKeys, keepKeys } from "./holder.js";
import { route, SIGNS_SOMEBODY_ELSE_IN } from "./routes.js";

worker.addEventListener("install", (event) => {
  // After the readers' worker there is no page of staff that a new version could disturb.
  const { waiting, active } = worker.registration;
  if ((active || waiting)?.scriptURL.endsWith("/reader.js")) worker.skipWaiting();
  event.waitUntil(fill());
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([dropOld(), worker.clients.claim()]));
});

worker.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  // After that the pages in here may be somebody else's: the next one comes from the server.
  if (method === "POST" && SIGNS_SOMEBODY_ELSE_IN.test(new URL(url).pathname)) {
    dropKeys();
    event.waitUntil(setRole(""));
  }
  const answer = route(event.request);
  if (answer) event.respondWith(answer);
});

worker.addEventListener("message", (event) => {
  const { type, looks, role, held, left } = event.data;
  const [port] = event.ports;
  if (type === "take-over") event.waitUntil(worker.skipWaiting());
  else if (type === "keys-keep") keepKeys(held, left);
  else if (type === "keys-take") port.postMessage(heldKeys());
  else if (type === "keys-drop") port.postMessage(dropKeys());
  else if (type === "role") event.waitUntil(reply(event, setRole(role)).then(fillLater));
  else event.waitUntil(reply(event, dress(looks)));
});

/**
 * Tell the page that asked whether it was done.
 * @param {ExtendableMessageEvent} event
 * @param {Promise<boolean | void>} work
 */
async function reply(event, work) {
  const done = await work.catch(() => false);
  event.ports[0]?.postMessage(done === true);
}
