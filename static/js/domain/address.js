/**
 * The order of doors as one walks: building, entrance, floor, door; as the server does (webapp/core/natural.py,
 * webapp/households/rules.py). Both are held to tests/vectors/address.json.
 */

const WIDTH = 6;
const HAN = "零一二三四五六七八九";
const HAN_NUMBER = /[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]/g;

/**
 * A text whose order by character is the order of addresses.
 * @param {{ building: string, entrance?: string, door: string }} address
 */
export function sortKey({ building, entrance = "", door }) {
  return [building, entrance, door].map(natural).join(" ");
}

/**
 * The floor that a door's number tells: 501 and 1203 are on the 5th and 12th; null when it tells none.
 * @param {string} door
 */
export function floorOf(door) {
  const found = /^([0-9]{1,2})[0-9]{2}(?![0-9])/.exec(plainText(door));
  return found ? Number(found[1]) : null;
}

/** @param {string} text its numbers filled up, so that 2 stands before 10 */
export function natural(text) {
  const spelled = plainText(text)
    .replace(/\s+/g, "")
    .replace(HAN_NUMBER, (found) => String(numberOf(found)));
  return spelled.replace(/[0-9]+/g, (found) => found.replace(/^0+/, "").padStart(WIDTH, "0"));
}

/** @param {string} text up to 99, as 三, 十二, 二十一 */
function numberOf(text) {
  const [tens, ones] = text.includes("十") ? text.split("十") : ["零", text];
  return (tens ? HAN.indexOf(tens) : 1) * 10 + (ones ? HAN.indexOf(ones) : 0);
}

/** @param {string} text in ordinary width, lower case, without blanks at its ends */
export function plainText(text) {
  return text.normalize("NFKC").toLowerCase().trim();
}
