/** One sender at a time, however many tabs are open. */

/** @typedef {{ owner: string, until: number }} Lease */

const LEASE = 90_000;

/**
 * Run `work` while no other tab of this account runs any. Should two ever run at once (a lease runs
 * out under a slow network), records still arrive once: the server knows their ids.
 * @template T
 * @param {import("./store.js").Store} store
 * @param {string} owner this tab
 * @param {() => Promise<T>} work
 * @returns {Promise<T | undefined>} undefined when another tab has the turn
 */
export async function takeTurn(store, owner, work) {
  if (globalThis.navigator?.locks)
    return navigator.locks.request(`sanshi-outbox-${store.accountId}`, work);
  let taken = false;
  await store.meta.update("lease", (lease) => {
    taken = isFree(lease, owner, Date.now());
    return taken ? { owner, until: Date.now() + LEASE } : lease;
  });
  if (!taken) return undefined;
  try {
    return await work();
  } finally {
    await store.meta.update("lease", (lease) =>
      lease.owner === owner ? { owner, until: 0 } : lease,
    );
  }
}

/**
 * Whether `owner` may take the lease: nobody has it, it ran out, or it ends so late that the phone's
 * clock must have been set back since.
 * @param {Lease | undefined} lease
 * @param {string} owner
 * @param {number} time
 */
export function isFree(lease, owner, time) {
  return !lease || lease.owner === owner || lease.until < time || lease.until > time + LEASE;
}
