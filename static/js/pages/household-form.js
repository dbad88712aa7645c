/** The form of a household, kept on the phone first; whoever may be registered already is shown before. */

import { today } from "../clock.js";
import { askAgainOn, mayAsk, textInForce, versionsToday } from "../domain/consent.js";
import { newId } from "../ids.js";
import { t } from "../messages.js";
import { addressWords, maskedName } from "./door-words.js";
import { fillPage } from "./fill.js";
import { idInPath, saveAndGo, sayUnkept, takeOver, touchedIn, typedIn, typeInto } from "./forms.js";
import { alikeDoors, houseData, problemsWithHouse, typedHouse } from "./household-data.js";
import { serviceWords } from "./household-view.js";
import { showProblems } from "./problems.js";
import { readHouse } from "./round-data.js";
import { doorUrl } from "./round-view.js";
import { inWords, said, wholeDayWords } from "./words.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("./round-data.js").House} House */
/** @typedef {import("./household-data.js").TypedHouse} TypedHouse */
/** @typedef {{ id: string, version: number, draft: string, isDistinct: boolean }} About */

/**
 * @param {Store} store
 */
export async function startHouseholdForm(store) {
  const form = /** @type {HTMLFormElement} */ (
    document.querySelector("form[data-record=household]")
  );
  const path = idInPath(location.pathname);
  const draft = path ? `household-${path}` : "household-new";
  const kept = await store.drafts.get(draft);
  const id = path || kept?.id || newId();
  const house = await readHouse(store, id);
  const { household } = house;
  const isKnown = !path || Boolean(household) || !document.querySelector("[data-shell]");
  fillPage(document.body, { unknown: !isKnown, open: isKnown });
  if (!isKnown || (path && !household)) return;
  const touched = touchedIn(form);
  const begun = kept?.typed || (household ? typedHouse(household) : { fields: {}, needs: [] });
  fillPage(document.body, houseFormView(house, begun, path));
  for (const i of memberNumbers(begun.fields)) addMember(form, i);
  typeInto(form, { ...begun.fields, ...touched });
  const about = { id, version: household?.version || 0, draft, isDistinct: false };
  const change = () => {
    showAgreed(form);
    store.drafts
      .set(draft, { id, typed: typedInHouse(form) })
      .catch((error) => sayUnkept(form, error));
  };
  showAgreed(form);
  form.addEventListener("input", change);
  startMembers(form, change);
  takeOver(form, (pressed) => {
    about.isDistinct = pressed === "distinct";
    return keepHouse(store, form, house, about);
  });
}

/**
 * What the page shows besides the form's own fields.
 * @param {House} house
 * @param {TypedHouse} begun
 * @param {string} path the id in the address, "" for a new household
 */
export function houseFormView({ me, reference, household, today: day }, begun, path) {
  const groups = (me?.units || []).filter((/** @type {any} */ unit) => unit.level === "group");
  const services = reference?.services || [];
  const unit = begun.fields.unit || household?.unit || groups[0]?.id;
  return {
    heading: t(path ? "house.change" : "house.new"),
    back_url: path ? doorUrl(path) : "/app/round",
    ...purposesView(reference, household?.consents || {}, day),
    groups_any: !household && groups.length > 1, // a known one changes hands as a whole
    groups: groups.map((/** @type {any} */ one) => ({
      key: one.id,
      value: one.id,
      text: one.name,
      selected: one.id === unit,
    })),
    needs: services.map((/** @type {any} */ { code }) => ({
      key: code,
      value: code,
      text: serviceWords(reference, code),
      checked: begun.needs.includes(code),
    })),
  };
}

/**
 * The texts that are read out; after a refusal, until when nobody brings it up.
 * @param {any} reference
 * @param {Record<string, import("../domain/consent.js").Answer>} answers
 * @param {string} day
 */
function purposesView(reference, answers, day) {
  const purposes = /** @type {import("../domain/consent.js").Purpose[]} */ (
    reference?.purposes || []
  );
  const rows = purposes.map((purpose) => {
    const answer = answers[purpose.code];
    const text = mayAsk(answer, purpose, day)
      ? inWords(textInForce(purpose, day).text)
      : t("consent.later", { day: wholeDayWords(askAgainOn(answer, purpose)) });
    return [`purpose_${purpose.code}`, text];
  });
  return Object.fromEntries(rows);
}

