import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { restoreClock } from "../../static/js/clock.js";
import { t } from "../../static/js/messages.js";
import { briefTime, sentenceOf, showStatus } from "../../static/js/status.js";
import { element, FakePage } from "./support/document.js";

const AT = "2026-11-21T12:00:00+08:00";
const WELL = {
  waiting: 0,
  refused: 0,
  stale: 0,
  gone: 0,
  attention: 0,
  sending: false,
  session: "ok",
  failures: 0,
};
/** @type {FakePage} */
let page;

beforeEach(() => {
  page = new FakePage();
  page.metas.messages = {
    waiting: "还有 {n} 条在本机",
    sent_at: "已全部上报（{time}）",
    signin_again: "请登录",
  };
  page.found["[data-sync-line]"] = [element("p"), element("p")];
  page.found["[data-sync-now]"] = [element("button")];
  page.install();
  restoreClock(undefined);
});

test("one of the sentences is true, and it comes from the counts", () => {
  const say = (about) => sentenceOf({ ...WELL, ...about });
  assert.deepEqual(say({ attention: 1, waiting: 3, lastSyncedAt: AT }), {
    key: "attention",
    params: { n: 1 },
  });
  assert.deepEqual(say({ waiting: 3, lastSyncedAt: AT }), { key: "waiting", params: { n: 3 } });
  assert.equal(say({ lastSyncedAt: AT }).key, "sent_at");
  assert.equal(say({}).key, "sent");
  assert.equal(say({ lastSyncedAt: AT, part: true }).key, "part");
  assert.equal(say({ waiting: 3, lastSyncedAt: AT, part: true }).key, "waiting");
});

test("a time is as short as it is clear", () => {
  assert.equal(briefTime(AT, "2026-11-21T23:00:00+08:00"), "12:00");
  assert.equal(briefTime(AT, "2026-12-02T23:00:00+08:00"), "11-21 12:00");
  assert.equal(briefTime(AT, "2027-01-02T23:00:00+08:00"), "2026-11-21 12:00");
});

test("the sentence stands in every place for it, and is written only when it changes", () => {
  showStatus({ ...WELL, waiting: 2 });
  showStatus({ ...WELL, waiting: 2, sending: true });
  const [line, other] = page.found["[data-sync-line]"];
  assert.deepEqual([line.textContent, other.textContent], ["还有 2 条在本机", "还有 2 条在本机"]);
  assert.equal(line.changes, 1);
  assert.equal(line.attributes["data-kind"], "waiting");
});

test("the button is there while something waits, and rests while it is sent", () => {
  const [button] = page.found["[data-sync-now]"];
  showStatus({ ...WELL, waiting: 1, sending: true });
  assert.deepEqual([button.hidden, button.disabled], [false, true]);
  showStatus({ ...WELL, lastSyncedAt: AT });
  assert.equal(button.hidden, true);
});

test("the way to sign in is a bar of its own and goes when it is no longer needed", () => {
  showStatus({ ...WELL, waiting: 2, session: "signin" });
  const [bar] = page.main.children;
  assert.equal(bar.dataset.notice, "signin");
  assert.equal(bar.children[0].attributes.href, "/sign-in?next=%2Fapp");
  assert.equal(page.found["[data-sync-line]"][0].textContent, "还有 2 条在本机");
  showStatus(WELL);
  assert.deepEqual(page.main.children, []);
});

test("a sentence nobody wrote is its key, a place nobody fills stays", () => {
  assert.equal(t("nothing_of_the_kind"), "nothing_of_the_kind");
  assert.equal(t("waiting", {}), "还有 {n} 条在本机");
});
