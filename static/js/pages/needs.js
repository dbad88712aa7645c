/** The needs that are open on this phone, those past their day first. */

import { isOpenNeed } from "../domain/round.js";
import { isOverdue } from "../domain/visit.js";
import { addressWords } from "./door-words.js";
import { readDuties } from "./duties.js";
import { fillPage } from "./fill.js";
import { needRow } from "./household-view.js";

/**
 * @param {import("../store.js").Store} store
 */
export async function startNeeds(store) {
  if (!document.querySelector("[data-list=needs]")) return;
  const show = async () => {
    const [duties, reference] = await Promise.all([readDuties(store), store.meta.get("reference")]);
    fillPage(document.body, openNeedsView(duties, reference));
  };
  store.onChange(show);
  await show();
}

/**
 * @param {import("./duties.js").Duties} duties
 * @param {any} reference
 */
export function openNeedsView({ doors, needs, today }, reference) {
  const places = new Map(doors.map((door) => [door.id, addressWords(door)]));
  const open = needs.filter(isOpenNeed);
  const rank = (/** @type {any} */ need) =>
    `${isOverdue(need, today) ? 0 : 1}${need.promised || "9"}${need.opened}`;
  const rows = [...open]
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
    .map((need) => {
      const row = needRow(reference, need, today);
      return { ...row, sub: [places.get(need.household), row.sub].filter(Boolean).join(" · ") };
    });
  return { needs: rows, needs_any: rows.length > 0, calm: !rows.length };
}
