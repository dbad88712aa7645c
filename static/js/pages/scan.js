/** The scan page: camera, photo or number lead to one door, whose address is shown before it opens. */

import { tokenIn, tokenInPath } from "../domain/card.js";
import { Camera } from "../scan/camera.js";
import { codesIn, forgetPictures } from "../scan/decoder.js";
import { findDoor, UNREACHED } from "../scan/finder.js";
import { startPad } from "../scan/pad.js";
import { codesInPhoto } from "../scan/photo.js";
import { startTorch } from "../scan/torch.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("../scan/finder.js").Door} Door */
/** @typedef {import("../scan/finder.js").Card} Card */

const QUIET_FOR = 3_000;
const SHOWN_FOR = 1_000;
const PICTURE_LIMIT = 120;
/** What a camera can say against being opened, and the sentence for it. */
const AGAINST = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "camera_none",
};

/** @param {Store} [store] of a phone; an office has none and asks the server */
export async function startScan(store) {
  await new ScanPage(store).start();
}

class ScanPage {
  /** @type {Map<string, number>} codes that nothing is said about for a while, each with the end of it */
  #quiet = new Map();
  #isDeciding = false;

  /** @param {Store} [store] */
  constructor(store) {
    this.store = store;
    this.camera = new Camera(/** @type {HTMLVideoElement} */ (part("video")));
    this.dialog = /** @type {HTMLDialogElement} */ (document.getElementById("door"));
  }

  async start() {
    const opened = tokenInPath(location.pathname);
    if (opened) return this.#openedByPhone(opened);
    this.#startNumber();
    this.#startPhoto();
    this.torch = startTorch(this.camera, this.store);
    document.addEventListener("visibilitychange", () => this.#look());
    addEventListener("pagehide", () => this.#stop());
    addEventListener("pageshow", ({ persisted }) => persisted && this.#look());
    await this.#look();
  }

  /**
   * The phone's own camera has read the code and opened this page for it. What it says must not stay in the address.
   * @param {string} token
   */
  async #openedByPhone(token) {
    history.replaceState(null, "", "/app/scan");
    const door = await findDoor(this.store, { token });
    if (door && door !== UNREACHED) return this.#show(door, () => location.replace("/app/scan"));
    // Not one of ours: everybody's page says what there is to say.
    location.replace(`/q/${token}?face=public`);
  }

  /** Open the camera, or close it while nobody looks. */
  async #look() {
    if (document.visibilityState === "hidden") return this.#stop();
    if (this.#isDeciding) return;
    if (!Camera.isThere) return this.#withoutCamera("camera_none");
    try {
      const isOpen = await this.camera.open((image) => this.#read(image));
      showFinder(true);
      if (isOpen) await this.torch?.show();
    } catch (error) {
      const { name } = /** @type {DOMException} */ (error);
      this.#withoutCamera(AGAINST[/** @type {keyof AGAINST} */ (name)] || "camera_busy");
    }
  }

  #stop() {
    this.camera.close();
    forgetPictures();
  }

  /** @param {string} sentence */
  #withoutCamera(sentence) {
    showFinder(false);
    say(sentence);
  }

  /** @param {ImageData} image */
  async #read(image) {
    for (const code of await codesIn(image, PICTURE_LIMIT)) {
      if (this.#isQuiet(code)) continue;
      await this.#meet(code);
      return;
    }
  }

  /** @param {string} code */
  #isQuiet(code) {
    return (this.#quiet.get(code) || 0) > performance.now();
  }

  /**
   * A code that is seen again and again is answered once, until it has been out of sight for a while.
   * @param {string} code
   */
  async #meet(code) {
    const token = tokenIn(code, location.host);
    if (token) await this.#find({ token });
    else say("foreign");
    this.#quiet.set(code, performance.now() + QUIET_FOR);
  }

  /** @param {Card} card */
  async #find(card) {
    if (this.#isDeciding) return;
    this.#isDeciding = true;
    say("");
    const door = await findDoor(this.store, card);
    if (door && door !== UNREACHED) return this.#show(door, () => this.#again());
    this.#isDeciding = false;
    say(door ? "unreached" : card.token ? "unknown_code" : "unknown_number");
  }

  /**
   * Show which door it is, long enough to read it, and open its page unless that is called off.
   * @param {Door} door
   * @param {() => void} onCancel
   */
  #show({ id, address }, onCancel) {
    this.#isDeciding = true;
    this.#stop();
    slot("address").textContent = address;
    const open = () => location.assign(`/app/households/${id}`);
    const timer = setTimeout(open, SHOWN_FOR);
    this.dialog.addEventListener(
      "close",
      () => {
        clearTimeout(timer);
        if (this.dialog.returnValue === "open") open();
        else onCancel();
      },
      { once: true },
    );
    this.dialog.returnValue = "";
    this.dialog.showModal();
  }

  #again() {
    this.#isDeciding = false;
    this.#look();
  }

  #startNumber() {
    const form = /** @type {HTMLFormElement} */ (part("number"));
    startPad(form, {
      onNumber: (number) => this.#find({ number }),
      onWrong: (isWrong) => say(isWrong ? "wrong_number" : ""),
    });
  }

  #startPhoto() {
    const field = /** @type {HTMLInputElement} */ (part("photo"));
    part("photo-row").hidden = false;
    field.addEventListener("change", async () => {
      const [file] = field.files || [];
      if (!file) return;
      const codes = await codesInPhoto(file).catch(() => []);
      field.value = "";
      const code = codes.find((each) => tokenIn(each, location.host)) || codes[0];
      if (code) await this.#meet(code);
      else say("no_code");
    });
  }
}

/** @param {boolean} isThere */
function showFinder(isThere) {
  for (const name of ["finder", "hint"]) part(name).hidden = !isThere;
}

/**
 * Say one of the page's sentences; "" takes away what was said.
 * @param {string} name
 */
function say(name) {
  const sentence = name ? part("sentences").querySelector(`[data-say="${name}"]`)?.textContent : "";
  const place = slot("said");
  if (place.textContent !== sentence) place.textContent = sentence || "";
}

/**
 * @param {string} name
 * @returns {HTMLElement}
 */
function part(name) {
  return /** @type {HTMLElement} */ (document.querySelector(`[data-scan="${name}"]`));
}

/** @param {string} name */
function slot(name) {
  return /** @type {HTMLElement} */ (document.querySelector(`[data-slot="${name}"]`));
}
