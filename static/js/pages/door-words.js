/** Doors as a person reads them: addresses, floors, names that others on the stairs need not read. */

/** @typedef {{ building?: string, entrance?: string, door?: string }} Address */

const MOST_STARS = 2;

/**
 * `3幢 2单元 501`, as the server reads it.
 * @param {Address} address
 */
export function addressWords({ building, entrance, door }) {
  return [building, entrance, door].filter(Boolean).join(" ");
}

/**
 * `王**`
 * @param {string} [name]
 */
export function maskedName(name = "") {
  const letters = Array.from(name.trim());
  return letters.length > 1
    ? letters[0] + "*".repeat(Math.min(letters.length - 1, MOST_STARS))
    : letters.join("");
}

/**
 * `138****5678`; of a short number only the end.
 * @param {string} [phone]
 */
export function maskedPhone(phone = "") {
  const shown = phone.replace(/[^\d*+]/g, "");
  if (shown.length < 8) return shown && `****${shown.slice(-2)}`;
  return `${shown.slice(0, 3)}****${shown.slice(-4)}`;
}

/**
 * What the phone can call.
 * @param {string} [phone]
 */
export function callable(phone = "") {
  const digits = phone.normalize("NFKC").replace(/[^\d+]/g, "");
  return digits.length > 4 ? `tel:${digits}` : "";
}
