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
 * The looks that the page came in, before it is made to wear others.
 * @returns {Looks}
 */
export function givenLooks() {
  const root = document.documentElement;
  const size = root.classList.contains("large") ? "large" : "normal";
  return { lang: root.lang, size, theme: root.getAttribute("data-theme") || "auto" };
}

/**
 * @param {Looks} one
 * @param {Looks} other
 */
export function isSame(one, other) {
  return one.lang === other.lang && one.size === other.size && one.theme === other.theme;
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
