/** The report form: every change worked through at once and kept, confirmed on the phone first. */

import { today } from "../clock.js";
import { monthOf } from "../domain/month.js";
import { problemsWithReport } from "../domain/report-problems.js";
import { newId } from "../ids.js";
import { t } from "../messages.js";
import { fillPage } from "./fill.js";
import { saveAndGo, sayUnkept, takeOver, touchedIn } from "./forms.js";
import { readMonths } from "./month-doors.js";
import { showProblems } from "./problems.js";
import { fieldOnPage, filledReport, idleReasons } from "./report-data.js";
import { corrects, firstTyped, reportFacts, reportView } from "./report-view.js";
import { monthStates } from "./state.js";
import { showSteps } from "./stepper.js";
import { language, monthWords, said } from "./words.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./report-view.js").Facts} Facts */
/** @typedef {import("./report-data.js").Typed} Typed */

/**
 * @param {Store} store
 */
export async function startReport(store) {
  const state = await readMonths(store);
  const month = monthInPath(location.pathname) || firstOpen(state);
  const facts = reportFacts(state, month);
  if (facts) return work(store, state, facts);
  if (state.me || document.querySelector("[data-shell]")) {
    fillPage(document.body, { heading: monthWords(month), unknown: true, full: false, nil: false });
  }
  store.onChange(async () => {
    const typing = document.querySelector("form[data-dirty]");
    if (!typing && reportFacts(await readMonths(store), month)) location.reload();
  });
}

/**
 * @param {Store} store
 * @param {State} state
 * @param {Facts} facts
 */
async function work(store, state, facts) {
  const { month } = facts.month;
  const asNil = new URLSearchParams(location.search).has("nil");
  const about = { draft: `report-${month}`, fresh: newId() };
  const [full, nil] = [formCalled("report"), formCalled("nil")];
  /** @type {Typed | undefined} */
  const draft = await store.drafts.get(about.draft);
  const touched = touchedIn(full);
  let isTyped = Boolean(draft) || Object.keys(touched).length > 0;
  /** @type {Typed} */
  let typed = { ...(draft || firstTyped(facts)), ...touched };
  const show = () => {
    const view = reportView(state, facts, typed, asNil);
    fillPage(document.body, { unit: state.unit?.name, ...view });
    showSteps(document);
  };
  show();
  showProblems(full, refusal(facts));
  store.onChange(async () => {
    state = await readMonths(store);
    facts = reportFacts(state, month) || facts;
    // Another phone may have reported meanwhile: whoever has typed nothing yet begins with that.
    if (!isTyped) typed = firstTyped(facts);
    show();
  });
  full.addEventListener("input", (event) => {
    typed = { ...typed, ...changed(/** @type {HTMLInputElement} */ (event.target)) };
    isTyped = true;
    show();
    store.drafts.set(about.draft, typed).catch((error) => sayUnkept(full, error));
  });
  takeOver(full, () => handIn(store, state, facts, full, typed, about));
  takeOver(nil, () => handIn(store, state, facts, nil, null, about));
}

/**
 * @param {string} name
 * @returns {HTMLFormElement}
 */
function formCalled(name) {
  return /** @type {HTMLFormElement} */ (document.querySelector(`form[data-record="${name}"]`));
}

/**
 * @param {Store} store
 * @param {State} state
 * @param {Facts} facts
 * @param {HTMLFormElement} form
 * @param {Typed | null} typed null for 本月无变动
 * @param {{ draft: string, fresh: string }} about
 */
async function handIn(store, state, facts, form, typed, { draft, fresh }) {
  const data = reportData(facts, state.unit?.id || "", typed);
  const problems = reportProblems(facts, data, typed || {});
  showProblems(form, problems);
  if (problems.length) return;
  const { id = fresh, version: base_version = 0 } = facts.month.report || {};
  await saveAndGo(
    store,
    form,
    { type: "report", id, base_version, data },
    draft,
    `/app/slip/${id}`,
  );
}

/**
 * Why the server refused what lies in the outbox, at the fields of the page.
 * @param {Facts} facts
 */
function refusal({ month }) {
  const row = month.report?.row;
  const found = row?.problems || [];
  return found.map(({ field, message }) => ({
    field: fieldOnPage(field, row?.data.adjustments || []),
    message,
  }));
}

/**
 * @param {Facts} facts
 * @param {string} unit
 * @param {Typed | null} typed
 */
export function reportData({ form, cells, month }, unit, typed) {
  const about = { unit, month: month.month, form: `${form.code}@${form.version}` };
  if (!typed) return { ...about, values: {}, adjustments: [], nil: true };
  const reason = corrects(month) ? (typed.reason || "").trim() : "";
  return { ...about, ...filledReport(form, cells, typed), nil: false, ...(reason && { reason }) };
}

/**
 * @param {Facts} facts
 * @param {ReturnType<typeof reportData>} data
 * @param {Typed} typed
 * @returns {{ field: string, message: string }[]}
 */
export function reportProblems({ form, cells, previous, month }, data, typed) {
  const label = { month: monthWords(month.month) };
  if (month.state === "locked") return [{ field: "", message: t("report.locked", label) }];
  const found = said(problemsWithReport(form, data, cells, previous, language()));
  if (corrects(month) && !data.reason)
    found.push({ field: "reason", message: t("report.correction") });
  const idle = idleReasons(data, typed);
  return [
    ...found.map(({ field, message }) => ({
      field: fieldOnPage(field, data.adjustments),
      message,
    })),
    ...idle.map((field) => ({ field, message: t("report.reason_idle") })),
  ];
}

/**
 * The month that the tab 上报 leads to: the first that still wants a report, else this one.
 * @param {State} state
 */
function firstOpen(state) {
  const open = monthStates(state).find(
    (each) => each.state === "empty" || each.state === "returned",
  );
  return open?.month || monthOf(today());
}

/** @param {string} path */
function monthInPath(path) {
  return (/\/app\/report\/(\d{6})$/.exec(path) || ["", ""])[1];
}

/** @param {HTMLInputElement} field */
function changed({ name, value }) {
  return { [name]: value };
}
