/**
 * Where contents get encrypted on their way to the disk. They are not yet: today's records hold
 * numbers and no names. Both functions are asynchronous because WebCrypto is, and callers keep them
 * outside transactions, which end while something else is awaited.
 */

/**
 * A content as it may lie on the disk.
 * @template T
 * @param {T} content
 */
export async function seal(content) {
  return content;
}

/**
 * A content as it was before it was sealed.
 * @template T
 * @param {T} content
 */
export async function unseal(content) {
  return content;
}

/**
 * A row as pages see it.
 * @template {{ data?: any, current?: any } | undefined} T
 * @param {T} row
 * @returns {Promise<T>}
 */
export async function opened(row) {
  return row && { ...row, data: await unseal(row.data), current: await unseal(row.current) };
}
