/** The entry form: noted on the phone first, kept while it is being typed. */

import { today } from "../clock.js";
import { problemsWithEvent } from "../domain/event.js";
import { newId } from "../ids.js";
import { t } from "../messages.js";
import { showNotice } from "../notices.js";
import { erase } from "../outbox.js";
import { entriesOf } from "./entries.js";
import { eventData, freshEvent, resumedEvent, typedEvent } from "./event-view.js";
import { fillPage } from "./fill.js";
import {
  goOn,
  idInPath,
  saveAndGo,
  sayUnkept,
  takeOver,
  touchedIn,
  typedIn,
  typeInto,
} from "./forms.js";
import { ownData } from "./held.js";
import { showProblems } from "./problems.js";
import { isClosed, monthStates, readState } from "./state.js";
import { monthWords, said } from "./words.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("./state.js").State} State */
/** @typedef {{ id: string, version: number, draft: string }} About */

/**
 * @param {Store} store
 */
export async function startEvent(store) {
  const form = /** @type {HTMLFormElement} */ (document.querySelector("form[data-record=event]"));
  const state = await readState(store);
  const id = idInPath(location.pathname);
  const draft = id ? `event-${id}` : "event-new";
  const kept = await store.drafts.get(draft);
  const entry = entriesOf(state).find((each) => each.id === id);
  if (id && entry) fillPage(document.body, eventView(state, entry));
  const touched = touchedIn(form);
  typeInto(form, { ...begunWith(form, entry, kept), ...touched });
  // An entry that this phone has not heard of yet: the page from the server knows it.
  const about = {
    id: id || kept?.id || newId(),
    version: entry?.version ?? Number(typedIn(form).base_version),
    draft,
  };
  const change = () => {
    showGroups(form);
    store.drafts
      .set(draft, { id: about.id, typed: typedIn(form), on: today() })
      .catch((error) => sayUnkept(form, error));
  };
  if (Object.keys(touched).length) change();
  showGroups(form);
  showProblems(form, state.rows.filter((row) => row.id === id).pop()?.problems || []);
  form.addEventListener("input", change);
  takeOver(form, () => noteEntry(store, form, about));
  askFirst(store, about, entry);
}

/**
 * What the page shows of an entry besides the form's fields.
 * @param {State} state
 * @param {import("./entries.js").Entry} entry
 */
export function eventView(state, entry) {
  const month = monthStates(state).find((each) => each.month === entry.month);
  const counted =
    month && isClosed(month) ? t("event.counted", { month: monthWords(entry.month) }) : "";
  return { heading: t("event.change"), counted, open: !counted, withdrawable: !counted };
}

/**
 * What the form begins with.
 * @param {HTMLFormElement} form
 * @param {import("./entries.js").Entry | undefined} entry
 * @param {any} kept
 */
function begunWith(form, entry, kept) {
  const { place } = /** @type {any} */ (form.elements);
  const places = Array.from(
    place.options,
    (/** @type {HTMLOptionElement} */ option) => option.value,
  );
  if (kept) return resumedEvent(kept, today());
  if (entry) return typedEvent(entry, places);
  return idInPath(location.pathname) ? {} : freshEvent(today());
}

/**
 * Show what belongs to the chosen kind.
 * @param {HTMLFormElement} form
 */
function showGroups(form) {
  const { kind = "" } = typedIn(form);
  for (const group of form.querySelectorAll("[data-for]")) {
    const { dataset } = /** @type {HTMLElement} */ (group);
    /** @type {HTMLElement} */ (group).hidden = !kind || !dataset.for?.split(" ").includes(kind);
  }
}

/**
 * @param {Store} store
 * @param {HTMLFormElement} form
 * @param {About} about
 */
async function noteEntry(store, form, about) {
  const { id, version, draft } = about;
  const { unit, reference } = await readState(store);
  const data = eventData(typedIn(form), unit?.id || "");
  // Before the first contact the kinds of service are not known; then the server checks alone.
  const problems = reference ? said(problemsWithEvent(data, reference.services, today())) : [];
  showProblems(form, problems);
  if (problems.length) return;
  await saveAndGo(
    store,
    form,
    { type: "event", id, base_version: version, data },
    draft,
    "/app?said=saved",
    () => {
      if (idInPath(location.pathname)) return;
      about.id = newId();
      typeInto(form, freshEvent(today()));
      showGroups(form);
    },
  );
}

/**
 * Ask before an entry is withdrawn.
 * @param {Store} store
 * @param {About} about
 * @param {import("./entries.js").Entry | undefined} entry
 */
function askFirst(store, { id, version, draft }, entry) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("withdraw"));
  document.querySelector("[data-withdraw]")?.addEventListener("click", (event) => {
    if (!entry || !dialog.showModal) return;
    event.preventDefault();
    dialog.returnValue = "";
    dialog.showModal();
  });
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue !== "yes" || !entry) return;
    await erase(store, { type: "event", id, base_version: version, data: ownData(entry) });
    await store.drafts.remove(draft);
    if (goOn("/app?said=withdrawn")) return;
    fillPage(document.body, { open: false, withdrawable: false });
    showNotice("kept", "ok", t("said.withdrawn"));
  });
}
