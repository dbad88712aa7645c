/** Says what is wrong, at the field and at the top of the form, as the server's pages do. */

import { t } from "../messages.js";

/** @typedef {{ field: string, message: string }} Said */

/**
 * Show `problems` in `form`, and only them; the first of them gets the focus.
 * @param {HTMLFormElement} form
 * @param {Said[]} problems
 */
export function showProblems(form, problems) {
  clearProblems(form);
  if (!problems.length) return;
  /** @type {Map<string, string[]>} */
  const byField = new Map();
  for (const { field, message } of problems)
    byField.set(field, [...(byField.get(field) || []), message]);
  const summary = copyOf("summary-part");
  const list = /** @type {HTMLElement} */ (summary.querySelector("ul"));
  for (const [field, messages] of byField)
    list.append(lineOf(showAtField(form, field, messages), messages));
  /** @type {HTMLElement} */ (summary.querySelector("strong")).textContent = t("problems", {
    n: byField.size,
  });
  form.prepend(summary);
  summary.focus();
}

/** @param {HTMLFormElement} form */
export function clearProblems(form) {
  for (const old of form.querySelectorAll(":scope > .notice[role=alert], .problem[id]"))
    old.remove();
  for (const node of form.querySelectorAll(".wrong")) node.classList.remove("wrong");
  for (const node of form.querySelectorAll("[aria-invalid]")) {
    node.removeAttribute("aria-invalid");
    const rest = (node.getAttribute("aria-describedby") || "")
      .split(" ")
      .filter((id) => !id.endsWith("-problem"));
    if (rest.join("")) node.setAttribute("aria-describedby", rest.join(" "));
    else node.removeAttribute("aria-describedby");
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {string} field
 * @param {string[]} messages
 * @returns {string} the id to lead to, "" when the form has no such field
 */
function showAtField(form, field, messages) {
  const control = field && form.querySelector(`[id="${CSS.escape(field)}"]`);
  const box = control ? control.closest(".field") : null;
  if (!control || !box) return "";
  const part = copyOf("problem-part");
  part.id = `${field}-problem`;
  /** @type {HTMLElement} */ (part.querySelector("span")).textContent = messages.join(" ");
  box.classList.add("wrong");
  box.append(part);
  control.setAttribute("aria-invalid", "true");
  control.setAttribute(
    "aria-describedby",
    `${control.getAttribute("aria-describedby") || ""} ${part.id}`.trim(),
  );
  for (let parent = box.parentElement; parent && parent !== form; parent = parent.parentElement) {
    if (parent instanceof HTMLDetailsElement) parent.open = true;
  }
  return field;
}

/**
 * @param {string} target
 * @param {string[]} messages
 */
function lineOf(target, messages) {
  const line = document.createElement("li");
  const link = document.createElement(target ? "a" : "span");
  if (target) link.setAttribute("href", `#${target}`);
  link.textContent = messages.join(" ");
  line.append(link);
  return line;
}

/**
 * @param {string} id of a template
 * @returns {HTMLElement}
 */
function copyOf(id) {
  const part = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  return /** @type {HTMLElement} */ (part.content.firstElementChild?.cloneNode(true));
}
