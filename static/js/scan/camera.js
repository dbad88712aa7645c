/** The camera at the back of the phone: its pictures one after the other, its light, and the end of both. */

const WANTED = {
  facingMode: { ideal: "environment" },
  width: { ideal: 1280 },
  height: { ideal: 720 },
};
const SIDE = 720;

export class Camera {
  /** @type {MediaStream | undefined} */
  #stream;
  #canvas = document.createElement("canvas");
  /** Whoever opens or closes the camera makes what was begun before worth nothing. */
  #turn = 0;

  /** @param {HTMLVideoElement} video where the picture is shown */
  constructor(video) {
    this.video = video;
  }

  /** Whether this browser can ask for a camera at all. */
  static get isThere() {
    return Boolean(navigator.mediaDevices?.getUserMedia);
  }

  /**
   * Show the picture and hand one after the other to `look`, until the camera is closed.
   * @param {(image: ImageData) => Promise<void>} look
   * @returns {Promise<boolean>} whether it is open; rejects with what the browser says against it
   */
  async open(look) {
    this.close();
    const turn = ++this.#turn;
    const stream = await navigator.mediaDevices.getUserMedia({ video: WANTED, audio: false });
    this.#stream = stream;
    if (turn !== this.#turn) {
      this.close();
      return false;
    }
    this.video.srcObject = stream;
    await this.video.play().catch(() => {});
    this.#watch(look, turn);
    return true;
  }

  /** Let go of the camera: its light goes out and the phone stops saying that it is in use. */
  close() {
    this.#turn++;
    for (const track of this.#stream?.getTracks() || []) track.stop();
    this.#stream = undefined;
    this.video.srcObject = null;
  }

  /** Whether this camera has a light that pages may switch. */
  get hasLight() {
    const capabilities = this.#track?.getCapabilities?.();
    return Boolean(/** @type {{ torch?: boolean } | undefined} */ (capabilities)?.torch);
  }

  /**
   * @param {boolean} on
   * @returns {Promise<boolean>} whether it is lit now
   */
  async light(on) {
    const torch = /** @type {MediaTrackConstraintSet} */ ({ torch: on });
    try {
      await this.#track?.applyConstraints({ advanced: [torch] });
      return on;
    } catch {
      return false;
    }
  }

  get #track() {
    return this.#stream?.getVideoTracks()[0];
  }

  /**
   * @param {(image: ImageData) => Promise<void>} look
   * @param {number} turn
   */
  async #watch(look, turn) {
    while (turn === this.#turn) {
      await nextPicture(this.video);
      const image = turn === this.#turn && this.#picture();
      if (image) await look(image).catch(console.error);
    }
  }

  /** The square in the middle, which is what the page shows; undefined before there is any. */
  #picture() {
    const { videoWidth: width, videoHeight: height } = this.video;
    const side = Math.min(width, height);
    if (!side) return undefined;
    const size = Math.min(side, SIDE);
    const pen = penOf(this.#canvas, size, size);
    pen.drawImage(
      this.video,
      (width - side) / 2,
      (height - side) / 2,
      side,
      side,
      0,
      0,
      size,
      size,
    );
    return pen.getImageData(0, 0, size, size);
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
export function penOf(canvas, width, height) {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  return /** @type {CanvasRenderingContext2D} */ (pen);
}

/** @param {HTMLVideoElement} video */
function nextPicture(video) {
  return new Promise((resolve) => {
    if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(resolve);
    else requestAnimationFrame(resolve);
  });
}
