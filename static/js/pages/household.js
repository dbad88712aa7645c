/** The page of one household: from the phone alone, names masked until somebody asks for them. */

import { today } from "../clock.js";
import { newId } from "../ids.js";
import { t } from "../messages.js";
import { hideNotice, showNotice } from "../notices.js";
import { save, saveAll } from "../outbox.js";
import { countIn } from "./event-view.js";
import { fillPage } from "./fill.js";
import { goOn, idInPath, typedIn } from "./forms.js";
import { ownData } from "./held.js";
import { householdView, undone, withoutConsent } from "./household-view.js";
import { readHouse } from "./round-data.js";

/** @typedef {import("../store.js").Store} Store */
/** @typedef {import("./round-data.js").House} House */

/**
 * @param {Store} store
 */
export async function startHousehold(store) {
  const id = idInPath(location.pathname);
  let house = await readHouse(store, id);
  let revealed = false;
  const show = () => {
    // The server's page knows households that this phone has not heard of yet.
    if (house.household || house.gone || document.querySelector("[data-shell]"))
      fillPage(document.body, householdView(house, revealed));
  };
  store.onChange(async () => {
    house = await readHouse(store, id);
    show();
  });
  const button = /** @type {HTMLElement | null} */ (document.querySelector("[data-reveal]"));
  if (button) button.hidden = false;
  button?.addEventListener("click", () => {
    revealed = !revealed;
    button.setAttribute("aria-pressed", String(revealed));
    show();
  });
  const said = new URLSearchParams(location.search).get("said");
  fillPage(document.body, { said: said ? t("said.saved") : "" });
  show();
  startConsents(store, () => house);
  startMoved(store, () => house);
}

/**
 * One tap takes a consent back; what it was about goes at once, and can be put back as long as the page is open.
 * @param {Store} store
 * @param {() => House} now
 */
function startConsents(store, now) {
  document.addEventListener("submit", async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    const { household } = now();
    const { consent } = form.dataset;
    if (!consent || !household) return;
    event.preventDefault();
    const before = ownData(household);
    await keep(store, now(), withoutConsent(now(), consent));
    const run = async () => {
      hideNotice("consent");
      const isTold = wasTried(await store.records.list(), now().id);
      const { data, numbersGone } = undone(before, consent, now(), isTold);
      await keep(store, now(), data);
      if (numbersGone) showNotice("consent", "info", t("consent.numbers_gone"));
    };
    showNotice("consent", "ok", t(`consent.withdrawn.${consent}`), { text: t("undo"), run });
  });
}

/**
 * Whether the server may have heard of the newest change of a household: it is on its way, or has arrived.
 * @param {Pick<import("../queue.js").Row, "id" | "type" | "frozen">[]} rows the outbox
 * @param {string} id
 */
export function wasTried(rows, id) {
  return !rows.some((row) => row.type === "household" && row.id === id && !row.frozen);
}

/**
 * @param {Store} store
 * @param {House} house as it is now, for its version
 * @param {Record<string, any>} data
 */
async function keep(store, { id, household }, data) {
  await save(store, { type: "household", id, base_version: household?.version || 0, data });
}

/**
 * Moved away: asked once, counted once.
 * @param {Store} store
 * @param {() => House} now
 */
function startMoved(store, now) {
  const dialog = /** @type {HTMLDialogElement | null} */ (document.getElementById("left"));
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-moved]"));
  if (!dialog?.showModal || !form) return;
  const { persons, date } = /** @type {any} */ (form.elements);
  document.querySelector("[data-left]")?.addEventListener("click", (event) => {
    const { household } = now();
    if (!household) return;
    event.preventDefault();
    persons.value = String(household.members?.length || Number.parseInt(household.size || "1", 10));
    date.value = date.max = today();
    dialog.showModal();
  });
  form.querySelector("[data-close]")?.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { household, id } = now();
    if (!household) return;
    await saveAll(store, movedRecords(household, typedIn(form)));
    dialog.close();
    goOn(`/app/round?said=left&after=${id}`);
  });
}

/**
 * The household with the day it left, and the entry that the month counts.
 * @param {import("./held.js").Held} household
 * @param {Record<string, string>} typed
 */
export function movedRecords(household, typed) {
  const { id, version, unit } = household;
  const day = typed.date > today() || !typed.date ? today() : typed.date;
  const persons = Number(countIn(typed.persons)) || 0;
  const data = { ...ownData(household), left_on: day };
  const event = { unit, kind: "move_out", date: day, persons, households: 1 };
  return [
    { type: "household", id, base_version: version, data },
    ...(persons ? [{ type: "event", id: newId(), base_version: 0, data: event }] : []),
  ];
}
