/** The readers' worker in a browser of paper: what it keeps, how much of it, and what it says without a network. */

import assert from "node:assert/strict";
import { before, beforeEach, test } from "node:test";

const HOST = "https://sanshi.test";
const NONE = "/offline/policies";
const OPEN = { "Cache-Control": "public, max-age=60", Date: "Sun, 22 Nov 2026 04:05:00 GMT" };
const events = {};
const named = new Map();
let asked = [];
let network;

/** One cache, in the order in which things were put. */
function cacheOf(kept) {
  const address = (request) => new URL(request.url || request, HOST).href;
  return {
    add: async (path) => void kept.set(address(path), await fetch(path)),
    put: async (request, answer) => void kept.set(address(request), answer),
    match: async (request) => kept.get(address(request))?.clone(),
    delete: async (request) => kept.delete(address(request)),
    keys: async () => [...kept.keys()].map((url) => ({ url })),
  };
}

before(async () => {
  globalThis.self = {
    MANIFEST: { version: "1", none: NONE, files: ["/static/css/app.1.css"] },
    location: new URL(HOST),
    addEventListener: (name, work) => {
      events[name] = work;
    },
    clients: { claim: async () => {} },
    skipWaiting: () => asked.push("take over"),
    registration: {},
  };
  await import("../../sw/reader.js");
});

beforeEach(() => {
  named.clear();
  asked = [];
  network = (path) =>
    new Response(
      `<title>Page ${path} · S</title><p data-none="">none</p><p data-kept="" hidden="">{checked}</p><ul></ul>`,
      {
        headers: OPEN,
      },
    );
  globalThis.caches = {
    open: async (name) => {
      if (!named.has(name)) named.set(name, new Map());
      return cacheOf(named.get(name));
    },
  };
  globalThis.Request = class {
    constructor(url) {
      this.url = new URL(url, HOST).href;
    }
  };
  globalThis.fetch = async (request, how) => {
    const path = (request.url || request).replace(HOST, "");
    asked.push(`${how?.cache || "plain"} ${path}`);
    return network(path);
  };
});

async function happen(name, about = {}) {
  const waits = [];
  let answer;
  events[name]({
    ...about,
    waitUntil: (work) => waits.push(work),
    respondWith: (work) => {
      answer = work;
    },
  });
  const said = await answer;
  await Promise.all(waits);
  return said;
}

const visit = async (path, { mode = "navigate", method = "GET" } = {}) =>
  (await happen("fetch", { request: { url: HOST + path, mode, method } }))?.text();
const pages = () =>
  [...(named.get("sanshi-read-pages")?.keys() || [])].map((url) => url.replace(HOST, ""));

const offline = () => {
  network = () => {
    throw new TypeError("Failed to fetch");
  };
};

test("a page comes from the network, asked anew, and is kept", async () => {
  assert.match(await visit("/policies/x?at=1"), /hidden/);
  assert.deepEqual(asked, ["no-cache /policies/x?at=1"]);
  assert.deepEqual(pages(), ["/policies/x?at=1"]);
});

test("without a network what was read is shown with the time at which it was looked at", async () => {
  await visit("/policies/x");
  offline();
  const text = await visit("/policies/x");
  assert.doesNotMatch(text, /hidden|\{checked\}/);
  assert.match(text, /2026-11-2[12] \d\d:05/);
});

test("what was not read leads to a list of what was, the newest first", async () => {
  await happen("install");
  await visit("/policies/x");
  await visit("/policies");
  offline();
  const text = await visit("/policies/y");
  assert.match(text, /<p data-none="" hidden="">none<\/p><p data-kept="">/);
  const links = [...text.matchAll(/href="([^"]+)"><strong>([^<]+)/g)];
  assert.deepEqual(
    links.map(([, href, title]) => [href, title]),
    [
      ["/policies", "Page /policies"],
      ["/policies/x", "Page /policies/x"],
    ],
  );
});

test("a phone on which nothing was read says so, and shows no list", async () => {
  await happen("install");
  offline();
  assert.match(await visit("/policies/y"), /<p data-none="">none<\/p><p data-kept="" hidden="">/);
});

test("forty pages are kept, the ones that were read last", async () => {
  for (let n = 0; n < 45; n++) await visit(`/policies/topic-${n}`);
  await visit("/policies/topic-10");
  await visit("/policies/last");
  const kept = pages();
  assert.equal(kept.length, 40);
  assert.deepEqual(
    [kept[0], ...kept.slice(-2)],
    ["/policies/topic-6", "/policies/topic-10", "/policies/last"],
  );
});

test("nothing is kept that a cache may not have, that failed or that is no page", async () => {
  for (const [status, cache] of [
    [200, "no-store"],
    [200, "private, max-age=60"],
    [422, "public"],
    [500, "public"],
  ]) {
    network = () => new Response("", { status, headers: { "Cache-Control": cache } });
    await visit("/policies/x");
  }
  network = () => new Response("no word about caches");
  await visit("/policies/x");
  assert.deepEqual(pages(), []);
});

