/** Finding a door among five thousand while somebody types: all words are made ready once. */

const [FIRST_LETTER, LAST_LETTER] = [97, 122]; // a and z

/**
 * @typedef {object} Searchable what may be searched for, of one door
 * @property {string} text address and names without blanks and signs, then cards and telephone, each after a blank
 * @property {string[]} syllables of names and address
 * @property {string} starts the first letters of the syllables
 */
/**
 * @typedef {{ building?: string, entrance?: string, door?: string, names?: string[], pinyin?: string,
 *   tail?: string, numbers?: string[] }} Searched
 */

/**
 * @param {Searched} row
 * @returns {Searchable}
 */
export function searchable({ building, entrance, door, names = [], pinyin, tail, numbers = [] }) {
  const syllables = folded(pinyin).split(" ").filter(Boolean);
  const place = bare([building, entrance, door].join(""));
  return {
    text: [place, ...names.map(bare), tail, ...numbers].filter(Boolean).join(" "),
    syllables,
    starts: syllables.map((syllable) => syllable[0]).join(""),
  };
}

/**
 * Whether every piece of what was typed is found in a door: 3-501 are the pieces 3 and 501.
 * @param {string[]} pieces as `piecesOf` makes them
 * @param {Searchable} door
 */
export function isFound(pieces, door) {
  return pieces.every((piece) => holds(door, piece));
}

/**
 * What is to be found of `query`: its runs of digits, of Latin letters, of others, as on the server.
 * @param {string} query
 */
export function piecesOf(query) {
  return folded(query).match(/\d+|[a-z]+|(?:(?![\da-z])[\p{L}\p{N}])+/gu) || [];
}

/**
 * @param {Searchable} door
 * @param {string} piece
 */
function holds({ text, syllables, starts }, piece) {
  if (text.includes(piece)) return true;
  const first = piece.charCodeAt(0);
  if (first < FIRST_LETTER || first > LAST_LETTER || !starts.includes(piece[0])) return false;
  return starts.includes(piece) || isSpelt(syllables, piece);
}

/**
 * Whether `piece` spells syllables from some place on: `wangch` does wang chun.
 * @param {string[]} syllables
 * @param {string} piece
 */
function isSpelt(syllables, piece) {
  for (let start = 0; start < syllables.length; start += 1) {
    if (syllables[start][0] === piece[0] && spells(syllables, start, piece)) return true;
  }
  return false;
}

/**
 * @param {string[]} syllables
 * @param {number} from
 * @param {string} piece
 */
function spells(syllables, from, piece) {
  let rest = piece;
  for (let at = from; at < syllables.length && rest; at += 1) {
    if (syllables[at].startsWith(rest)) return true;
    if (!rest.startsWith(syllables[at])) return false;
    rest = rest.slice(syllables[at].length);
  }
  return !rest;
}

/** @param {string} [text] */
function folded(text = "") {
  return text.normalize("NFKC").toLowerCase();
}

/** @param {string} [text] */
function bare(text) {
  return folded(text).replace(/[^\p{L}\p{N}]+/gu, "");
}
