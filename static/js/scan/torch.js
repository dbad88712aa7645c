/** The light of the camera, for dark stairs: where the phone has one, and as it was left. */

/**
 * @param {import("./camera.js").Camera} camera
 * @param {import("../store.js").Store} [store] remembers it
 */
export function startTorch(camera, store) {
  const button = /** @type {HTMLElement} */ (document.querySelector("[data-scan=torch]"));
  let isOn = false;
  const press = async (/** @type {boolean} */ on) => {
    isOn = await camera.light(on);
    button.setAttribute("aria-pressed", String(isOn));
  };
  button.addEventListener("click", async () => {
    await press(!isOn);
    await store?.meta.set("torch", isOn);
  });
  return {
    /** Offer the light of the camera that was just opened. */
    async show() {
      button.hidden = !camera.hasLight;
      if (camera.hasLight && (isOn || (await store?.meta.get("torch")))) await press(true);
    },
  };
}
