/** The slip: proof on the phone that a report was made, and later its receipt. */

import { shortCode } from "../canonical.js";
import { fillPage } from "./fill.js";
import { idInPath } from "./forms.js";
import { readState } from "./state.js";
import { momentWords, monthWords } from "./words.js";

/** @typedef {import("./state.js").State} State */

/**
 * @param {import("../store.js").Store} store
 */
export async function startSlip(store) {
  const id = idInPath(location.pathname);
  const show = async () => {
    const view = slipView(await readState(store), id);
    // The server's page knows reports that this phone has not heard of yet.
    if (view.code || document.querySelector("[data-shell]")) fillPage(document.body, view);
  };
  store.onChange(show);
  await show();
  document.querySelector("[data-print]")?.addEventListener("click", () => print());
}

/**
 * @param {State} state
 * @param {string} id of a report
 */
export function slipView(state, id) {
  const row = state.rows.filter((each) => each.id === id).pop();
  const sent = state.sent.filter((each) => each.id === id).sort((a, b) => b.version - a.version)[0];
  const told = state.reports.find((each) => each.id === id);
  const receipt = row ? null : sent && sent.version >= (told?.version || 0) ? sent.receipt : told?.data.receipt || sent?.receipt;
  const proof = row || receipt || sent;
  const month = (row || told || sent)?.data?.month;
  return {
    unit: state.unit?.name,
    group: state.unit?.name,
    missing: !proof,
    found: Boolean(proof),
    month: month ? monthWords(month) : "",
    code: proof ? shortCode(proof.hash) || "—" : "",
    state: row ? (row.state === "waiting" ? "saved" : row.state) : told?.data.state || "submitted",
    declared: momentWords(proof?.declared_at),
    hash: proof?.hash || "",
    waiting: row?.state === "waiting",
    attention: Boolean(row && row.state !== "waiting"),
    received: momentWords(receipt?.received_at),
    number: spaced(receipt?.number),
    receipt_url: receipt ? `/receipts/${receipt.number}` : "",
    arrived: Boolean(receipt),
    again_url: month ? `/app/report/${month}` : "/app",
  };
}

/**
 * A receipt's number in groups of four, as it is read aloud.
 * @param {string | undefined} number
 */
function spaced(number) {
  return (number || "").replace(/(\d{4})(?=\d)/g, "$1 ");
}
