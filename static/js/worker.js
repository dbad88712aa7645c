/** The page's side of the service worker. All of it is a convenience: without a worker pages work as well. */

import { t } from "./messages.js";
import { hideNotice, showNotice } from "./notices.js";

const ASK_AGAIN = 5_000;
const ANSWER_WITHIN = 20_000;
let roleTold = "";

/**
 * Register the worker once the page has loaded, and offer its next version when nothing is open.
 * @param {() => boolean} isIdle
 */
export function startWorker(isIdle) {
  const workers = navigator.serviceWorker;
  if (!workers) return;
  const register = async () => {
    const registration = await workers.register("/sw.js");
    const offer = () => offerUpdate(registration, isIdle);
    registration.addEventListener("updatefound", () => {
      registration.installing?.addEventListener("statechange", offer);
    });
    offer();
  };
  // The first worker of all comes when the page has long begun.
  workers.addEventListener("controllerchange", () => tellRole(roleTold));
  const start = () => register().catch(console.error);
  if (document.readyState === "complete") start();
  else addEventListener("load", start);
}

/**
 * Tell the worker whose pages this phone shows.
 * @param {string} role "leader" where pages fill themselves from the phone, "other", or "" to have the server say
 */
export function tellRole(role) {
  roleTold = role;
  return tellWorker({ type: "role", role });
}

/**
 * Ask something of the worker.
 * @param {{ type: string, [name: string]: string }} message
 * @returns {Promise<boolean>} whether it could be done; false without a worker
 */
export async function tellWorker(message) {
  return (await askWorker(message, ANSWER_WITHIN)) === true;
}

/**
 * @param {{ type: string, [name: string]: any }} message
 * @param {number} within milliseconds
 * @returns {Promise<any>} its answer; false without a worker, or when none came
 */
export async function askWorker(message, within) {
  const workers = navigator.serviceWorker;
  const worker =
    workers?.controller || (await workers?.getRegistration().catch(() => undefined))?.active;
  if (!worker) return false;
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), within);
    port1.onmessage = ({ data }) => {
      clearTimeout(timer);
      port1.close();
      resolve(data);
    };
    worker.postMessage(message, [port2]);
  });
}

/**
 * @param {ServiceWorkerRegistration} registration
 * @param {() => boolean} isIdle
 */
function offerUpdate(registration, isIdle) {
  // The first worker of all has no one to wait for.
  if (!registration.waiting || !navigator.serviceWorker.controller) return hideNotice("update");
  if (!isIdle()) {
    setTimeout(() => offerUpdate(registration, isIdle), ASK_AGAIN);
    return;
  }
  const run = () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
    registration.waiting?.postMessage({ type: "take-over" });
  };
  showNotice("update", "info", t("update_ready"), { text: t("update"), run });
}
