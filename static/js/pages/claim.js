/** A form that is answered on the phone: days, amounts, a calendar file and a sheet of paper. */

import { now, today } from "../clock.js";
import { calendarOf } from "../domain/ics.js";
import { pageData } from "../messages.js";
import { claimAnswer, problemsOf } from "./claim-view.js";
import { fillPage } from "./fill.js";
import { showProblems } from "./problems.js";
import { wholeDayWords } from "./words.js";

/** @typedef {import("./claim-view.js").Answer} Answer */

const NO_DAY = "?";

/** Take over the form of the page, if it has one. */
export function startClaim() {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-claim]"));
  if (!form) return;
  const result = /** @type {HTMLElement} */ (document.getElementById("answer"));
  form.hidden = false;
  // It was the answer to something else.
  form.addEventListener("input", () => {
    result.hidden = true;
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer(form, result);
  });
  // The page may be an old one, kept for when there is no network.
  addEventListener("pageshow", () => endDays(form));
  // What was asked is nobody else's business: a page that comes back from the history is empty.
  addEventListener("pagehide", () => {
    form.reset();
    result.hidden = true;
  });
}

/**
 * Let days be chosen up to today.
 * @param {HTMLFormElement} form
 */
function endDays(form) {
  for (const input of daysIn(form)) input.max = today();
}

/**
 * What was filled in. A day that is only begun, or that no calendar has, leaves its field empty: it is no day.
 * @param {HTMLFormElement} form
 * @returns {Record<string, string>}
 */
function filledIn(form) {
  const typed = /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form)));
  for (const { name, validity } of daysIn(form)) if (validity.badInput) typed[name] = NO_DAY;
  return typed;
}

/**
 * @param {HTMLFormElement} form
 * @returns {NodeListOf<HTMLInputElement>}
 */
function daysIn(form) {
  return form.querySelectorAll("input[type=date]");
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement} result
 */
function answer(form, result) {
  const [typed, claim] = [filledIn(form), form.dataset.claim || ""];
  const problems = problemsOf(claim, typed, today());
  showProblems(form, problems);
  result.hidden = problems.length > 0;
  if (problems.length) return;
  const found = claimAnswer(claim, typed, today(), pageData("figures"));
  const given = givenIn(form);
  fillPage(result, { ...found, given, has_days: found.days.length > 0, ics: fileOf(found) });
  result.focus();
}

/**
 * What was filled in, as the form words it: on paper the answer stands without the form.
 * @param {HTMLFormElement} form
 * @returns {{ key: string, label: string, value: string }[]}
 */
function givenIn(form) {
  const filled = /** @type {HTMLInputElement[]} */ ([
    ...form.querySelectorAll("input[type=date], input:checked"),
  ]).filter(({ value }) => value);
  return filled.map((input) => ({
    key: input.name,
    label: labelOf(input.closest(".field")),
    value: input.type === "date" ? wholeDayWords(input.value) : wordsOf(input.closest(".chip")),
  }));
}

/** @param {Element | null} field */
function labelOf(field) {
  return wordsOf(field?.querySelector(".label")?.firstChild);
}

/** @param {Node | null | undefined} node */
function wordsOf(node) {
  return (node?.textContent || "").trim();
}

let madeFile = "";

/** @param {Answer} found */
function fileOf({ days }) {
  if (madeFile) URL.revokeObjectURL(madeFile);
  const stamp = `${now().toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
  const text = calendarOf(days, stamp);
  madeFile = days.length ? URL.createObjectURL(new Blob([text], { type: "text/calendar" })) : "";
  return madeFile;
}
