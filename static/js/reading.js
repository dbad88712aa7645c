/** The page's side of the readers' worker, which keeps policies for reading without a network. */

const SCOPE = "/policies";

/** Start the worker once the page stands, and hand it this page, which came before it. */
export function keepForReading() {
  if (!navigator.serviceWorker) return;
  if (document.readyState === "complete") hand().catch(console.error);
  else addEventListener("load", () => hand().catch(console.error));
}

async function hand() {
  const workers = navigator.serviceWorker;
  const before = workers.controller?.scriptURL;
  /** @type {ServiceWorkerRegistration | undefined} none where a browser has been told to have no workers */
  const registration = await workers.register("/reader.js", { scope: SCOPE });
  if (!registration) return;
  if (before?.endsWith("/reader.js")) return;
  const worker = registration.active || (await started(registration));
  worker?.postMessage({ page: location.pathname + location.search });
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
