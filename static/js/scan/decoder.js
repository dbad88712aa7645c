/** Reads codes in pictures. The reader itself is a script of its own that only this page loads: vendor/qr.js. */

/** @typedef {{ addImage(image: ImageData): void, decodeAsync(all: boolean): Promise<(string | Error)[]>, clean(): void }} Scanner */

const EFFORT = 3;

/** @type {Map<string, Scanner>} by the largest picture they take: each holds memory of that size */
const scanners = new Map();

/**
 * The texts of all codes in `image`; none when it cannot be read.
 * @param {ImageData} image
 * @param {number} limit milliseconds
 * @returns {Promise<string[]>}
 */
export async function codesIn(image, limit) {
  const scanner = scannerFor(image, limit);
  scanner.addImage(image);
  const found = await scanner.decodeAsync(true).catch(() => []);
  return /** @type {string[]} */ (found.filter((text) => typeof text === "string"));
}

/** Keep nothing of what was seen. */
export function forgetPictures() {
  for (const scanner of scanners.values()) scanner.clean();
  scanners.clear();
}

/**
 * @param {{ width: number, height: number }} size
 * @param {number} timeLimit
 */
function scannerFor({ width, height }, timeLimit) {
  const key = `${width}x${height}/${timeLimit}`;
  // `qr` has one class for readers that are used again and again; its name says that only its own parts need it.
  const { _QRScanner: Reader } = /** @type {{ _QRScanner: new (options: object) => Scanner }} */ (
    /** @type {unknown} */ (globalThis)
  );
  const found =
    scanners.get(key) || new Reader({ maxSize: { width, height }, effort: EFFORT, timeLimit });
  scanners.set(key, found);
  return found;
}
