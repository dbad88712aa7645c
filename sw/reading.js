/** Public pages that were read on this phone, and the few files they are drawn with. */

export const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
/** @type {{ version: string, none: string, files: string[] }} what /reader.js begins with */
const manifest = /** @type {any} */ (self).MANIFEST;
const PAGES = "sanshi-read-pages";
const FILES = "sanshi-read-files";
const NONE = "sanshi-read-none";
const MOST_PAGES = 40;
const MOST_FILES = 20; // or as many as the kept pages are made of
/** Milliseconds after which a page that is kept is shown, whatever the network still brings. */
const PATIENCE = 6_000;
/** What the server leaves in a page for the case that it comes from here. */
const HIDDEN = 'data-kept="" hidden=""';
const CHECKED = "{checked}";
/** Sheets and scripts, as a page names them. */
const DRAWN_WITH = /"(\/static\/[^"]+\.(?:css|js))"/g;
/** In the page for what was never read here: the place of what was. */
const LIST = "</ul>";
/** What stands there while nothing was. */
const NOTHING = 'data-none=""';

/** Fetch the page that says that there is no network, and the files of this version. */
export async function prepare() {
  await (await caches.open(NONE)).add(manifest.none);
  for (const file of manifest.files) await fileFirst(new Request(file));
}

/**
 * A file, from here if it was needed before: its address changes with its content.
 * @param {Request} request
 */
export async function fileFirst(request) {
  const files = await caches.open(FILES);
  const kept = await files.match(request.url, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await keep(files, request.url, answer.clone(), MOST_FILES, neededFiles);
  return answer;
}

/**
 * A page from the network; from here when there is none, or when it takes too long.
 * @param {FetchEvent} event
 */
export async function pageFirst(event) {
  const { request } = event;
  const pages = await caches.open(PAGES);
  const kept = await pages.match(request.url, { ignoreVary: true });
  // Asked every time: what the browser's own cache still takes for fresh was not looked at now.
  const asked = fetch(request, { cache: "no-cache" });
  const fresh = asked.then((answer) => remember(pages, request.url, answer));
  event.waitUntil(fresh.then(() => keepFiles(pages, request.url)).catch(() => {}));
  try {
    return await (kept ? Promise.race([fresh, late()]) : fresh);
  } catch {
    return kept ? told(kept) : none(pages);
  }
}

/**
 * A page that is not kept: from the network, or the page that says that there is none.
 * @param {Request} request
 */
export async function freshOnly(request) {
  try {
    return await fetch(request);
  } catch {
    return none(await caches.open(PAGES));
  }
}

/**
 * Keep a page that came before this worker, with its files; the browser still has them.
 * @param {string} url
 */
export async function take(url) {
  const pages = await caches.open(PAGES);
  await remember(pages, url, await fetch(url));
  await keepFiles(pages, url);
}

/**
 * Keep what a page is made of: it may be the only one with its sheet or script.
 * @param {Cache} pages
 * @param {string} url of one that is kept
 */
async function keepFiles(pages, url) {
  for (const file of await filesOf(pages, url)) await fileFirst(new Request(file));
}

/** @returns {Promise<string[]>} the addresses of what the kept pages are made of */
async function neededFiles() {
  const pages = await caches.open(PAGES);
  const found = await Promise.all((await pages.keys()).map(({ url }) => filesOf(pages, url)));
  return found.flat().map((file) => new URL(file, worker.location.origin).href);
}

/**
 * @param {Cache} pages
 * @param {string} url
 * @returns {Promise<string[]>} none of a page that is not kept
 */
async function filesOf(pages, url) {
  const text = (await (await pages.match(url, { ignoreVary: true }))?.text()) || "";
  return Array.from(text.matchAll(DRAWN_WITH), ([, file]) => file);
}

/**
 * Keep `answer` if it may be kept, and let go of a page that is there no more.
 * @param {Cache} pages
 * @param {string} url
 * @param {Response} answer
 * @returns {Promise<Response>} the answer
 */
async function remember(pages, url, answer) {
  const isOpen = !/no-store|private/.test(answer.headers.get("Cache-Control") || "no-store");
  if (answer.ok && !answer.redirected && isOpen) {
    await keep(pages, url, answer.clone(), MOST_PAGES);
  } else if (answer.status === 404 || answer.status === 410) await pages.delete(url);
  return answer;
}

/**
 * Keep one more, as the newest; the oldest beyond `most` go, but none that is needed.
 * @param {Cache} cache
 * @param {string} url
 * @param {Response} answer
 * @param {number} most
 * @param {() => Promise<string[]>} [needed] addresses
 */
async function keep(cache, url, answer, most, needed = async () => []) {
  await cache.delete(url);
  // A phone that is full reads on all the same.
  await cache.put(url, answer).catch(() => {});
  const all = await cache.keys();
  if (all.length <= most) return;
  const stays = await needed();
  const old = all.filter((one) => !stays.includes(one.url)).slice(0, all.length - most);
  await Promise.all(old.map((one) => cache.delete(one)));
}

/** @returns {Promise<never>} */
function late() {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error("late")), PATIENCE);
  });
}

/**
 * A kept page that says when the server was last asked about it.
 * @param {Response} kept
 */
async function told(kept) {
  const shown = HIDDEN.split(" ")[0];
  const text = (await kept.text()).replace(HIDDEN, shown).replace(CHECKED, timeOf(kept));
  return again(kept, text);
}

/**
 * The page that says that there is no network, with the titles of what was read here, the newest first.
 * @param {Cache} pages
 */
async function none(pages) {
  const page = await (await caches.open(NONE)).match(manifest.none, { ignoreVary: true });
  if (!page) return Response.error();
  const lines = [];
  for (const request of await pages.keys()) {
    const { pathname, search } = new URL(request.url);
    const text = (await (await pages.match(request, { ignoreVary: true }))?.text()) || "";
    // Both stand in a page's source already, so they can stand in another's.
    const title = /<title>([^<]*) · /.exec(text)?.[1];
    lines.unshift(`<li><a href="${pathname}${search}"><strong>${title}</strong></a></li>`);
  }
  const text = await page.text();
  return again(page, lines.length ? listed(text, lines) : text);
}

/**
 * @param {string} text the page that says that there is no network, as the server makes it
 * @param {string[]} lines
 */
function listed(text, lines) {
  const shown = text.replace(HIDDEN, HIDDEN.split(" ")[0]).replace(NOTHING, `${NOTHING} hidden=""`);
  return shown.replace(LIST, lines.join("") + LIST);
}

/**
 * @param {Response} kept
 * @param {string} text
 */
function again({ headers }, text) {
  const same = new Headers(headers);
  for (const name of ["Content-Encoding", "Content-Length", "ETag"]) same.delete(name);
  return new Response(text, { headers: same });
}

/**
 * The time at which the server made the answer, on the phone's clock; every server says it.
 * @param {Response} answer
 */
function timeOf({ headers }) {
  const time = new Date(headers.get("Date") || "");
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join("-");
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
