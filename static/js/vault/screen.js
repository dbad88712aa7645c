/** The screen before the pages: asks for the secret, lets one be chosen, says what to do when it is forgotten. */

import { t } from "../messages.js";
import { isReachable } from "../reach.js";
import { weakness } from "./secret.js";

/** @typedef {import("./vault.js").Vault} Vault */
/** @typedef {import("./vault.js").Step} Step */

/**
 * Cover the page with one part of the screen.
 * @param {string} part `closed`, `new`, `forgot` or `signin`
 * @param {string} [text] what to say first
 */
export function showVault(part, text) {
  document.body.dataset.vault = part;
  for (const each of screenOf().querySelectorAll("[data-part]")) {
    const own = /** @type {HTMLElement} */ (each);
    own.hidden = own.dataset.part !== part;
  }
  if (text !== undefined) sayIn(partCalled(part), text);
}

/** Show the page; what was typed on the screen goes with it. */
export function hideVault() {
  if (!("vault" in document.body.dataset)) return;
  delete document.body.dataset.vault;
  screenOf().remove();
  document.getElementById("main")?.focus({ preventScroll: true });
}

/**
 * Ask until the vault is open.
 * @param {Vault} vault
 * @param {Step} step
 * @param {() => unknown} leave to go and sign in
 * @returns {Promise<void>}
 */
export function askForSecret(vault, step, leave) {
  const isNew = step === "new";
  showVault(isNew ? "new" : "closed");
  const form = partCalled(isNew ? "new" : "closed");
  const [field] = fieldsIn(form);
  offerLetters(form);
  field.focus();
  for (const button of screenOf().querySelectorAll("[data-go]")) {
    /** @type {HTMLElement} */ (button).onclick = () => {
      showVault(/** @type {HTMLElement} */ (button).dataset.go || "");
      /** @type {HTMLElement | null} */ (
        screenOf().querySelector("form:not([hidden]) input")
      )?.focus();
    };
  }
  const signIn = /** @type {HTMLElement} */ (screenOf().querySelector("[data-leave]"));
  signIn.onclick = () => leaveFor(vault, leave);
  if (!isNew) waitFirst(vault, form);
  return new Promise((resolve) => {
    form.onsubmit = (event) => {
      event.preventDefault();
      const work = isNew ? choose(vault, form) : tryOnce(vault, form);
      work.then((isDone) => isDone && resolve());
    };
  });
}

/**
 * Say why somebody has to sign in.
 * @param {string} text
 * @param {() => unknown} leave
 */
export function showSignIn(text, leave) {
  showVault("signin", text);
  const button = /** @type {HTMLElement} */ (partCalled("signin").querySelector("button"));
  button.onclick = leave;
  button.focus();
}

/**
 * Let letters be typed as well as digits, and back.
 * @param {HTMLElement} form
 */
export function offerLetters(form) {
  const button = /** @type {HTMLElement | null} */ (form.querySelector("[data-letters]"));
  if (!button) return;
  button.onclick = () => {
    const isOn = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isOn));
    for (const field of fieldsIn(form)) field.inputMode = isOn ? "text" : "numeric";
    fieldsIn(form)[0].focus();
  };
}

/**
 * The sentence about a new secret that cannot be taken, "" when it can.
 * @param {string} secret
 * @param {string} again
 */
export function wrongWith(secret, again) {
  const weak = weakness(secret);
  if (weak) return t(`vault.${weak}`);
  return secret === again ? "" : t("vault.differ");
}

/**
 * The sentence about a try that failed.
 * @param {{ kind: string, left?: number, wait?: number }} tried
 */
export function triedWords({ kind, left = 0, wait = 0 }) {
  const seconds = Math.ceil(wait / 1000);
  if (kind === "wait")
    return seconds > 60
      ? t("vault.wait_long", { n: Math.ceil(seconds / 60) })
      : t("vault.wait", { n: seconds });
  return kind === "wrong" ? t("vault.wrong", { n: left }) : "";
}

/**
 * @param {HTMLElement} form
 * @returns {HTMLInputElement[]}
 */
export function fieldsIn(form) {
  return Array.from(form.querySelectorAll("input"));
}

/**
 * Say something in a form, at its first field too.
 * @param {HTMLElement} form
 * @param {string} text
 */
export function sayIn(form, text) {
  const place = /** @type {HTMLElement} */ (form.querySelector("[data-say]"));
  place.textContent = text;
  place.hidden = !text;
  for (const field of fieldsIn(form)) field.toggleAttribute("aria-invalid", Boolean(text));
}

/**
 * Let nothing else be done while `work` is under way; it takes a second on a slow phone.
 * @template T
 * @param {HTMLElement} form
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function whileBusy(form, work) {
  const buttons = Array.from(form.querySelectorAll("button"));
  form.setAttribute("aria-busy", "true");
  for (const button of buttons) button.disabled = true;
  try {
    return await work();
  } finally {
    form.removeAttribute("aria-busy");
    for (const button of buttons) button.disabled = false;
  }
}

/**
 * @param {Vault} vault
 * @param {HTMLElement} form
 * @returns {Promise<boolean>} whether it is open, or nothing more can be tried here
 */
async function tryOnce(vault, form) {
  const [field] = fieldsIn(form);
  const secret = field.value;
  if (!secret) return false;
  // At once: what was said of the last try is not true of this one, and what is typed meanwhile is the next.
  field.value = "";
  sayIn(form, "");
  const tried = await whileBusy(form, () => vault.open(secret));
  sayIn(form, triedWords(tried));
  if (tried.kind === "wrong") await waitFirst(vault, form);
  if (tried.kind === "wrong" || tried.kind === "wait") field.focus();
  return tried.kind === "open" || tried.kind === "gone";
}

/**
 * @param {Vault} vault
 * @param {HTMLElement} form
 */
async function choose(vault, form) {
  const [field, again] = fieldsIn(form);
  const problem = wrongWith(field.value, again.value);
  sayIn(form, problem);
  if (problem) field.focus();
  else await whileBusy(form, () => vault.create(field.value));
  if (!problem) field.value = again.value = "";
  return !problem;
}

/**
 * Say how long to wait, when there is a wait.
 * @param {Vault} vault
 * @param {HTMLElement} form
 */
async function waitFirst(vault, form) {
  const wait = await vault.wait();
  if (wait) sayIn(form, triedWords({ kind: "wait", wait }));
}

/**
 * Forget the secret and go to sign in, when there is a network; nothing is done without.
 * @param {Vault} vault
 * @param {() => unknown} leave
 */
async function leaveFor(vault, leave) {
  if (!(await isReachable())) return sayIn(partCalled("forgot"), t("vault.offline"));
  await vault.forget();
  leave();
}

/** @returns {HTMLElement} */
function screenOf() {
  const there = document.getElementById("vault");
  if (there) return there;
  const part = /** @type {HTMLTemplateElement} */ (document.getElementById("vault-part"));
  const made = /** @type {HTMLElement} */ (part.content.firstElementChild?.cloneNode(true));
  document.body.append(made);
  return made;
}

/**
 * @param {string} part
 * @returns {HTMLElement}
 */
function partCalled(part) {
  return /** @type {HTMLElement} */ (screenOf().querySelector(`[data-part="${part}"]`));
}
