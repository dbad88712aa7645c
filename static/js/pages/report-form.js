/** The report form: every change worked through at once and kept, confirmed on the phone first. */

import { today } from "../clock.js";
import { monthOf } from "../domain/month.js";
import { problemsWithReport } from "../domain/report.js";
import { newId } from "../ids.js";
import { t } from "../messages.js";
import { fillPage } from "./fill.js";
import { saveAndGo, storageWords, takeOver } from "./forms.js";
import { showProblems } from "./problems.js";
import { fieldOnPage, filledReport } from "./report-data.js";
import { corrects, firstTyped, reportFacts, reportView } from "./report-view.js";
import { monthStates, readState } from "./state.js";
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
  let state = await readState(store);
  const month = monthInPath(location.pathname) || firstOpen(state);
  const asNil = new URLSearchParams(location.search).has("nil");
  const draft = `report-${month}`;
  let facts = reportFacts(state, month);
  if (!facts)
    return fillPage(document.body, {
      heading: monthWords(month),
      unknown: state.me || document.querySelector("[data-shell]"),
      full: false,
      nil: false,
    });
  const id = facts.month.report?.id || newId();
  /** @type {Typed} */
  let typed = (await store.drafts.get(draft)) || firstTyped(facts);
  const show = () => {
    if (facts)
      fillPage(document.body, {
        unit: state.unit?.name,
        ...reportView(state, facts, typed, asNil),
      });
    showSteps(document);
  };
  show();
  store.onChange(async () => {
    state = await readState(store);
    facts = reportFacts(state, month) || facts;
    show();
  });
  const [full, nil] = ["report", "nil"].map(
    (name) =>
      /** @type {HTMLFormElement} */ (document.querySelector(`form[data-record="${name}"]`)),
  );
  full.addEventListener("input", (event) => {
    typed = { ...typed, ...changed(/** @type {HTMLInputElement} */ (event.target)) };
    show();
    store.drafts
      .set(draft, typed)
      .catch((error) => showProblems(full, [{ field: "", message: storageWords(error) }]));
  });
  takeOver(full, async () => handIn(store, state, facts, full, { id, draft, typed }));
  takeOver(nil, async () => handIn(store, state, facts, nil, { id, draft, typed: null }));
}

/**
 * @param {Store} store
 * @param {State} state
 * @param {Facts | undefined} facts
 * @param {HTMLFormElement} form
 * @param {{ id: string, draft: string, typed: Typed | null }} what typed is null for 本月无变动
 */
async function handIn(store, state, facts, form, { id, draft, typed }) {
  if (!facts) return;
  const data = reportData(facts, state.unit?.id || "", typed);
  const problems = reportProblems(facts, data);
  showProblems(form, problems);
  if (problems.length) return;
  const base_version = facts.month.report?.version || 0;
  await saveAndGo(
    store,
    form,
    { type: "report", id, base_version, data },
    draft,
    `/app/slip/${id}`,
  );
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
 * @returns {{ field: string, message: string }[]}
 */
export function reportProblems({ form, cells, previous, month }, data) {
  const label = { month: monthWords(month.month) };
  if (month.state === "locked") return [{ field: "", message: t("report.locked", label) }];
  const found = said(problemsWithReport(form, data, cells, previous, language()));
  if (corrects(month) && !data.reason)
    found.push({ field: "reason", message: t("report.correction") });
  return found.map(({ field, message }) => ({
    field: fieldOnPage(field, data.adjustments),
    message,
  }));
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
