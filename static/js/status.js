/** The sentences about what is where, and the bar for signing in, which is apart from them. */

import { stamp } from "./clock.js";
import { t } from "./messages.js";
import { hideNotice, showNotice } from "./notices.js";

/** @typedef {import("./sync.js").SyncStatus} SyncStatus */

/**
 * Which sentence is true, counted from the outbox and never from the last event.
 * @param {{ attention: number, waiting: number, lastSyncedAt?: string, part?: boolean }} counts
 * @returns {{ key: "attention" | "waiting" | "part" | "sent" | "sent_at", params: Record<string, string | number> }}
 */
export function sentenceOf({ attention, waiting, lastSyncedAt, part }) {
  if (attention) return { key: "attention", params: { n: attention } };
  if (waiting) return { key: "waiting", params: { n: waiting } };
  if (part) return { key: "part", params: {} };
  if (!lastSyncedAt) return { key: "sent", params: {} };
  return { key: "sent_at", params: { time: briefTime(lastSyncedAt, stamp()) } };
}

/**
 * A time as short as it is clear: `21:03` today, `11-29 21:03` this year.
 * @param {string} time as in `2026-11-29T21:03:11+08:00`
 * @param {string} current the time now, written alike
 */
export function briefTime(time, current) {
  const same =
    time.slice(0, 10) === current.slice(0, 10)
      ? 11
      : time.slice(0, 4) === current.slice(0, 4)
        ? 5
        : 0;
  return time.slice(same, 16).replace("T", " ");
}

/**
 * Say on the page how things stand.
 * @param {SyncStatus} status
 */
export function showStatus(status) {
  const { key, params } = sentenceOf(status);
  for (const line of document.querySelectorAll("[data-sync-line]")) {
    const text = t(key, params);
    // Only a change is read out by a screen reader.
    if (line.textContent !== text) line.textContent = text;
    line.setAttribute("data-kind", key);
  }
  for (const node of document.querySelectorAll("[data-sync-now]")) {
    const button = /** @type {HTMLButtonElement} */ (node);
    button.hidden = !status.waiting;
    button.disabled = status.sending;
  }
  if (status.session === "ok") hideNotice("signin");
  else {
    const action = {
      text: t("signin"),
      href: `/sign-in?next=${encodeURIComponent(location.pathname)}`,
    };
    showNotice(
      "signin",
      "warn",
      t(status.session === "other" ? "signin_other" : "signin_again"),
      action,
    );
  }
}
