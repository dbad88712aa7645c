/** What a form's numbers are made of, and whether a month adds up: opening + in − out = closing. */

/**
 * @typedef {Record<string, string>} Texts by language
 * @typedef {{ kind: string, measure?: string, event?: string, sum?: string, service?: string, outcome?: string,
 *   field?: string }} Source
 * @typedef {{ code: string, section: string, label: Texts, short?: Texts, definition: Texts,
 *   unit: string, min: number, max: number, source: Source }} Measure
 * @typedef {{ opening: string, plus: string[], minus: string[], closing: string }} Balance
 * @typedef {{ code: string, version: number, measures: Measure[], balance?: Balance | null }} Form
 * @typedef {{ id: string, kind: string, persons: number, households: number, service?: string | null }} Entry
 * @typedef {{ closing: string, terms: [string, string, number][], expected: number, entered: number,
 *   difference: number, suspect: string, candidates: string[] }} Gap
 *   terms are (measure, sign, value); candidates the ids of entries that may have been noted twice
 */

/**
 * @param {any} value
 * @returns {value is number}
 */
export function isWhole(value) {
  return Number.isInteger(value);
}

/**
 * The text in `language`, or in Simplified Chinese.
 * @param {Texts} texts
 * @param {string} language
 */
export function wordsIn(texts, language) {
  return texts[language] || texts["zh-Hans"] || "";
}

/**
 * Whether an entry counts in a measure.
 * @param {Measure} measure
 * @param {Entry} entry
 */
export function sourceCounts({ source }, entry) {
  return entry.kind === source.event && (!source.service || source.service === entry.service);
}

/**
 * What the month should close with; null unless all it is made of are whole numbers.
 * @param {Balance} rule
 * @param {Record<string, any>} values
 * @returns {number | null}
 */
export function closingOf(rule, values) {
  const plus = [rule.opening, ...rule.plus].map((code) => values[code]);
  const minus = rule.minus.map((code) => values[code]);
  if (![...plus, ...minus].every(isWhole)) return null;
  return plus.reduce((all, one) => all + one, 0) - minus.reduce((all, one) => all + one, 0);
}

/**
 * How far the month is from adding up; null when it does, or cannot be said yet.
 * @param {Form} form
 * @param {Record<string, any>} values
 * @param {Entry[]} entries
 * @returns {Gap | null}
 */
export function balanceGap(form, values, entries) {
  const rule = form.balance;
  const expected = rule ? closingOf(rule, values) : null;
  const entered = rule ? values[rule.closing] : null;
  if (!rule || expected === null || !isWhole(entered) || entered === expected) return null;
  const difference = entered - expected;
  // Fewer than expected: somebody left unnoted, or an arrival was noted twice; more: the other way.
  const [lacking, repeated] = difference < 0 ? [rule.minus, rule.plus] : [rule.plus, rule.minus];
  const twice = form.measures.filter(
    (m) => repeated.includes(m.code) && m.source.kind === "events",
  );
  const alike = entries.filter((entry) => entry.persons === Math.abs(difference));
  const candidates = alike.filter((entry) => twice.some((m) => sourceCounts(m, entry)));
  return {
    closing: rule.closing,
    terms: termsOf(form, rule, values),
    expected,
    entered,
    difference,
    suspect: lacking[lacking.length - 1],
    candidates: candidates.map((entry) => entry.id),
  };
}

/**
 * @param {Form} form
 * @param {Balance} rule
 * @param {Record<string, any>} values
 * @returns {[string, string, number][]}
 */
function termsOf(form, rule, values) {
  /** @type {Map<string, string>} */
  const signs = new Map([
    [rule.opening, ""],
    ...rule.plus.map((code) => /** @type {[string, string]} */ ([code, "+"])),
    ...rule.minus.map((code) => /** @type {[string, string]} */ ([code, "−"])),
  ]);
  const named = form.measures.filter((measure) => signs.has(measure.code));
  return named.map(({ code }) => [code, signs.get(code) || "", values[code]]);
}
