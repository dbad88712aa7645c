/** Start of residents' pages. They work without it; with it they change their looks at once and are read offline. */

import { followLooks } from "./looks.js";
import { keepForReading } from "./reading.js";
import { bringBackTyped, keepTyped } from "./typed.js";

const cameIn = document.documentElement.lang;

followLooks(({ lang }, isPressed) => {
  // The language comes with the page; size and theme are on it already.
  if (!isPressed || lang === cameIn) return;
  keepTyped();
  location.reload();
});
bringBackTyped();
for (const button of document.querySelectorAll("[data-print]")) {
  /** @type {HTMLElement} */ (button).hidden = false;
  button.addEventListener("click", () => print());
}
if (document.querySelector("[data-kept]")) keepForReading();
