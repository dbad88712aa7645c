import assert from "node:assert/strict";
import { test } from "node:test";
import {
  countStates,
  planErase,
  planFreeze,
  planReplace,
  planSave,
  planSettle,
} from "../../static/js/queue.js";

const AT = "2026-11-21T12:00:00+08:00";

function row(about = {}) {
  const { id = "a", data = { n: 1 }, ...rest } = about;
  const hash = `${id}${JSON.stringify(data)}${rest.deleted || ""}`;
  const base = {
    id,
    type: "event",
    schema: 1,
    base_version: 0,
    declared_at: AT,
    saved_at: AT,
    data,
  };
  return { ...base, state: "waiting", frozen: false, mark: hash, hash: "", code: "", ...rest };
}

function settle(rows, ...results) {
  return planSettle(
    rows,
    rows.filter((each) => each.frozen),
    results,
    AT,
  );
}

test("a new record is put in", () => {
  const fresh = row();
  assert.deepEqual(planSave([row({ id: "b", key: 1 })], [], fresh).put, [fresh]);
});

test("saving again before a send takes the earlier one's place in the queue", () => {
  const { put } = planSave([row({ key: 4 })], [], row({ data: { n: 2 } }));
  assert.deepEqual(put, [row({ key: 4, data: { n: 2 } })]);
});

test("the same content twice is one version", () => {
  for (const frozen of [false, true])
    assert.equal(planSave([row({ key: 4, frozen })], [], row()).put, undefined);
});

test("an attempt freezes: what is saved after it queues behind, made from the version to come", () => {
  const tried = row({ key: 4, frozen: true });
  const { put } = planSave([tried], [], row({ data: { n: 2 } }));
  assert.equal(put[0].key, undefined);
  const rows = [tried, { ...put[0], key: 5 }];
  const { drop, put: after, mirror } = settle(rows, { id: "a", outcome: "created", version: 1 });
  assert.deepEqual(drop, [tried]);
  assert.deepEqual(after, [{ ...rows[1], base_version: 1 }]);
  assert.deepEqual(
    mirror.map(({ version, data }) => ({ version, data })),
    [{ version: 1, data: { n: 1 } }],
  );
});

test("a third version takes the place of the second, not of the one that was tried", () => {
  const rows = [row({ key: 4, frozen: true }), row({ key: 5, data: { n: 2 } })];
  assert.equal(planSave(rows, [], row({ data: { n: 3 } })).put[0].key, 5);
});

test("a form opened before its own earlier version arrived is made from that version", () => {
  const sent = [
    { id: "a", base_version: 0, version: 1 },
    { id: "a", base_version: 1, version: 2 },
    { id: "b", base_version: 2, version: 8 },
  ];
  assert.equal(planSave([], sent, row({ data: { n: 9 } })).put[0].base_version, 2);
  assert.equal(planSave([], sent, row({ base_version: 3 })).put[0].base_version, 3);
});

test("a batch holds the oldest waiting version of each record", () => {
  const rows = [
    row({ key: 1, id: "a", frozen: true }),
    row({ key: 2, id: "b", state: "refused" }),
    row({ key: 3, id: "c" }),
    row({ key: 4, id: "a", data: { n: 2 } }),
    row({ key: 5, id: "d" }),
  ];
  assert.deepEqual(
    planFreeze(rows, 2).put.map(({ key, frozen }) => [key, frozen]),
    [
      [1, true],
      [3, true],
    ],
  );
  assert.deepEqual(
    planFreeze(rows, 9).put.map(({ key }) => key),
    [1, 3, 5],
  );
});

test("created, updated and same mean that it arrived", () => {
  for (const outcome of ["created", "updated", "same"]) {
    const times = { declared_at: AT, received_at: AT };
    const receipt = { number: "1", ...times, hash: "h", signature: "s" };
    const { drop, sent, settled } = settle([row({ key: 1, frozen: true })], {
      id: "a",
      outcome,
      version: 7,
      receipt,
    });
    assert.equal(drop.length, 1);
    assert.equal(settled, 1);
    const slip = { number: "1", ...times };
    assert.deepEqual([sent[0].key, sent[0].receipt, sent[0].data], ["a:7", slip, { n: 1 }]);
  }
});

