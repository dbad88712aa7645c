/** Boxes that stand for many: a building, a whole group. Without this the server still knows what they mean. */

/**
 * Tick what a box stands for (all within the nearest part that its `data-ticks` names), and take back its tick when one
 * of those is taken out.
 */
export function tickTogether() {
  document.addEventListener("change", ({ target }) => {
    const box = /** @type {HTMLInputElement} */ (target);
    if (box.type !== "checkbox") return;
    for (const each of boxesOf(box)) each.checked = box.checked;
    if (box.checked) return;
    for (const upper of boxes(box.form, "[data-ticks]"))
      if (boxesOf(upper).includes(box)) upper.checked = false;
  });
}

/**
 * The boxes that `box` stands for.
 * @param {HTMLInputElement} box
 */
function boxesOf(box) {
  const { ticks } = box.dataset;
  return ticks ? boxes(box.closest(ticks), "[type=checkbox]") : [];
}

/**
 * @param {Element | null} part
 * @param {string} selector
 */
function boxes(part, selector) {
  return /** @type {HTMLInputElement[]} */ ([...(part?.querySelectorAll(selector) || [])]);
}
