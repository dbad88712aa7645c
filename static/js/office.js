/** Start of the office's pages; htmx reads the rest from their attributes. */

/** @type {HTMLDetailsElement[]} */
let unfolded = [];

// Paper cannot be unfolded: where a page says so, what is folded on the screen is printed too.
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
