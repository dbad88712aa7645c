/**
 * What an answer of the server, or none, means for the outbox. Anything but a whole answer of the
 * expected shape means that nothing is known: a login page, a proxy's page and half an answer are none.
 */

/** @typedef {{ status: number, retryAfter: string | null, text: string }} Answer status 0: none came */
/**
 * @typedef {{ kind: "ok", body: any }
 *   | { kind: "signin", revoked?: boolean }
 *   | { kind: "split", problem: import("./queue.js").Problem }
 *   | { kind: "wait", after: number }} Meaning of a call; `after`: milliseconds the server asked for, 0 when none
 */

const LONGEST_WAIT = 3_600_000;

/**
 * @param {Answer} answer
 * @param {string} member a member, itself an array, that a whole answer has
 * @param {number} time now in milliseconds
 * @returns {Meaning}
 */
export function meaningOf(answer, member, time) {
  const body = parsed(answer.text);
  if (answer.status === 200 && Array.isArray(body?.[member])) return { kind: "ok", body };
  if (answer.status === 401) {
    const revoked = body?.error?.code === "revoked";
    return { kind: "signin", ...(revoked && { revoked }) };
  }
  if (answer.status === 413)
    return { kind: "split", problem: { field: "", code: "too_large", message: "" } };
  // The server itself says that it cannot read this: then one record of it is the reason.
  if (answer.status === 400 && body?.error?.code)
    return { kind: "split", problem: { field: "", message: "", ...body.error } };
  return { kind: "wait", after: waitAsked(answer.retryAfter, time) };
}

/**
 * The wait a Retry-After header asks for, in milliseconds; at most an hour, since a wrong one
 * must not keep a phone silent.
 * @param {string | null} header seconds or an HTTP date
 * @param {number} time now in milliseconds
 * @returns {number}
 */
export function waitAsked(header, time) {
  if (!header) return 0;
  const wait = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - time;
  return Math.min(Math.max(wait || 0, 0), LONGEST_WAIT);
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
