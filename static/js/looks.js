/** Language, size and theme: kept in cookies, put on the page at once, also without a network. */

import { readCookies, setCookie } from "./cookies.js";

/** @typedef {{ lang: string, size: string, theme: string }} Looks */

/**
 * The looks that cookies say.
 * @param {Record<string, string>} cookies
 * @returns {Looks}
 */
export function looksOf({ lang = "zh-Hans", size = "normal", theme = "auto" }) {
  return { lang, size, theme };
}

/**
 * What a press of a switch asks for. The page may be an old one whose switch still offers the size that is
 * set already: then the other one is meant.
 * @param {Looks} looks
 * @param {Partial<Looks>} wish
 * @returns {Looks}
 */
export function wished(looks, wish) {
  const back = wish.size === looks.size && !wish.theme;
  return { ...looks, ...wish, ...(back && { size: "normal" }) };
}

/**
 * Put `looks` on the page; its language comes with the next page.
 * @param {Looks} looks
 */
export function wear({ size, theme }) {
  const root = document.documentElement;
  root.classList.toggle("large", size === "large");
  if (theme === "auto") root.removeAttribute("data-theme");
  else root.setAttribute("data-theme", theme);
}

/**
 * Wear what the cookies say, and let the page's own switches work without the server.
 * @param {(looks: Looks, isPressed: boolean) => unknown} onChange told at the start and after every change
 */
export function followLooks(onChange) {
  const worn = looksOf(readCookies());
  wear(worn);
  onChange(worn, false);
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.getAttribute("action") !== "/settings/looks") return;
    event.preventDefault();
    const wish = new FormData(form);
    const pressed = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (pressed?.name) wish.set(pressed.name, pressed.value);
    const looks = wished(looksOf(readCookies()), Object.fromEntries(wish));
    for (const [name, value] of Object.entries(looks)) setCookie(name, value);
    wear(looks);
    onChange(looks, true);
  });
}
