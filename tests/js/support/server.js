/**
 * A server for tests: as strict as the real one about versions and hashes, and with a network in between
 * that loses, cuts and delays.
 */

import { recordHash } from "../../../static/js/canonical.js";
import { fromBase64, recordKey, toBase64 } from "../../../static/js/vault/envelope.js";
import { LEADER } from "./phone.js";

/** @typedef {"ok" | "lost" | "unheard" | "hang" | "error" | "signed out" | "page" | "cut" | "busy"} Weather */

export class FakeServer {
  account = LEADER;
  /** Every version stored, in order: `{id, version, data, deleted, hash, receipt}`. */
  versions = [];
  /** Requests that reached it: `{path, body}`. */
  heard = [];
  /** @type {() => Weather} what happens to the next request */
  weather = () => "ok";
  /** Called with each record before the rules; an answer is given as it is. */
  refuse = () => undefined;
  mostRecords = 200;
  retryAfter = undefined;
  now = () => "2026-11-21T12:00:00+08:00";
  changes = [];
  /** What records may be sealed for: `{pair, seal_key}`. */
  box = undefined;
  #numbers = 0;
  #last = Promise.resolve();

  fetch = async (path, init) => {
    const weather = this.weather();
    if (weather === "lost") throw new TypeError("Failed to fetch");
    if (weather === "signed out")
      return answer(401, { error: { code: "signed_out", message: "请先登录。" } });
    if (weather === "error") return answer(500, "<h1>oops</h1>");
    if (weather === "page") return answer(200, "<!doctype html><title>Welcome to the café</title>");
    if (weather === "busy") return answer(503, "", { "Retry-After": "120" });
    const [status, body] = await this.#inTurn(() =>
      this.#answer(path, init.body && JSON.parse(init.body)),
    );
    if (weather === "hang") return new Promise(() => {});
    if (weather === "unheard") throw new TypeError("Failed to fetch");
    const text = JSON.stringify(body);
    return answer(status, weather === "cut" ? text.slice(0, text.length / 2) : text);
  };

  /** The newest version of a record, if there is any. */
  newest(id) {
    return this.versions.filter((row) => row.id === id).pop();
  }

  /** Store a version as another phone would; what is deleted stays so. */
  write(record) {
    return this.#inTurn(() => (this.newest(record.id)?.deleted ? undefined : this.#store(record)));
  }

  /** As transactions do: one after the other. */
  #inTurn(work) {
    const done = this.#last.then(work);
    this.#last = done;
    return done;
  }

  async #store({ id, type = "event", data, deleted }) {
    const version = (this.newest(id)?.version || 0) + 1;
    const hash = await recordHash({ id, type, data, deleted });
    this.#numbers += 1;
    const times = { declared_at: this.now(), received_at: this.now() };
    const receipt = {
      number: String(this.#numbers).padStart(16, "0"),
      hash,
      ...times,
      signature: "s",
    };
    this.versions.push({ id, type, version, data, deleted, hash, receipt });
    return this.newest(id);
  }

  async #answer(path, body) {
    this.heard.push({ path, body });
    if (path.startsWith("/sync/pull")) return [200, this.#pull(path)];
    if (body.records.length > this.mostRecords)
      return [413, { error: { code: "too_large", message: "" } }];
    const results = [];
    for (const record of body.records)
      results.push({ id: record.id, ...(await this.#take(record)) });
    return [200, { server_time: this.now(), results }];
  }

  async #take(record) {
    const { id, type, deleted, base_version } = record;
    const data = record.sealed ? await openEnvelope(this.box, record) : record.data;
    const hash = await recordHash({ id, type, data, deleted });
    const said = this.refuse(record);
    if (said) return said;
    const same = this.versions.find(
      (row) => row.id === id && row.hash === hash && row.version > base_version,
    );
    if (same) return { outcome: "same", version: same.version, receipt: same.receipt };
    const newest = this.newest(id);
    if (newest?.deleted || (deleted && !newest))
      return { outcome: "gone", version: newest?.version || 0 };
    if (newest && base_version < newest.version) {
      return {
        outcome: "stale",
        version: newest.version,
        current: { ...newest.data, version: newest.version },
      };
    }
    const { version, receipt } = await this.#store({ id, type, data, deleted });
    return { outcome: version === 1 ? "created" : "updated", version, receipt };
  }

  #pull(path) {
    const from = Number(new URLSearchParams(path.split("?")[1]).get("cursor") || 0);
    const page = this.changes.slice(from, from + 500);
    const account = { id: this.account, name: "王", role: "leader" };
    const me = { account, units: [], months: [], seal_key: this.box?.seal_key };
    const more = from + page.length < this.changes.length;
    return {
      server_time: this.now(),
      cursor: String(from + page.length),
      restart: false,
      me,
      changes: page,
      more,
    };
  }
}

function answer(status, body, headers = {}) {
  return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers });
}

/**
 * The data that a record was sealed with, opened by the half that only the server has.
 * @param {{ pair: { privateKey: CryptoKey }, seal_key: { kid: string, public: string } }} box
 * @param {any} record
 */
export async function openEnvelope({ pair, seal_key }, { id, type, sealed }) {
  if (sealed.kid !== seal_key.kid) throw new Error("sealed for another key");
  const point = fromBase64(sealed.key);
  const salt = new Uint8Array([...point, ...fromBase64(seal_key.public)]);
  const key = await recordKey(pair.privateKey, point, salt);
  const additionalData = new TextEncoder().encode(`${id}|${type}`);
  const how = { name: "AES-GCM", iv: fromBase64(sealed.iv), additionalData };
  const plain = await crypto.subtle.decrypt(how, key, fromBase64(sealed.box));
  return JSON.parse(new TextDecoder().decode(plain));
}

/** A pair that phones seal records to: what `box` of a server is. */
export async function newBox() {
  const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, [
    "deriveBits",
  ]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { pair, seal_key: { kid: "k1", public: toBase64(point) } };
}
