/** Sentences for scripts. The page brings them in the reader's language; no script holds any. */

/** @type {Record<string, string> | undefined} */
let sentences;

/**
 * The sentence called `key`, its places `{name}` filled; the key itself when the page has none.
 * @param {string} key
 * @param {Record<string, string | number>} [params]
 * @returns {string}
 */
export function t(key, params = {}) {
  sentences ??= /** @type {Record<string, string>} */ (pageData("messages")) || {};
  return (sentences[key] ?? key).replace(/\{(\w+)\}/g, (place, name) =>
    String(params[name] ?? place),
  );
}

/**
 * What the server wrote for scripts into `<meta name="sanshi-…">`; undefined when it did not.
 * @param {string} name
 * @returns {any}
 */
export function pageData(name) {
  const found = /** @type {HTMLMetaElement | null} */ (
    document.querySelector(`meta[name="sanshi-${name}"]`)
  );
  return found ? JSON.parse(found.content) : undefined;
}
