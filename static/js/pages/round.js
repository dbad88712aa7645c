/** The page of the round: filters, search while typing, more doors when the end comes near. */

import { t } from "../messages.js";
import { fillPage } from "./fill.js";
import { readRound } from "./round-data.js";
import { DOORS_AT_ONCE, doorUrl, nextDoor, roundView, SHOWN_FIRST } from "./round-view.js";

/** @typedef {import("./round-view.js").Round} Round */

/**
 * Show the round of whoever has `store`, now and after every change.
 * @param {import("../store.js").Store} store
 */
export async function startRound(store) {
  const form = /** @type {HTMLFormElement} */ (document.querySelector("[data-search]"));
  const { q, show } = /** @type {any} */ (form.elements);
  const asked = new URLSearchParams(location.search);
  show.value = asked.get("show") || SHOWN_FIRST;
  let round = await readRound(store);
  let most = DOORS_AT_ONCE;
  const fill = () => {
    const view = roundView(round, { show: show.value, query: q.value, most });
    fillPage(document.body, view);
    showMore(view.more);
  };
  const again = async () => {
    round = await readRound(store);
    fill();
  };
  form.addEventListener("input", () => {
    most = DOORS_AT_ONCE;
    fill();
    remember(show.value);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  growAtEnd(() => {
    most += DOORS_AT_ONCE;
    fill();
  });
  store.onChange(again);
  fill();
  fillPage(document.body, saidView(round, asked));
}

/**
 * What the page before has done, and where to go on.
 * @param {Round} round
 * @param {URLSearchParams} asked
 */
export function saidView({ doors }, asked) {
  const said = asked.get("said") || "";
  const next = asked.get("after") ? nextDoor(doors, asked.get("after") || "") : undefined;
  return {
    said: ["visit", "left", "household"].includes(said) ? t("said.saved") : "",
    next_url: next ? doorUrl(next.id) : "",
    next_address: next?.address || "",
  };
}

/**
 * The filter stands in the address, so that the way back leads to the same doors; what was typed does not.
 * @param {string} show
 */
function remember(show) {
  history.replaceState(history.state, "", show === SHOWN_FIRST ? "/app/round" : `?show=${show}`);
}

/** @param {boolean} isMore */
function showMore(isMore) {
  const box = /** @type {HTMLElement | null} */ (document.querySelector("[data-more]"));
  if (box) box.hidden = !isMore;
}

/** @param {() => void} grow makes the list longer */
function growAtEnd(grow) {
  const box = document.querySelector("[data-more]");
  if (!box) return;
  box.addEventListener("click", grow);
  new IntersectionObserver((found) => found.some((each) => each.isIntersecting) && grow(), {
    rootMargin: "600px",
  }).observe(box);
}