/**
 * Show what belongs to the kind, and fields only where they were agreed to.
 * @param {HTMLFormElement} form
 */
function showAgreed(form) {
  const fields = typedIn(form);
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-for]")))
    node.hidden = !node.dataset.for?.split(" ").includes(fields.kind || "");
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-given]")))
    node.hidden = fields[`consents.${node.dataset.given}`] !== "yes";
}

/**
 * @param {HTMLFormElement} form
 * @returns {TypedHouse}
 */
function typedInHouse(form) {
  const { needs, ...fields } = typedIn(form);
  return { fields, needs: new FormData(form).getAll("needs").map(String) };
}

/**
 * @param {Store} store
 * @param {HTMLFormElement} form
 * @param {House} house
 * @param {About} about
 */
async function keepHouse(store, form, { household, me, reference, today: day }, about) {
  const typed = typedInHouse(form);
  const groups = (me?.units || []).filter((/** @type {any} */ unit) => unit.level === "group");
  const versions = versionsToday(reference, day); // of the texts that stand on the form
  const unit = household?.unit || groups[0]?.id || me?.units[0]?.id || "";
  const data = houseData(typed, household, { unit, today: today(), versions });
  const problems = said(problemsWithHouse(typed, data, day));
  showProblems(form, problems);
  if (problems.length) return;
  const isNew = !about.version;
  const alike =
    isNew && !about.isDistinct ? alikeDoors(data, await store.index.all(), about.id) : [];
  fillPage(document.body, { alike_any: alike.length > 0, alike: alike.map(alikeRow) });
  if (alike.length) return document.querySelector("[data-show=alike_any]")?.scrollIntoView();
  const fresh = { type: "household", id: about.id, base_version: about.version, data };
  await saveAndGo(store, form, fresh, about.draft, `${doorUrl(about.id)}?said=saved`, () => {
    about.id = newId();
    form.reset();
    showAgreed(form);
  });
}

/** @param {import("./round-view.js").IndexRow} row */
function alikeRow(row) {
  const { id, name, tail } = row;
  const end = tail ? `····${tail}` : "";
  return {
    key: id,
    url: doorUrl(id),
    address: addressWords(row),
    sub: [maskedName(name), end].filter(Boolean).join(" · "),
    state: "there",
  };
}

/**
 * @param {HTMLFormElement} form
 * @param {() => void} change
 */
function startMembers(form, change) {
  form.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target.closest("button") : null;
    if (target?.matches("[data-add-member]")) {
      event.preventDefault();
      addMember(form, 1 + Math.max(-1, ...memberNumbers(typedIn(form)))).focus();
    } else if (target?.matches("[data-drop-member]")) {
      event.preventDefault();
      target.closest("[data-member]")?.remove();
    } else return;
    change();
  });
}

/**
 * The numbers under which people stand in the form.
 * @param {Record<string, string>} fields
 * @returns {number[]}
 */
function memberNumbers(fields) {
  const found = Object.keys(fields).flatMap((name) => /^members\.(\d+)\.id$/.exec(name)?.[1] || []);
  return found.map(Number);
}

/**
 * @param {HTMLFormElement} form
 * @param {number} number
 * @returns {HTMLElement} the field to begin with
 */
function addMember(form, number) {
  const part = /** @type {HTMLTemplateElement} */ (
    document.querySelector('template[data-part="members"]')
  );
  const box = /** @type {HTMLElement} */ (part.content.firstElementChild?.cloneNode(true));
  for (const node of box.querySelectorAll("*")) {
    for (const { name, value } of Array.from(node.attributes))
      if (value.includes("members.N"))
        node.setAttribute(name, value.replaceAll("members.N", `members.${number}`));
  }
  const id = /** @type {HTMLInputElement} */ (box.querySelector("input[type=hidden]"));
  id.value = newId();
  form.querySelector("[data-list=members]")?.append(box);
  return /** @type {HTMLElement} */ (box.querySelector("input:not([type=hidden])"));
}
