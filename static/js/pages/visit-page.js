/** One visit on its page: what was said, and what it moved in the month's report. */

import { sourceCounts } from "../domain/balance.js";
import { lastDay } from "../domain/month.js";
import { countsIn, decidingVisits } from "../domain/round.js";
import { t } from "../messages.js";
import { erase } from "../outbox.js";
import { addressWords } from "./door-words.js";
import { fillPage } from "./fill.js";
import { goOn, idInPath } from "./forms.js";
import { ownData } from "./held.js";
import { needRow, serviceWords } from "./household-view.js";
import { newestForm, readHouse } from "./round-data.js";
import { dayWords, inWords, monthWords } from "./words.js";

/** @typedef {import("./held.js").Held} Held */
/** @typedef {import("./round-data.js").House} House */

/**
 * @param {import("../store.js").Store} store
 */
export async function startVisit(store) {
  const id = idInPath(location.pathname);
  const show = async () => {
    const told = (await store.mirror.get(id)) || (await store.records.get(id));
    const house = told?.data && (await readHouse(store, told.data.household));
    const visit = house?.visits.find((/** @type {Held} */ each) => each.id === id);
    if (visit) fillPage(document.body, visitView(house, visit));
    else if (document.querySelector("[data-shell]")) fillPage(document.body, { unknown: true });
  };
  store.onChange(show);
  await show();
  askBeforeWithdrawal(store, id);
}

/**
 * Take a visit back with what came of it, after a question; what a closed month has counted stays.
 * @param {import("../store.js").Store} store
 * @param {string} id
 */
function askBeforeWithdrawal(store, id) {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("withdraw"));
  if (!dialog?.showModal) return;
  document.querySelector("[data-withdraw]")?.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.returnValue = "";
    dialog.showModal();
  });
  dialog.addEventListener("close", async () => {
    const told = (await store.mirror.get(id)) || (await store.records.get(id));
    if (dialog.returnValue !== "yes" || !told?.data) return;
    const house = await readHouse(store, told.data.household);
    for (const fresh of withdrawn(house, id)) await erase(store, fresh);
    goOn(`/app/households/${told.data.household}?said=saved`);
  });
}

/**
 * @param {House} house
 * @param {string} id of a visit
 */
export function withdrawn(house, id) {
  const came = [
    ...house.visits.filter((visit) => visit.id === id).map((one) => ["visit", one]),
    ...house.events.filter((event) => event.visit === id).map((one) => ["event", one]),
    ...house.needs.filter((need) => need.visit === id).map((one) => ["need", one]),
  ];
  return came
    .filter(([type, { month }]) => type === "visit" || !isClosedMonth(house, String(month || "")))
    .map(([type, held]) => ({
      type,
      id: held.id,
      base_version: held.version,
      data: ownData(held),
    }));
}

/**
 * @param {House} house
 * @param {Held} visit
 */
export function visitView(house, visit) {
  const { household, needs, reference, me, today } = house;
  const asked = needs.filter((need) => need.visit === visit.id);
  const moved = movedRows(house, visit, asked);
  const month = countsIn(visit, visit.date);
  const url = `/app/households/${visit.household}`;
  return {
    unknown: false,
    found: true,
    outcome: visit.outcome,
    household_url: url,
    address: household ? addressWords(household.address) : t("visit.household"),
    mark: visit.mark || "",
    facts: visitFacts(reference, {
      ...visit,
      who: visit.who || (!visit.version && me?.account?.name),
    }),
    note: visit.note || "",
    month: monthWords(month),
    moved,
    nothing_moved: !moved.length,
    needs: asked.map((need) => needRow(reference, need, today)),
    has_needs: asked.length > 0,
    changeable: Boolean(household) && !isClosedMonth(house, month),
    change_url: `${url}/visit?visit=${visit.id}`,
    withdraw_url: `/app/visits/${visit.id}/withdraw`,
  };
}

/**
 * @param {any} reference
 * @param {Held} visit
 */
function visitFacts(reference, { date, who, topics = [], not_before, follow_up }) {
  const said = topics.map((/** @type {string} */ code) => serviceWords(reference, code));
  const rows = [
    ["date", dayWords(date)],
    ["who", who],
    ["topics", said.join("、")],
    ["follow_up", follow_up && dayWords(follow_up)],
    ["not_before", not_before && dayWords(not_before)],
  ];
  return rows
    .filter(([, value]) => value)
    .map(([key, value]) => ({ key, label: t(`visit.${key}`), value }));
}

/**
 * Which numbers of the report this visit is in, and by how much.
 * @param {House} house
 * @param {Held} visit
 * @param {Held[]} asked needs that came of it
 */
function movedRows(house, visit, asked) {
  const form = newestForm(house.reference, lastDay(countsIn(visit, visit.date)));
  const events = house.events.filter((event) => event.visit === visit.id);
  return (form?.measures || []).flatMap((/** @type {any} */ measure) => {
    const behind = recordsBehind(measure, house, visit, events, asked);
    const value = behind.reduce((sum, each) => sum + amountOf(measure, each), 0);
    if (!value) return [];
    const waits = behind.some(({ mark }) => mark);
    return {
      key: measure.code,
      label: inWords(measure.label),
      value: `+${value}`,
      remark: waits ? t("visit.counts_soon") : t("visit.counted"),
      url: urlOf(measure, behind[0]),
    };
  });
}

/**
 * @param {any} measure
 * @param {House} house
 * @param {Held} visit
 * @param {Held[]} events
 * @param {Held[]} asked
 * @returns {Held[]}
 */
function recordsBehind(measure, { visits }, visit, events, asked) {
  const { kind, outcome } = measure.source;
  if (kind === "events")
    return events.filter((event) => sourceCounts(measure, /** @type {any} */ (event)));
  if (kind === "needs") return asked;
  if (kind !== "visits" || outcome !== visit.outcome) return [];
  // Of several visits to one household in a month one is counted.
  const month = countsIn(visit, visit.date);
  const counted = decidingVisits(visits.filter((each) => countsIn(each, each.date) === month));
  return counted.some(({ id }) => id === visit.id) ? [visit] : [];
}

/**
 * @param {any} measure
 * @param {Held} record
 */
function amountOf({ source: { kind, sum } }, { persons, households }) {
  if (kind !== "events" || sum === "count") return 1;
  return sum === "households" ? households : persons;
}

/**
 * The page on which what is behind a number can be seen and mended.
 * @param {any} measure
 * @param {Held} record
 */
function urlOf({ source: { kind } }, { id, household }) {
  if (kind === "events") return `/app/events/${id}`;
  return kind === "needs" ? `/app/needs/${id}` : `/app/households/${household}`;
}

/**
 * Whether the month takes no more changes, as far as this phone has heard.
 * @param {House} house
 * @param {string} month
 */
function isClosedMonth({ me }, month) {
  const found = (me?.months || []).find((/** @type {any} */ each) => each.month === month);
  return ["accepted", "locked"].includes(found?.state);
}
