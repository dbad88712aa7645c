/** A code in a photo, for phones that give pages no camera. The photo stays on the phone and is not kept. */

import { penOf } from "./camera.js";
import { codesIn } from "./decoder.js";

// A code can fill a photo or be small in it; what is not found at one size is looked for at the next.
const SIDES = [1000, 1800, 500];
const PHOTO_LIMIT = 1_500;

/**
 * @param {Blob} file
 * @returns {Promise<string[]>} the texts of the codes in it
 */
export async function codesInPhoto(file) {
  const picture = await pictureOf(file);
  const canvas = document.createElement("canvas");
  for (const side of SIDES) {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const [width, height] = [picture.width, picture.height].map((n) =>
      Math.max(1, Math.round(n * scale)),
    );
    const pen = penOf(canvas, width, height);
    pen.drawImage(picture, 0, 0, width, height);
    const found = await codesIn(pen.getImageData(0, 0, width, height), PHOTO_LIMIT);
    if (found.length) return found;
  }
  return [];
}

/**
 * @param {Blob} file
 * @returns {Promise<ImageBitmap | HTMLImageElement>} rejects when it is no picture
 */
async function pictureOf(file) {
  if ("createImageBitmap" in window) return createImageBitmap(file);
  const image = new Image();
  image.src = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = reject;
    reader.readAsDataURL(file);
  });
  await image.decode();
  return image;
}
