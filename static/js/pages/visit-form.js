/** The form of a visit: the outcome first, then only what belongs to it; all of it kept in one go. */

import { today } from "../clock.js";
import { defaultNotBefore } from "../domain/visit.js";
import { newId } from "../ids.js";
import { addressWords } from "./door-words.js";
import { fillPage } from "./fill.js";
import { idInPath, saveAndGo, sayUnkept, takeOver, touchedIn, typedIn, typeInto } from "./forms.js";
import { showProblems } from "./problems.js";
import { readHouse } from "./round-data.js";
import { freshVisit, problemsWithRecords, serviceChips, visitRecords } from "./visit-view.js";
import { said } from "./words.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("./round-data.js").House} House */
/** @typedef {import("./visit-view.js").Typed} Typed */
/** @typedef {{ ids: Record<string, string>, version: number, draft: string, guessed: string }} About `guessed`: the date that the rule filled in */

/**
 * @param {Store} store
 */
export async function startVisitForm(store) {
  const form = /** @type {HTMLFormElement} */ (document.querySelector("form[data-record=visit]"));
  const house = await readHouse(store, idInPath(location.pathname));
  const { household } = house;
  const isKnown = Boolean(household) || !document.querySelector("[data-shell]");
  fillPage(document.body, { unknown: !isKnown, open: isKnown });
  if (!household) return;
  const changed = changedVisit(house, location.search);
  const draft = `visit-${changed?.id || house.id}`;
  const kept = await store.drafts.get(draft);
  /** @type {About} */
  const about = {
    ids: { ...(changed && { visit: changed.id }), ...kept?.ids },
    version: changed?.version || 0,
    draft,
    guessed: "",
  };
  const touched = touchedIn(form);
  const begun = kept?.typed || begunVisit(changed);
  showHouse(house, begun, Boolean(changed));
  typeInto(form, { ...begun.fields, ...touched });
  const follow = (/** @type {string} */ name) => {
    if (name === "outcome") guessNotBefore(form, house, about);
    showParts(form);
    const { ids } = about;
    store.drafts
      .set(draft, { ids, typed: typedVisit(form) })
      .catch((error) => sayUnkept(form, error));
  };
  showParts(form);
  form.addEventListener("input", ({ target }) => follow(/** @type {any} */ (target).name));
  if ("outcome" in touched) follow("outcome");
  takeOver(form, () => keepVisit(store, form, house, about));
}

/**
 * The visit that is to be changed: named in the address, or undefined.
 * @param {House} house
 * @param {string} search
 */
function changedVisit({ visits }, search) {
  const id = new URLSearchParams(search).get("visit");
  return visits.find((visit) => visit.id === id);
}

/**
 * @param {import("./held.js").Held} visit undefined for a new one
 * @returns {Typed}
 */
function begunVisit(visit) {
  const { outcome, date, not_before = "", follow_up = "", note = "", topics = [] } = visit || {};
  /** @type {Record<string, string>} */
  const fields = visit ? { outcome, date, not_before, follow_up, note } : {};
  return { fields: { ...freshVisit(today()), ...fields }, topics, needs: [] };
}

/**
 * @param {House} house
 * @param {Typed} begun
 * @param {boolean} isChange entries and needs of a visit that is changed stand on pages of their own
 */
function showHouse({ id, household, used, reference, today: date }, begun, isChange) {
  const wished = household?.needs || [];
  const chips = (/** @type {string[]} */ chosen) =>
    serviceChips(reference, date, wished, used, chosen);
  const [topics, topics_more] = chips(begun.topics);
  const [needs, needs_more] = chips(begun.needs);
  fillPage(document.body, {
    household_url: `/app/households/${id}`,
    action: `/app/households/${id}/visit`,
    address: addressWords(household?.address),
    topics,
    topics_more,
    needs,
    needs_more,
  });
  for (const part of document.querySelectorAll("[data-fold], #topics"))
    part.toggleAttribute("data-off", isChange);
}

/**
 * Show what belongs to the chosen outcome.
 * @param {HTMLFormElement} form
 */
function showParts(form) {
  const { outcome = "", move_in, move_out } = typedIn(form);
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-for]")))
    part.hidden = !outcome || !part.dataset.for?.split(" ").includes(outcome);
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-off]")))
    part.hidden = true;
  const moves = /** @type {HTMLElement | null} */ (form.querySelector("[data-moves]"));
  if (moves) moves.hidden = !Number(move_in) && !Number(move_out);
}

/**
 * Fill in the day before which nobody asks again, unless the person chose one.
 * @param {HTMLFormElement} form
 * @param {House} house
 * @param {About} about
 */
function guessNotBefore(form, { reference }, about) {
  const { outcome, date, not_before } = typedIn(form);
  if (not_before && not_before !== about.guessed) return;
  about.guessed = defaultNotBefore(outcome, date || today(), reference?.not_before || []);
  typeInto(form, { not_before: about.guessed });
}

/**
 * @param {HTMLFormElement} form
 * @returns {Typed}
 */
function typedVisit(form) {
  const data = new FormData(form);
  const { topics, needs, ...fields } = typedIn(form);
  return {
    fields,
    topics: data.getAll("topics").map(String),
    needs: data.getAll("needs").map(String),
  };
}

/**
 * @param {Store} store
 * @param {HTMLFormElement} form
 * @param {House} house
 * @param {About} about
 */
async function keepVisit(store, form, house, about) {
  const { household, reference } = house;
  if (!household) return;
  const idFor = (/** @type {string} */ name) => {
    about.ids[name] ??= newId();
    return about.ids[name];
  };
  const records = visitRecords(typedVisit(form), household, idFor, about.version);
  // Before the first contact the kinds of service are not known; then the server checks alone.
  const problems = reference ? said(problemsWithRecords(records, reference.services, today())) : [];
  showProblems(form, problems);
  if (problems.length) return;
  const fresh = records.map(({ name, ...record }) => record);
  const next = about.version ? `/app/visits/${about.ids.visit}` : roundAfter(house.id);
  await saveAndGo(store, form, fresh, about.draft, next, () => {
    about.ids = {};
    typeInto(form, { ...freshVisit(today()), whole: "" });
    showParts(form);
  });
}

/** @param {string} id of the household just visited */
function roundAfter(id) {
  return `/app/round?said=visit&after=${id}`;
}
