/** The coordinator's home: how far the round is, and what else is to be done. */

import { t } from "../messages.js";
import { countStates } from "../queue.js";
import { dutiesView, readDuties } from "./duties.js";
import { fillPage } from "./fill.js";

/**
 * Show the home of whoever has `store`, now and after every change.
 * @param {import("../store.js").Store} store
 */
export async function startCoordinatorHome(store) {
  const show = async () => {
    const rows = await store.records.list();
    const [duties, me] = await Promise.all([readDuties(store, rows), store.own.get("me")]);
    // Reports are for the leader and the office.
    duties.handed = duties.handed.filter(({ kind }) => kind !== "report");
    // Before the first contact the phone knows less than a page from the server says.
    if (me || document.querySelector("[data-shell]"))
      fillPage(document.body, coordinatorView(duties, countStates(rows).attention));
  };
  store.onChange(show);
  await show();
}

/**
 * @param {import("./duties.js").Duties} duties
 * @param {number} troubled records that need the person
 */
export function coordinatorView(duties, troubled) {
  const view = dutiesView(duties);
  return {
    ...view,
    calm: !view.todos_any,
    attention: troubled ? t("home.attention", { n: troubled }) : "",
  };
}
