/** The page's side of the readers' worker, which keeps home, policies and claims for when there is no network. */

const READER = "/reader.js";

/** Start the worker once the page stands, and hand it this page, which came before it. */
export function keepForReading() {
  if (!navigator.serviceWorker) return;
  if (document.readyState === "complete") hand().catch(console.error);
  else addEventListener("load", () => hand().catch(console.error));
}

async function hand() {
  const workers = navigator.serviceWorker;
  const before = workers.controller?.scriptURL;
  const scope = await scopeOf(workers);
  if (!location.pathname.startsWith(scope)) return;
  /** @type {ServiceWorkerRegistration | undefined} none where a browser has been told to have no workers */
  const registration = await workers.register(READER, { scope });
  if (!registration) return;
  if (before?.endsWith(READER)) return;
  const worker = registration.active || (await started(registration));
  // The staff's may have come meanwhile, and keeps its place.
  if (worker?.scriptURL.endsWith(READER))
    worker.postMessage({ page: location.pathname + location.search });
}

/**
 * How far the worker may reach: over all of the site, or where the staff's worker has that, over the policies.
 * @param {ServiceWorkerContainer} workers
 */
async function scopeOf(workers) {
  const whole = await workers.getRegistration("/");
  const worker = whole?.installing || whole?.waiting || whole?.active;
  return !worker || worker.scriptURL.endsWith(READER) ? "/" : "/policies";
}

/**
 * @param {ServiceWorkerRegistration} registration whose first worker is on its way
 * @returns {Promise<ServiceWorker | null>}
 */
function started(registration) {
  const worker = registration.installing || registration.waiting;
  return new Promise((resolve) => {
    const look = () => worker?.state === "activated" && resolve(worker);
    worker?.addEventListener("statechange", look);
    if (!worker || look()) resolve(worker);
  });
}
