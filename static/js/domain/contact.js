/** Whom a household names, as the server does (webapp/households/rules.py). */

/**
 * The names that a household gave: the contact's, then the members'.
 * @param {Record<string, any>} data
 * @returns {string[]}
 */
export function namesOf({ contact, members = [] }) {
  const names = [
    contact?.name,
    ...members.map((/** @type {Record<string, any>} */ member) => member.name),
  ];
  return [...new Set(names.filter(Boolean))];
}

/**
 * The last four digits of the contact's telephone, "" without one.
 * @param {Record<string, any>} data
 */
export function tailOf({ contact }) {
  const digits = (contact?.phone || "").normalize("NFKC").replace(/\D/g, "");
  return digits.slice(-4);
}
