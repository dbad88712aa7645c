/**
 * What the worker keeps: the empty pages ("shells") and the static files of one version. Nothing in here
 * holds a name or a number of anybody; that lies in the page's database.
 */

/** @typedef {{ version: string, shells: Record<string, string>, files: string[] }} Manifest what /sw.js begins with */

export const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
export const manifest = /** @type {{ MANIFEST: Manifest }} */ (/** @type {unknown} */ (self))
  .MANIFEST;
const OWN = "sanshi-v-";
const CURRENT = OWN + manifest.version;
const STATE = "sanshi-state";
const LOOKS = "Sanshi-Looks";

/**
 * Fetch `paths` and keep them all, or none: `addAll` takes no answer but 200, and reads each as it comes.
 * (Chromium lets a worker have few answers unread at a time; fetching all before storing them would never end.)
 * @param {string[]} paths
 * @param {RequestCache} cache
 */
async function keep(paths, cache) {
  const current = await caches.open(CURRENT);
  await current.addAll(paths.map((path) => new Request(path, { cache, redirect: "error" })));
}

/** Fill the cache of this version; when anything is missing, this version does not come to be. */
export async function fill() {
  try {
    await keep(manifest.files, "default");
    await keep(Object.values(manifest.shells), "reload");
  } catch (error) {
    await caches.delete(CURRENT);
    throw error;
  }
}

/** Delete what earlier versions kept, and nothing else that may live here. */
export async function dropOld() {
  const names = await caches.keys();
  await Promise.all(
    names
      .filter((name) => name.startsWith(OWN) && name !== CURRENT)
      .map((name) => caches.delete(name)),
  );
}

/** @param {string} path */
export async function kept(path) {
  return (await caches.open(CURRENT)).match(path, { ignoreVary: true });
}

/**
 * Fetch the shells anew if they wear other looks.
 * @param {string} looks as in `zh-Hans,large,dark`
 * @returns {Promise<boolean>} whether they were changed
 */
export async function dress(looks) {
  const shells = Object.values(manifest.shells);
  const home = await kept(shells[0]);
  if (!home || home.headers.get(LOOKS) === looks) return false;
  await keep(shells, "reload");
  return true;
}

/** Whose pages this phone shows: "leader", "other", or "" when that is not known. */
export async function roleNow() {
  const answer = await (await caches.open(STATE)).match("/role");
  return answer ? answer.text() : "";
}

/** @param {string} role */
export async function setRole(role) {
  await (await caches.open(STATE)).put("/role", new Response(role));
}
