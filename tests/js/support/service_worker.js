/** The worker in a browser of paper: caches in memory, a network that says what it is asked for, events by hand. */

import { before, beforeEach } from "node:test";

export const HOST = "https://sanshi.test";
export const LOOKS = "zh-Hans,normal,auto";
const SHELLS = {
  home: "/offline/home",
  event: "/offline/event",
  report: "/offline/report",
  slip: "/offline/slip",
};
export const MANIFEST = {
  version: "new",
  shells: { ...SHELLS, outbox: "/offline/outbox", me: "/offline/me", none: "/offline/none" },
  pages: "/offline/first.json",
  files: ["/static/css/app.1.css", "/static/js/leader.1.js"],
  later: {
    shells: { scan: "/offline/scan", round: "/offline/round" },
    pages: "/offline/later.json",
    files: ["/static/js/doors.1.js"],
  },
};
export const FIRST = [...MANIFEST.files, ...Object.values(MANIFEST.shells)].sort();
export const ALL = [
  ...FIRST,
  ...MANIFEST.later.files,
  ...Object.values(MANIFEST.later.shells),
].sort();
export const ID = "0b9f6f4e-8c1d-4c57-9a39-2f1f6f0c1a01";

/** Caches as browsers have them, in memory. */
export class FakeCaches {
  named = new Map();
  async open(name) {
    if (!this.named.has(name)) this.named.set(name, new Map());
    const kept = this.named.get(name);
    const addAll = async (requests) => {
      const answers = await Promise.all(requests.map((request) => fetch(request)));
      if (answers.some(({ status }) => status !== 200)) throw new TypeError("Failed to fetch");
      for (const [i, answer] of answers.entries()) kept.set(requests[i].path, answer);
    };
    return {
      addAll,
      put: async (path, answer) => void kept.set(path, answer),
      match: async (path) => kept.get(path)?.clone(),
    };
  }
  keys = async () => [...this.named.keys()];
  delete = async (name) => this.named.delete(name);
  paths = (name) => [...(this.named.get(name)?.keys() || [])].sort();
}

const events = {};
/** `network`: what answers a path; `asked`: what was asked of it, with how. */
export const world = { network: (path) => new Response(path), asked: [] };

before(async () => {
  globalThis.self = {
    MANIFEST,
    location: new URL(HOST),
    addEventListener: (name, work) => {
      events[name] = work;
    },
    clients: { claim: async () => {} },
    registration: {},
    skipWaiting: async () => world.asked.push("take over"),
  };
  await import("../../../sw/main.js");
});

/** Node's own wants whole addresses. */
class FakeRequest {
  constructor(path, about) {
    Object.assign(this, about, { path });
  }
}

beforeEach(async () => {
  globalThis.Request = FakeRequest;
  globalThis.caches = new FakeCaches();
  world.asked = [];
  world.network = (path) =>
    new Response(`from the network: ${path}`, { headers: { "Sanshi-Looks": LOOKS } });
  globalThis.fetch = async (request) => {
    const path = request.path || request.url.replace(HOST, "");
    world.asked.push(`${request.cache || "page"} ${path}`);
    const kit = [MANIFEST, MANIFEST.later].find(({ pages }) => pages === path);
    return kit ? together(Object.values(kit.shells)) : world.network(path);
  };
});

/** All shells in one answer, as the server sends them; when it cannot make one, there is none of them. */
async function together(paths) {
  const pages = {};
  for (const path of paths) {
    const answer = await world.network(path);
    if (answer.status !== 200) return answer;
    pages[path] = { body: await answer.text(), headers: Object.fromEntries(answer.headers) };
  }
  return new Response(JSON.stringify(pages));
}

/** Let an event happen, and wait for what it waits for. */
export async function happen(name, about = {}) {
  const waits = [];
  let answer;
  events[name]({
    ...about,
    waitUntil: (work) => waits.push(work),
    respondWith: (work) => (answer = work),
  });
  await Promise.all(waits);
  return answer;
}

export const install = () => happen("install");

/** The text that `path` answers with; undefined when the worker leaves it to the browser. */
export async function visit(path, { mode = "navigate", method = "GET" } = {}) {
  const answer = await happen("fetch", {
    request: { url: new URL(path, HOST).href, method, mode },
  });
  return answer?.text();
}

export async function tell(data) {
  let reply;
  await happen("message", { data, ports: [{ postMessage: (said) => (reply = said) }] });
  return reply;
}

export function offline() {
  world.network = () => {
    throw new TypeError("Failed to fetch");
  };
}
