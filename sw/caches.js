/**
 * What the worker keeps: the empty pages ("shells") and the static files of one version. Nothing in here
 * holds a name or a number of anybody; that lies in the page's database.
 */

/** @typedef {{ shells: Record<string, string>, pages: string, files: string[] }} Kit what some pages are made of; `pages` leads to all its shells */
/** @typedef {Kit & { version: string, later: Kit }} Manifest what /sw.js begins with; `later` is for pages of the round */

export const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
export const manifest = /** @type {{ MANIFEST: Manifest }} */ (/** @type {unknown} */ (self))
  .MANIFEST;
const OWN = "sanshi-v-";
const CURRENT = OWN + manifest.version;
const STATE = "sanshi-state";
const LOOKS = "Sanshi-Looks";
/** Whose pages fill themselves from the phone. */
const PHONES = ["leader", "coordinator"];

/**
 * Fetch `paths` and keep them all, or none: `addAll` takes no answer but 200, and reads each as it comes.
 * (Chromium lets a worker have few answers unread at a time; fetching all before storing them would never end.)
 * @param {string[]} paths
 */
async function keep(paths) {
  const current = await caches.open(CURRENT);
  await current.addAll(paths.map((path) => new Request(path, { redirect: "error" })));
}

/**
 * Fetch the shells of a kit in one answer and keep them: they are much alike, so together they weigh little more
 * than one.
 * @param {Kit} kit
 */
async function keepShells({ pages }) {
  const answer = await fetch(new Request(pages, { cache: "reload", redirect: "error" }));
  if (answer.status !== 200) throw new TypeError(`${answer.status} for ${pages}`);
  const found = Object.entries(await answer.json());
  const current = await caches.open(CURRENT);
  await Promise.all(
    found.map(([path, { body, headers }]) => current.put(path, new Response(body, { headers }))),
  );
}

/**
 * Files first, so that a kit is whole once its pages are there.
 * @param {Kit} kit
 */
async function keepKit(kit) {
  await keep(kit.files);
  await keepShells(kit);
}

/** Fill the cache of this version; when anything is missing, this version does not come to be. */
export async function fill() {
  try {
    await keepKit(manifest);
    // The phone had the round's pages before, and may be without a network after this.
    if (isPhone(await roleNow())) await keepKit(manifest.later);
  } catch (error) {
    await caches.delete(CURRENT);
    throw error;
  }
}

/** @type {Promise<void> | undefined} */
let filling;

/** Fetch what the round needs, unless it is there; the next page tries again when that fails. */
export async function fillLater() {
  if (!isPhone(await roleNow()) || (await isWhole())) return;
  filling ??= keepKit(manifest.later).catch(() => {});
  await filling;
  filling = undefined;
}

/** Whether the round's pages are kept, too. */
async function isWhole() {
  return Boolean(await kept(Object.values(manifest.later.shells)[0]));
}

/** @param {string} role */
export function isPhone(role) {
  return PHONES.includes(role);
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
 * Fetch the shells anew if any of them wears other looks: they may have changed while these were being fetched.
 * @param {string} looks as in `zh-Hans,large,dark`
 * @returns {Promise<boolean>} whether all of them wear these now
 */
export async function dress(looks) {
  const kits = (await isWhole()) ? [manifest, manifest.later] : [manifest];
  const shells = kits.flatMap((kit) => Object.values(kit.shells));
  const isWorn = (/** @type {string | null | undefined} */ each) => each === looks;
  const worn = await wornBy(shells);
  if (worn.every(isWorn)) return true;
  if (worn.includes(undefined)) return false;
  for (const kit of kits) await keepShells(kit);
  return (await wornBy(shells)).every(isWorn);
}

/**
 * @param {string[]} shells
 * @returns {Promise<(string | null | undefined)[]>} the looks of each, undefined for one that is not kept
 */
async function wornBy(shells) {
  const answers = await Promise.all(shells.map(kept));
  return answers.map((answer) => answer?.headers.get(LOOKS));
}

/** Whose pages this phone shows: "leader", "coordinator", "other", or "" when that is not known. */
export async function roleNow() {
  const answer = await (await caches.open(STATE)).match("/role");
  return answer ? answer.text() : "";
}

/** @param {string} role */
export async function setRole(role) {
  await (await caches.open(STATE)).put("/role", new Response(role));
}
