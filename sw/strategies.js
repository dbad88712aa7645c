/** Where an answer comes from. */

import { kept, manifest, roleNow } from "./caches.js";

/**
 * A file of this version, else from the network.
 * @param {Request} request
 */
export async function cacheFirst(request) {
  return (await kept(new URL(request.url).pathname)) || fetch(request);
}

/** Pages that say more when the server makes them. */
const FRESH = new Set(["me"]);

/**
 * The shell at once for the leader, whose pages fill themselves; for all others the network, and when there
 * is none the shell, or the page that says so.
 * @param {Request} request
 * @param {string | undefined} name of a shell
 */
export async function page(request, name) {
  const role = await roleNow();
  const own = name && role !== "other" ? await kept(manifest.shells[name]) : undefined;
  if (own && role === "leader" && !FRESH.has(String(name))) return own;
  try {
    return await fetch(request);
  } catch {
    return own || (await kept(manifest.shells.none)) || Response.error();
  }
}
