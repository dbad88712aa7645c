/** Messages above the content that are not about one field. Each has a name and is there at most once. */

/** @typedef {{ text: string, href?: string, run?: () => unknown }} Action a link or a button */

/**
 * Show the notice called `name`, in place of the one of that name.
 * @param {string} name
 * @param {"info" | "ok" | "warn" | "error"} kind
 * @param {string} text
 * @param {Action} [action]
 */
export function showNotice(name, kind, text, action) {
  const part = /** @type {HTMLTemplateElement | null} */ (document.getElementById("notice-part"));
  const node = /** @type {HTMLElement | undefined} */ (
    part?.content.firstElementChild?.cloneNode(true)
  );
  const old = noticeCalled(name);
  if (!node || old?.textContent === text) return;
  hideNotice(name);
  node.dataset.notice = name;
  node.dataset.kind = kind;
  node.setAttribute("role", "status");
  /** @type {HTMLElement} */ (node.querySelector("p")).textContent = text;
  if (action) node.append(actionOf(action));
  document.querySelector("main")?.prepend(node);
}

/** @param {string} name */
export function hideNotice(name) {
  noticeCalled(name)?.remove();
}

/** @param {string} name */
function noticeCalled(name) {
  return document.querySelector(`[data-notice="${name}"]`);
}

/** @param {Action} action */
function actionOf({ text, href, run }) {
  const node = document.createElement(href ? "a" : "button");
  node.className = "button";
  node.dataset.kind = "quiet";
  node.textContent = text;
  if (href) node.setAttribute("href", href);
  else node.setAttribute("type", "button");
  if (run) node.addEventListener("click", run);
  return node;
}
