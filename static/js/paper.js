/** Paper cannot be unfolded: parts that say so are printed open, whatever they are on the screen. */

/** @type {HTMLDetailsElement[]} */
let unfolded = [];

/** Open the parts marked `data-print` while the page is printed. */
export function unfoldForPaper() {
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("details")].filter(
      (part) => !part.open && "print" in part.dataset,
    );
    for (const part of unfolded) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of unfolded) part.open = false;
    unfolded = [];
  });
}
