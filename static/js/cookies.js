/** Cookies that scripts set: small things that must outlive the database, or reach the server with a page. */

const YEAR = 31_536_000;

/**
 * @param {string} name
 * @param {string | number} value without characters that cookies cannot hold
 */
export function setCookie(name, value) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  // biome-ignore lint/suspicious/noDocumentCookie: Safari before 18.4 has no Cookie Store.
  document.cookie = `${name}=${value}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
}

/** @returns {Record<string, string>} all cookies that scripts may read */
export function readCookies() {
  return Object.fromEntries(document.cookie.split("; ").map((pair) => pair.split("=")));
}
