import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { outboxView } from "../../static/js/pages/outbox-view.js";
import { slipView } from "../../static/js/pages/slip.js";
import {
  entryData,
  nextId,
  report,
  row,
  stateWith,
  UNIT,
  usePage,
  values,
} from "./support/leader.js";

beforeEach(() =>
  usePage({
    "unit.person": "{n} 人",
    "outbox.mine": "我的：{it}",
    "outbox.theirs": "已上报的：{it}",
  }),
);

const RECEIPT = {
  number: "2026112900000017",
  hash: "7f3a92c1".repeat(8),
  declared_at: "2026-11-29T21:03:11+08:00",
  received_at: "2026-11-30T06:12:00+08:00",
  signature: "",
};
const nil = {
  unit: UNIT,
  month: "202611",
  form: "monthly@1",
  values: {},
  adjustments: [],
  nil: true,
};

/** @param {any} record */
function sent({ id, type, data, hash, code }, given = {}) {
  return {
    key: `${id}:1`,
    id,
    type,
    base_version: 0,
    version: 1,
    hash,
    code,
    declared_at: RECEIPT.declared_at,
    settled_at: "2026-11-20T10:00:00+08:00",
    receipt: RECEIPT,
    data,
    ...given,
  };
}

test("what was refused says why and leads to its form", () => {
  const bad = row("event", entryData(), {
    state: "refused",
    problems: [{ field: "date", code: "too_old", message: "这一天太早了" }],
  });
  const { attention, calm } = outboxView(stateWith({ rows: [bad] }));
  assert.deepEqual(
    [attention[0].kind, attention[0].url, attention[0].problems[0].text, calm],
    ["refused", `/app/events/${bad.id}`, "这一天太早了", false],
  );
});

test("two versions of a report are shown side by side, only what differs", () => {
  const mine = { ...nil, nil: false, values: values({ births: 1, closing_persons: 169 }) };
  const current = {
    ...nil,
    nil: false,
    values: values({ births: 2, closing_persons: 170 }),
    id: nextId(),
    version: 1,
  };
  const { attention } = outboxView(
    stateWith({ rows: [row("report", mine, { state: "stale", current })] }),
  );
  assert.deepEqual(
    attention[0].differences.map(({ label, mine: my, other }) => [label, my, other]),
    [
      ["出生人数", "我的：1", "已上报的：2"],
      ["本月末人数", "我的：169", "已上报的：170"],
    ],
  );
});

test("two versions of an entry are shown side by side", () => {
  const current = { ...entryData({ persons: 2 }), version: 2 };
  const { attention } = outboxView(
    stateWith({ rows: [row("event", entryData(), { state: "stale", current })] }),
  );
  assert.deepEqual(
    attention[0].differences.map(({ key, mine, other }) => [key, mine, other]),
    [["persons", "我的：1", "已上报的：2"]],
  );
});

test("what arrived is listed for two weeks with its receipt", () => {
  const [fresh, old] = [row("event", entryData()), row("report", nil)];
  const { sent: rows } = outboxView(
    stateWith({ sent: [sent(fresh), sent(old, { settled_at: "2026-11-01T10:00:00+08:00" })] }),
  );
  assert.deepEqual(
    rows.map(({ number, url }) => [number, url]),
    [[RECEIPT.number, `/receipts/${RECEIPT.number}`]],
  );
});

test("the slip shows the code before the report is sent, and finds it again in the receipt", () => {
  const saved = row("report", nil);
  const before = slipView(stateWith({ rows: [saved] }), saved.id);
  assert.deepEqual(
    [before.code, before.state, before.waiting, before.arrived],
    ["7F3A-92C1", "saved", true, false],
  );
  const after = slipView(
    stateWith({
      sent: [sent(saved)],
      reports: [{ ...report("202611", nil), id: saved.id, data: nil }],
    }),
    saved.id,
  );
  assert.deepEqual(
    [after.code, after.state, after.number],
    ["7F3A-92C1", "submitted", "2026 1129 0000 0017"],
  );
});

test("a report of another phone has its slip too; an unknown one has none", () => {
  const told = report("202611", { receipt: RECEIPT });
  assert.equal(
    slipView(stateWith({ reports: [told] }), told.id).receipt_url,
    `/receipts/${RECEIPT.number}`,
  );
  assert.equal(slipView(stateWith(), nextId()).missing, true);
});

test("what outlived its vault is listed by its kind, and can be let go", () => {
  const closed = [
    row("report", undefined),
    row("event", undefined, {
      state: "refused",
      problems: [{ field: "", code: "x", message: "不行" }],
    }),
  ];
  const view = outboxView(stateWith(), closed);
  assert.deepEqual(
    view.waiting.map(({ title }) => title),
    ["record.report"],
  );
  const [trouble] = view.attention;
  assert.deepEqual(
    [trouble.title, trouble.problems[0].text, trouble.differences],
    ["record.event", "不行", []],
  );
});
