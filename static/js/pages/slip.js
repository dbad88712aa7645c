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
  const told = state.reports.find((each) => each.id === id);
  const sent = state.sent.filter((each) => each.id === id).sort((a, b) => b.version - a.version)[0];
  const receipt = row ? null : receiptOf(sent, told);
  const proof = row || receipt || sent;
  const month = (row || told || sent)?.data?.month;
  return {
    unit: state.unit?.name,
    group: state.unit?.name,
    ...proofView(proof),
    ...receiptView(receipt),
    month: month && monthWords(month),
    state: row ? rowState(row) : told?.data.state || "submitted",
    waiting: row?.state === "waiting",
    attention: Boolean(row && row.state !== "waiting"),
    again_url: month ? `/app/report/${month}` : "/app",
  };
}

/** @param {{ hash: string, declared_at: string } | undefined} proof */
function proofView(proof) {
  if (!proof) return { missing: true, found: false, code: "", hash: "", declared: "" };
  const { hash, declared_at } = proof;
  return {
    missing: false,
    found: true,
    code: shortCode(hash) || "—",
    hash,
    declared: momentWords(declared_at),
  };
}

/** @param {import("../queue.js").Receipt | null | undefined} receipt */
function receiptView(receipt) {
  if (!receipt) return { arrived: false, receipt_url: "", received: "", number: "" };
  const { number, received_at } = receipt;
  return {
    arrived: true,
    receipt_url: `/receipts/${number}`,
    received: momentWords(received_at),
    number: inFours(number),
  };
}

/**
 * The receipt of the newest version that arrived, from this phone or another.
 * @param {import("../queue.js").Sent | undefined} sent
 * @param {import("../queue.js").Mirrored | undefined} told
 */
function receiptOf(sent, told) {
  if (sent?.receipt && sent.version >= (told?.version || 0)) return sent.receipt;
  return told?.data.receipt || sent?.receipt;
}

/** @param {import("../queue.js").Row} row */
function rowState({ state }) {
  return state === "waiting" ? "saved" : state;
}

/**
 * A receipt's number in groups of four, as it is read aloud.
 * @param {string} number
 */
function inFours(number) {
  return number.replace(/(\d{4})(?=\d)/g, "$1 ");
}