test("a phone that is full reads on", async () => {
  const { open } = caches;
  const put = async () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  caches.open = async (name) => ({ ...(await open(name)), put });
  assert.match(await visit("/policies/x"), /Page/);
  assert.match(await visit("/static/css/app.1.css", { mode: "no-cors" }), /Page/);
});

test("a page that is there no more goes", async () => {
  await visit("/policies/x");
  network = () => new Response("", { status: 404 });
  await visit("/policies/x");
  assert.deepEqual(pages(), []);
});

test("no other page is kept, and without a network each says that there is none", async () => {
  await happen("install");
  await visit("/policies");
  for (const path of ["/places", "/policies/x/files/0b9f", "/feedback", "/policiesx", "/claimsx"]) {
    assert.match(await visit(path), /Page/);
  }
  assert.deepEqual(pages(), ["/policies"]);
  offline();
  assert.match(await visit("/places"), /href="\/policies"><strong>Page \/policies</);
});

const RECKONER = `<title>Page · S</title><link href="/static/css/office.2.css"><p data-kept="" hidden="">{checked}</p>
  <script type="module" src="/static/js/claims.2.js"></script><img src="/static/img/x.svg">`;
const files = () => [...named.get("sanshi-read-files").keys()].map((url) => url.replace(HOST, ""));

test("what reckons on the phone is kept with its script, and works without a network", async () => {
  network = (path) => new Response(path.startsWith("/claims") ? RECKONER : path, { headers: OPEN });
  await visit("/claims/childcare?at=331126");
  assert.deepEqual(files(), ["/static/css/office.2.css", "/static/js/claims.2.js"]);
  offline();
  assert.match(await visit("/claims/childcare?at=331126"), /data-kept="">2026-11-2[12] \d\d:05/);
  assert.match(await visit("/static/js/claims.2.js", { mode: "no-cors" }), /claims/);
});

test("the first one, which came before the worker, is handed over with its script", async () => {
  network = () => new Response(RECKONER, { headers: OPEN });
  await happen("message", { data: { page: "/claims/childcare" } });
  assert.deepEqual(pages(), ["/claims/childcare"]);
  assert.deepEqual(files(), ["/static/css/office.2.css", "/static/js/claims.2.js"]);
});

test("of what is reckoned nothing but the place may stand in an address that is kept", async () => {
  for (const asked of ["?born=2025-12-31", "?at=331126&born=2025-12-31", "?at="]) {
    assert.match(await visit(`/claims/childcare${asked}`), /Page/);
    await happen("message", { data: { page: `/claims/childcare${asked}` } });
  }
  assert.deepEqual(pages(), []);
});

test("what is no page is left to the browser", async () => {
  assert.equal(await visit("/policies", { method: "POST" }), undefined);
  assert.equal(await visit("/policies", { mode: "cors" }), undefined);
  assert.deepEqual(asked, []);
});

test("the residents' home is kept with its place", async () => {
  await visit("/?at=331126");
  await visit("/");
  assert.deepEqual(pages(), ["/?at=331126", "/"]);
  offline();
  assert.match(await visit("/?at=331126"), /Page .*2026-11-2[12] \d\d:05/);
});

test("the pages of staff are left to the browser, until their worker comes", async () => {
  for (const path of ["/sign-in?next=/app", "/app", "/app/events/new", "/invitations/x"])
    assert.equal(await visit(path), undefined, path);
  const answers = [];
  const ports = [{ postMessage: (answer) => answers.push(answer) }];
  await happen("message", { data: { type: "keys-take" }, ports });
  assert.deepEqual([answers, asked], [[undefined], []]);
});

test("it takes the place of its like, never that of the staff's worker", async () => {
  for (const state of ["waiting", "active"]) {
    asked = [];
    self.registration = { [state]: { scriptURL: `${HOST}/sw.js` } };
    await assert.rejects(happen("install"));
    assert.deepEqual(asked, [], state);
    self.registration = { [state]: { scriptURL: `${HOST}/reader.js` } };
    await happen("install");
    assert.ok(asked.includes("take over"), state);
  }
});

test("files are fetched once, and twenty kept", async () => {
  for (const n of [0, ...Array(24).keys(), 23]) {
    await visit(`/static/css/app.${n}.css`, { mode: "no-cors" });
  }
  assert.equal(asked.length, 24);
  assert.equal(named.get("sanshi-read-files").size, 20);
});

test("what a kept page is made of stays, however many other files come", async () => {
  network = (path) => new Response(path.startsWith("/claims") ? RECKONER : path, { headers: OPEN });
  await visit("/claims/childcare");
  for (const n of Array(30).keys()) await visit(`/static/css/app.${n}.css`, { mode: "no-cors" });
  assert.deepEqual(files().slice(0, 2), ["/static/css/office.2.css", "/static/js/claims.2.js"]);
  assert.equal(files().length, 20);
  assert.deepEqual(files().slice(-1), ["/static/css/app.29.css"]);
});

test("the page that came before the worker is handed over", async () => {
  await happen("message", { data: { page: "/policies/x" } });
  assert.deepEqual(pages(), ["/policies/x"]);
});
