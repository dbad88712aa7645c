/** One need, step by step: open, passed on to whom, promised for when, done. */

import { today } from "../clock.js";
import { isOpenNeed } from "../domain/round.js";
import { isOverdue, problemsWithNeed } from "../domain/visit.js";
import { t } from "../messages.js";
import { addressWords } from "./door-words.js";
import { fillPage } from "./fill.js";
import { idInPath, saveAndGo, takeOver, touchedIn, typedIn, typeInto } from "./forms.js";
import { ownData } from "./held.js";
import { serviceWords } from "./household-view.js";
import { showProblems } from "./problems.js";
import { readHouse } from "./round-data.js";
import { dayWords, said } from "./words.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("./held.js").Held} Held */
/** @typedef {import("./round-data.js").House} House */

/**
 * @param {Store} store
 */
export async function startNeed(store) {
  const id = idInPath(location.pathname);
  const form = /** @type {HTMLFormElement | null} */ (
    document.querySelector("form[data-record=need]")
  );
  const read = async () => {
    const told = (await store.mirror.get(id)) || (await store.records.get(id));
    const house = told?.data && (await readHouse(store, told.data.household));
    return { house, need: house?.needs.find((/** @type {Held} */ each) => each.id === id) };
  };
  const { house, need } = await read();
  if (!need || !form) {
    if (document.querySelector("[data-shell]")) fillPage(document.body, { unknown: true });
    return;
  }
  const touched = touchedIn(form);
  fillPage(document.body, needView(house, need));
  typeInto(form, { ...typedNeed(need), ...touched });
  const show = () => showStepParts(form);
  show();
  form.addEventListener("input", show);
  takeOver(form, async () => {
    const now = (await read()).need || need;
    await keepNeed(store, form, house, now);
  });
}

/**
 * @param {House} house
 * @param {Held} need
 */
export function needView(house, need) {
  const { household, reference, today: date } = house;
  const { id, service, state, opened, promised, closed, visit, mark } = need;
  const rows = [
    ["opened", dayWords(opened)],
    ["promised", promised && dayWords(promised)],
    ["referred_to", need.referred_to],
    ["closed", closed && dayWords(closed)],
  ];
  return {
    unknown: false,
    found: true,
    service: serviceWords(reference, service),
    state,
    mark: mark || "",
    household_url: `/app/households/${need.household}`,
    address: household ? addressWords(household.address) : t("visit.household"),
    overdue: isOverdue(need, date) ? t("need.overdue", { day: dayWords(promised) }) : "",
    visit_url: visit ? `/app/visits/${visit}` : "",
    action: `/app/needs/${id}`,
    facts: rows
      .filter(([, value]) => value)
      .map(([key, value]) => ({ key, label: t(`need.label.${key}`), value })),
  };
}

/**
 * @param {Held} need
 * @returns {Record<string, string>}
 */
function typedNeed({ state, referred_to = "", promised = "", note = "" }) {
  return { state, referred_to, promised, note };
}

/**
 * The need after the step that was typed; the day it ended is today's, unless it had ended before.
 * @param {Held} need
 * @param {Record<string, string>} typed
 * @param {string} date
 */
export function needData(need, typed, date) {
  const { closed, referred_to, promised, note, ...data } = ownData(need);
  const state = typed.state || need.state;
  const isOpen = isOpenNeed({ state });
  const words = {
    referred_to: (typed.referred_to || "").trim(),
    note: (typed.note || "").trim(),
    promised: typed.promised,
    closed: isOpen ? "" : state === need.state ? closed || date : date,
  };
  const told = Object.entries(words).filter(([, text]) => text);
  return { ...data, state, ...Object.fromEntries(told) };
}

/**
 * Show what belongs to the chosen step.
 * @param {HTMLFormElement} form
 */
function showStepParts(form) {
  const { state = "" } = typedIn(form);
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-for]")))
    part.hidden = !part.dataset.for?.split(" ").includes(state);
}

/**
 * @param {Store} store
 * @param {HTMLFormElement} form
 * @param {House} house
 * @param {Held} need
 */
async function keepNeed(store, form, { reference }, need) {
  const data = /** @type {any} */ (needData(need, typedIn(form), today()));
  const problems = reference ? said(problemsWithNeed(data, reference.services, today(), need)) : [];
  showProblems(form, problems);
  if (problems.length) return;
  const { id, version } = need;
  const fresh = { type: "need", id, base_version: version, data };
  await saveAndGo(store, form, fresh, "", `/app/households/${need.household}?said=saved`);
}
