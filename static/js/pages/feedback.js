/** What residents told at their door's code: a list of what is to be seen to, and one message with its end. */

import { t } from "../messages.js";
import { addressWords, callable } from "./door-words.js";
import { readDuties } from "./duties.js";
import { fillPage } from "./fill.js";
import { idInPath, saveAndGo, takeOver, typedIn } from "./forms.js";
import { showProblems } from "./problems.js";
import { doorUrl } from "./round-view.js";
import { dayWords } from "./words.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("./duties.js").Duties} Duties */
/** @typedef {import("./held.js").Held} Held */

/**
 * @param {Store} store
 */
export async function startTold(store) {
  if (!document.querySelector("[data-list=told]")) return;
  const said = new URLSearchParams(location.search).get("said");
  const show = async () => {
    const view = toldView(await readDuties(store));
    fillPage(document.body, { ...view, said: said ? t("said.saved") : "" });
  };
  store.onChange(show);
  await show();
}

/**
 * @param {Duties} duties
 */
export function toldView(duties) {
  const open = duties.feedback.filter(({ state }) => state === "open");
  const rows = [...open]
    .sort((a, b) => (a.told_at < b.told_at ? -1 : 1))
    .map((told) => ({
      key: told.id,
      url: `/app/feedback/${told.id}`,
      label: t(`told.${told.kind}`),
      remark: [placeOf(duties, told), dueWords(told, duties.today)].filter(Boolean).join(" · "),
      value: "",
    }));
  return { told: rows, told_any: rows.length > 0, calm: !rows.length };
}

/**
 * @param {Store} store
 */
export async function startMessage(store) {
  const form = /** @type {HTMLFormElement | null} */ (
    document.querySelector("form[data-record=feedback]")
  );
  if (!form) return;
  const id = idInPath(location.pathname);
  const duties = await readDuties(store);
  const told = duties.feedback.find((each) => each.id === id);
  fillPage(document.body, told ? messageView(duties, told) : { unknown: true, found: false });
  if (told) takeOver(form, () => closeMessage(store, form, told));
}

/**
 * @param {Duties} duties
 * @param {Held} told
 */
export function messageView(duties, told) {
  const { id, kind, text, phone, household, told_at, mark } = told;
  const rows = [
    ["at", (told_at || "").slice(0, 16).replace("T", " ")],
    ["place", placeOf(duties, told)],
    ["due", told.due && dayWords(told.due)],
    ["mark", mark && t(`state.${mark}`)],
  ];
  return {
    unknown: false,
    found: true,
    kind: t(`told.${kind}`),
    text: text || "",
    phone,
    call: callable(phone),
    household_url: household ? doorUrl(household) : "",
    action: `/app/feedback/${id}`,
    facts: rows
      .filter(([, value]) => value)
      .map(([key, value]) => ({ key, label: t(`told.label.${key}`), value })),
  };
}

/**
 * @param {Duties} duties
 * @param {Held} told
 */
function placeOf({ doors }, { household }) {
  const door = household && doors.find(({ id }) => id === household);
  return door ? addressWords(door) : t("told.nowhere");
}

/**
 * @param {Held} told
 * @param {string} today
 */
function dueWords({ due }, today) {
  return due ? t(due < today ? "told.overdue" : "told.due", { day: dayWords(due) }) : "";
}

/**
 * @param {Store} store
 * @param {HTMLFormElement} form
 * @param {Held} told
 */
async function closeMessage(store, form, { id, version, unit, household }) {
  const { state = "", answer = "" } = typedIn(form);
  if (!state) return showProblems(form, [{ field: "state", message: t("field.required") }]);
  const words = answer.trim();
  const data = { unit, ...(household && { household }), state, ...(words && { answer: words }) };
  const fresh = { type: "feedback", id, base_version: version, data };
  await saveAndGo(store, form, fresh, "", "/app/feedback?said=saved");
}