test("refused, stale and gone stay, with what the server says", () => {
  const problems = [{ field: "date", code: "future", message: "日期不能晚于今天" }];
  const tried = row({ key: 1, frozen: true });
  const refused = settle([tried], { id: "a", outcome: "refused", version: 0, problems });
  assert.deepEqual(refused.put, [{ ...tried, frozen: false, state: "refused", problems }]);
  const stale = settle([tried], {
    id: "a",
    outcome: "stale",
    version: 3,
    current: { n: 5, version: 3 },
  });
  assert.deepEqual(stale.put, [
    { ...tried, frozen: false, state: "stale", current: { n: 5, version: 3 } },
  ]);
  const gone = settle([tried], { id: "a", outcome: "gone", version: 3 });
  assert.equal(gone.put[0].state, "gone");
  for (const plan of [refused, stale, gone]) assert.deepEqual(plan.drop, []);
});

test("what the person wrote since a refusal goes on waiting; what it replaces goes", () => {
  const rows = [row({ key: 1, frozen: true }), row({ key: 2, data: { n: 2 } })];
  const { drop, put } = settle(rows, { id: "a", outcome: "refused", version: 0, problems: [] });
  assert.deepEqual([drop, put], [[rows[0]], []]);
});

test("what the person wrote since is what stands against the server's version", () => {
  const rows = [row({ key: 1, frozen: true }), row({ key: 2, data: { n: 2 } })];
  const { drop, put } = settle(rows, { id: "a", outcome: "stale", version: 3, current: { n: 5 } });
  assert.deepEqual(drop, [rows[0]]);
  assert.deepEqual(put, [{ ...rows[1], state: "stale", current: { n: 5 } }]);
});

test("what two people delete is deleted", () => {
  const tried = row({ key: 1, frozen: true, deleted: true });
  const { drop, put, settled } = settle([tried], { id: "a", outcome: "gone", version: 2 });
  assert.deepEqual([drop, put, settled], [[tried], [], 1]);
});

test("without an answer for it, or with one nobody knows, nothing happens to a record", () => {
  const rows = [row({ key: 1, frozen: true }), row({ key: 2, id: "b", frozen: true })];
  for (const answer of [
    { id: "zzz", outcome: "created", version: 1 },
    { id: "a", outcome: "thanks" },
    { id: "b" },
  ]) {
    const { drop, put, settled } = settle(rows, answer);
    assert.deepEqual([drop, put, settled], [[], [], 0]);
  }
});

test("an answer that comes late does not settle what was written since", () => {
  const batch = [row({ key: 1, frozen: true })];
  const answers = [{ id: "a", outcome: "created", version: 1 }];
  // The first was settled by another tab; the next version of the record is on its way.
  assert.equal(
    planSettle([row({ key: 2, frozen: true, data: { n: 2 } })], batch, answers, AT).settled,
    0,
  );
  // It was refused, mended in its place, and is on its way again.
  assert.equal(
    planSettle([row({ key: 1, frozen: true, data: { n: 2 } })], batch, answers, AT).settled,
    0,
  );
  // It was never tried by this tab at all.
  assert.equal(planSettle([row({ key: 1, frozen: false })], batch, answers, AT).settled, 0);
});

test("taking back what the server cannot know leaves no trace; anything else is sent as deleted", () => {
  const gone = row({ deleted: true });
  const waiting = row({ key: 1 });
  assert.deepEqual(planErase([waiting], [], gone), { drop: [waiting] });
  for (const rows of [[row({ key: 1, frozen: true })], [row({ key: 1, base_version: 2 })], []]) {
    const plan = planErase(
      rows,
      rows.length ? [] : [{ id: "a", base_version: 0, version: 1 }],
      gone,
    );
    assert.equal(plan.put[0].deleted, true);
  }
});

test("the person decides about what is seen, not about what has moved on", () => {
  const seen = row({ key: 1, state: "stale" });
  const mine = row({ base_version: 3 });
  assert.deepEqual(planReplace([seen], seen, mine).put, [{ ...mine, key: 1 }]);
  assert.deepEqual(planReplace([seen], seen, undefined).drop, [seen]);
  for (const rows of [
    [],
    [row({ key: 1, frozen: true })],
    [row({ key: 1, state: "stale", data: { n: 2 } })],
  ]) {
    assert.deepEqual(planReplace(rows, seen, mine), {});
  }
});

test("sums count records, not versions", () => {
  const rows = [
    row({ key: 1, frozen: true }),
    row({ key: 2, data: { n: 2 } }),
    row({ key: 3, id: "b", state: "refused" }),
    row({ key: 4, id: "c", state: "stale" }),
    row({ key: 5, id: "d", state: "gone" }),
  ];
  assert.deepEqual(countStates(rows), { waiting: 1, refused: 1, stale: 1, gone: 1, attention: 3 });
});
