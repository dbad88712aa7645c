/** The page of what needs the person: mend, choose, or let go. */

import { discard, keepMine, retry } from "../outbox.js";
import { fillPage } from "./fill.js";
import { outboxView } from "./outbox-view.js";
import { readState } from "./state.js";

/** @typedef {import("../store.js").Store} Store */

/** @type {Record<string, (store: Store, id: string) => Promise<unknown>>} */
const CHOICES = { discard, mine: keepMine, theirs: discard, retry };

/**
 * @param {Store} store
 */
export async function startOutbox(store) {
  const show = async () => {
    const [state, closed] = await Promise.all([readState(store), store.records.closed()]);
    fillPage(document.body, outboxView(state, closed));
  };
  store.onChange(show);
  await show();
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("discard"));
  let asked = "";
  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-choose]") : null;
    if (!(button instanceof HTMLElement)) return;
    const { choose = "", record = "" } = button.dataset;
    if (choose !== "discard" || !dialog.showModal)
      return void (await CHOICES[choose]?.(store, record));
    asked = record;
    dialog.returnValue = "";
    dialog.showModal();
  });
  dialog.addEventListener("close", async () => {
    if (dialog.returnValue === "yes") await discard(store, asked);
  });
}
