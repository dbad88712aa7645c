import assert from "node:assert/strict";
import { after, beforeEach, test } from "node:test";
import { pull, push } from "../../static/js/exchange.js";
import { save } from "../../static/js/outbox.js";
import { closeAll, event, newPhone, startStore } from "./support/phone.js";

beforeEach(() => {
  newPhone();
  globalThis.document = { querySelector: () => null };
});
after(closeAll);

/** A server that keeps what it was told of the vault: `{path, proof}`. */
function listening(body) {
  const heard = [];
  const fetcher = async (path, { headers }) => {
    heard.push({ path: path.split("?")[0], proof: headers["Sanshi-Opening"] });
    return new Response(JSON.stringify(body));
  };
  return { heard, fetcher };
}

test("an open vault says with each call what only its keys can tell, a closed one nothing", async () => {
  const { heard, fetcher } = listening({});
  const store = await startStore();
  await save(store, event());
  await store.meta.set("seal_key", undefined);
  await push(store, fetcher);
  await pull(store, fetcher);
  closeAll();
  const again = await startStore();
  await pull(again, fetcher);
  const [first] = heard;
  assert.match(first.proof, /^[0-9a-f]{32}$/);
  assert.deepEqual(
    heard.map(({ path }) => path),
    ["/sync/push", "/sync/pull", "/sync/pull"],
  );
  assert.ok(
    heard.every(({ proof }) => proof === first.proof),
    "the same vault says the same",
  );
  again.lock();
  await pull(again, fetcher);
  assert.equal(heard.pop().proof, undefined);
});

test("of what needs the person nothing is taken from an answer to a locked phone", async () => {
  const store = await startStore();
  await save(store, event());
  const [{ id }] = await store.records.list();
  const results = [{ id, outcome: "stale", version: 3, problems: [], current: null }];
  const { fetcher } = listening({ closed: true, results });
  assert.equal((await push(store, fetcher)).kind, "wait");
  assert.equal((await store.records.list())[0].state, "waiting");
});
