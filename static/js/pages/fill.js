/**
 * Fills a page from a plain object: text, attributes, rows made of <template> elements. Never markup.
 *
 * data-slot="name"      the element says what `name` is; a badge shows the state whose code `name` is
 * data-show="name"      the element is there when `name` is something
 * data-set="a:name b:n" attributes; `value` and `checked` are what the person sees
 * data-list="name"      the rows of `name`, each made from the page's <template data-part="name">, of several the
 *                       one with the row's `kind`
 *
 * What an object does not name stays as it is.
 */

import { t } from "../messages.js";

/** @typedef {{ [name: string]: any }} Model */

/**
 * @param {Element | DocumentFragment} root
 * @param {Model} model
 */
export function fillPage(root, model) {
  for (const node of Array.from(root.children)) {
    if (!(node instanceof HTMLElement) || node.localName === "template") continue;
    bindNode(node, model);
    if (!node.dataset.list) fillPage(node, model);
    else if (node.dataset.list in model) repeat(node, model[node.dataset.list]);
  }
}

/**
 * @param {HTMLElement} node
 * @param {Model} model
 */
function bindNode(node, model) {
  const { show, slot, set } = node.dataset;
  if (show && show in model) node.hidden = !model[show];
  if (slot && slot in model) write(node, String(model[slot] ?? ""));
  for (const pair of set ? set.split(" ") : []) {
    const [name, key] = pair.split(":");
    if (key in model) assign(node, name, model[key]);
  }
}

/**
 * @param {HTMLElement} node
 * @param {string} text
 */
function write(node, text) {
  const isBadge = node.classList.contains("badge");
  if (isBadge) node.dataset.state = text;
  const shown = isBadge ? t(`state.${text}`) : text;
  if (node.textContent !== shown) node.textContent = shown;
  // Browsers keep titles, in their history and for their start: a door's address is none.
  if (node.localName === "h1" && !("private" in node.dataset))
    document.title = document.title.replace(/^.*(?= · )/, () => shown);
}

/**
 * @param {HTMLElement} node
 * @param {string} name
 * @param {any} value
 */
function assign(node, name, value) {
  if (name === "value" || name === "checked" || name === "open") {
    // What is being typed is the person's.
    if (node !== document.activeElement) /** @type {any} */ (node)[name] = value ?? "";
  } else if (value === undefined || value === null || value === false) {
    node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * Rows that are there already are filled anew, so that focus and open details stay.
 * @param {HTMLElement} list
 * @param {Model[]} rows with `key`
 */
function repeat(list, rows) {
  const there = /** @type {HTMLElement[]} */ (Array.from(list.children));
  const same =
    there.length === rows.length && there.every((row, i) => row.dataset.key === rowKey(rows[i]));
  if (!same) for (const row of there) row.remove();
  for (const [i, row] of rows.entries()) {
    const node = same ? there[i] : partFor(list.dataset.list || "", row.kind);
    node.dataset.key = rowKey(row);
    fillRow(node, row);
    if (!same) list.append(node);
  }
}

/**
 * @param {string} name
 * @param {string | undefined} kind
 */
function partFor(name, kind) {
  const parts = document.querySelectorAll(`template[data-part~="${name}"]`);
  const part =
    Array.from(parts).find((each) => /** @type {HTMLElement} */ (each).dataset.kind === kind) ||
    parts[0];
  const made = /** @type {HTMLTemplateElement} */ (part).content.firstElementChild?.cloneNode(true);
  return /** @type {HTMLElement} */ (made);
}

/**
 * @param {HTMLElement} node
 * @param {Model} row
 */
function fillRow(node, row) {
  bindNode(node, row);
  fillPage(node, row);
}

/** @param {Model} row */
function rowKey(row) {
  return `${row.kind || ""}:${row.key}`;
}
