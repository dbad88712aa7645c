/** Whether the server can be reached. */

/** Ask it now. @returns {Promise<boolean>} */
export function isReachable() {
  return fetch("/healthz", { cache: "no-store" }).then(
    ({ ok }) => ok,
    () => false,
  );
}
