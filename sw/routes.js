/** Which requests are the worker's business, and whose page an address shows. */

import { worker } from "./caches.js";
import { cacheFirst, card, page } from "./strategies.js";

const ID = "[0-9a-f-]{36}";
/** @type {[RegExp, string][]} */
const SHELL_OF = [
  [/^\/app\/?$/, "home"],
  [RegExp(`^/app/events/(new|${ID})$`), "event"],
  [/^\/app\/report\/\d{6}$/, "report"],
  [RegExp(`^/app/slip/${ID}$`), "slip"],
  [/^\/app\/outbox$/, "outbox"],
  [/^\/app\/me$/, "me"],
  [/^\/app\/scan$/, "scan"],
  [/^\/app\/round$/, "round"],
  [RegExp(`^/app/households/${ID}$`), "household"],
  [RegExp(`^/app/households/(new|${ID}/edit)$`), "household-form"],
  [RegExp(`^/app/households/${ID}/visit$`), "visit-form"],
  [RegExp(`^/app/visits/${ID}$`), "visit"],
  [RegExp(`^/app/needs/${ID}$`), "need"],
  [/^\/app\/needs$/, "needs"],
  [/^\/app\/feedback$/, "told"],
  [RegExp(`^/app/feedback/${ID}$`), "message"],
];
const CARD = /^\/q\/[a-z2-7]{26}$/i;
export const SIGNS_SOMEBODY_ELSE_IN = /^\/(sign-in|sign-out|invitations\/.*)$/;

/**
 * The answer to `request`, or undefined to leave it to the browser.
 * @param {Request} request
 * @returns {Promise<Response> | undefined}
 */
export function route(request) {
  const { origin, pathname } = new URL(request.url);
  if (origin !== worker.location.origin || request.method !== "GET") return undefined;
  if (pathname.startsWith("/sync/")) return undefined;
  if (pathname.startsWith("/static/")) return cacheFirst(request);
  if (request.mode !== "navigate") return undefined;
  if (CARD.test(pathname)) return card(request);
  return page(request, SHELL_OF.find(([pattern]) => pattern.test(pathname))?.[1]);
}
