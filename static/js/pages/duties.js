/** What is to be done at doors: how far the month's round is, what residents told, needs that are open. */

import { today } from "../clock.js";
import { monthOf } from "../domain/month.js";
import { isOpenNeed, roundOf, roundProgress } from "../domain/round.js";
import { t } from "../messages.js";
import { heldRecords } from "./held.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("./held.js").Held} Held */
/** @typedef {{ doors: import("../register.js").Door[], visits: Held[], needs: Held[], feedback: Held[], handed: Held[], today: string }} Duties */

/**
 * @param {Store} store
 * @param {import("../queue.js").Row[]} [read] the outbox, when it has been read already
 * @returns {Promise<Duties>}
 */
export async function readDuties(store, read) {
  const outbox = read || (await store.records.list());
  const held = async (/** @type {string} */ type) =>
    heldRecords(await store.mirror.list(type), outbox, type);
  const [doors, visits, needs, feedback, handed] = await Promise.all([
    store.index.all(outbox),
    held("visit"),
    held("need"),
    held("feedback"),
    held("held"),
  ]);
  return { doors, visits, needs, feedback, handed, today: today() };
}

/**
 * @param {Duties} duties
 */
export function dutiesView({ doors, visits, needs, feedback, handed, today: date }) {
  const there = doors.filter(({ left }) => !left).map(asHousehold);
  const { called, due } = roundProgress(roundOf(monthOf(date), there, visits, needs));
  const open = needs.filter(isOpenNeed);
  const overdue = open.filter(({ promised }) => promised && promised < date);
  const told = feedback.filter(({ state }) => state === "open");
  const todos = [
    duty("handed-over", "/app/handed-over", handed.length, ""),
    duty("feedback", "/app/feedback", told.length, ""),
    duty(
      "needs",
      "/app/needs",
      open.length,
      overdue.length ? t("duty.overdue", { n: overdue.length }) : "",
    ),
  ].flat();
  return {
    round_any: doors.length > 0,
    no_doors: !doors.length,
    progress: `${called} / ${due}`,
    done: called,
    planned: due || 1,
    todos,
    todos_any: todos.length > 0,
  };
}

/**
 * @param {string} key
 * @param {string} url
 * @param {number} count
 * @param {string} remark
 */
function duty(key, url, count, remark) {
  return count
    ? [{ key, url, label: t(`duty.${key}`), remark, value: t("duty.count", { n: count }) }]
    : [];
}

/**
 * What the rule of the round asks of a household.
 * @param {import("../register.js").Door} door
 */
export function asHousehold({ id, kind, left, since, not_before, wishes, last }) {
  return {
    id,
    kind,
    left_on: left,
    since: since || null,
    preference: { not_before },
    needs: wishes,
    last,
  };
}
