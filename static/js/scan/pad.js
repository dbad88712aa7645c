/** Seven digits by large keys, judged while they are typed. */

import { cardDigits, isCardNumber, spacedNumber } from "../domain/card.js";

const LENGTH = 7;

/**
 * Start the keys around the field of `form`.
 * @param {HTMLFormElement} form
 * @param {{ onNumber: (digits: string) => void, onWrong: (isWrong: boolean) => void }} tell
 */
export function startPad(form, { onNumber, onWrong }) {
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem("number"));
  const pad = /** @type {HTMLElement} */ (form.querySelector("[data-pad]"));
  pad.hidden = false;
  // The page has keys of its own; a keyboard over them would hide what is typed.
  field.inputMode = "none";
  const judge = () => {
    const digits = cardDigits(field.value).replace(/\D/g, "").slice(0, LENGTH);
    field.value = spacedNumber(digits);
    const isWhole = digits.length === LENGTH;
    const isRight = isCardNumber(digits);
    field.toggleAttribute("aria-invalid", false);
    if (isWhole && !isRight) field.setAttribute("aria-invalid", "true");
    onWrong(isWhole && !isRight);
    if (isRight) onNumber(digits);
  };
  field.addEventListener("input", judge);
  pad.addEventListener("click", ({ target }) => {
    const key = /** @type {Element} */ (target).closest("[data-key]")?.getAttribute("data-key");
    if (!key) return;
    const digits = cardDigits(field.value);
    field.value = key === "back" ? digits.slice(0, -1) : digits + key;
    judge();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const digits = cardDigits(field.value);
    if (isCardNumber(digits)) onNumber(digits);
    else onWrong(true);
  });
}
