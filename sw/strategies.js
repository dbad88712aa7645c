/** Where an answer comes from. */

import { isPhone, kept, manifest, roleNow } from "./caches.js";

/**
 * A file of this version, else from the network.
 * @param {Request} request
 */
export async function cacheFirst(request) {
  return (await kept(new URL(request.url).pathname)) || fetch(request);
}

/** @type {Record<string, Record<string, string>>} Pages that a role has of its own, in place of one of the same address. */
const OF_ROLE = { coordinator: { home: "coordinator" } };
/** Pages that say more when the server makes them. */
const FRESH = new Set(["me"]);

/**
 * The shell at once for leaders and coordinators, whose pages fill themselves; for all others the network, and when
 * there is none the shell, or the page that says so.
 * @param {Request} request
 * @param {string | undefined} name of a shell
 */
export async function page(request, name) {
  const role = await roleNow();
  const own = name && role !== "other" ? await shellFor(name, role) : undefined;
  if (own && isPhone(role) && !FRESH.has(String(name))) return own;
  try {
    return await fetch(request);
  } catch {
    return own || (await kept(manifest.shells.none)) || Response.error();
  }
}

/**
 * The page `name` as `role` has it, where this phone keeps it.
 * @param {string} name
 * @param {string} role
 */
async function shellFor(name, role) {
  const { shells, later } = manifest;
  const path = { ...shells, ...later.shells }[OF_ROLE[role]?.[name] || name];
  return path ? kept(path) : undefined;
}

/**
 * A card that the phone's own camera has read. Who goes round is led to the door, also without a network; the page
 * that finds none there asks again for everybody's (`?face=public`).
 * @param {Request} request
 */
export async function card(request) {
  const isAsked = !new URL(request.url).search;
  const own =
    isAsked && isPhone(await roleNow()) ? await kept(manifest.later.shells.scan) : undefined;
  return own || page(request, undefined);
}
