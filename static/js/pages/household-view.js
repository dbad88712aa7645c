/** One household as its page shows it. */

import { PURPOSES, versionsToday } from "../domain/consent.js";
import { isOpenNeed } from "../domain/round.js";
import { isOverdue } from "../domain/visit.js";
import { t } from "../messages.js";
import { addressWords, callable, maskedName, maskedPhone } from "./door-words.js";
import { ownData } from "./held.js";
import { dayWords, inWords } from "./words.js";

/** @typedef {import("./round-data.js").House} House */
/** @typedef {import("./held.js").Held} Held */

const VISITS_SHOWN = 6;

/**
 * @param {House} house
 * @param {boolean} revealed whether names and telephone are shown whole
 */
export function householdView(house, revealed) {
  const { household, gone, unsent } = house;
  if (!household) {
    return {
      unknown: !gone,
      handed_over: gone,
      unsent_here: unsent ? t("house.unsent", { n: unsent }) : "",
      open: false,
    };
  }
  return {
    unknown: false,
    handed_over: false,
    open: true,
    ...headView(house, household),
    ...contactView(household, revealed),
    ...membersView(household, revealed),
    facts: factRows(house, household),
    note: household.note || "",
    ...needsView(house),
    visits: house.visits.slice(0, VISITS_SHOWN).map((visit) => visitRow(house, visit)),
    no_visits: !house.visits.length,
    consents: PURPOSES.map((purpose) => consentRow(household, purpose)),
    cards: (household.cards || []).map((/** @type {any} */ card) => card.number).join("、"),
    no_cards: !household.cards?.length,
  };
}

/**
 * @param {House} house
 * @param {Held} household
 */
function headView({ id, visits, today }, household) {
  const url = `/app/households/${id}`;
  const { left_on, preference } = household;
  const days = [preference?.not_before, (visits[0] || household.last)?.not_before].filter(
    (day) => day > today,
  );
  return {
    address: addressWords(household.address),
    here: !left_on,
    left: left_on ? t("house.left", { day: dayWords(left_on) }) : "",
    not_before: days.length ? t("house.not_before", { day: dayWords(days.sort().pop()) }) : "",
    waiting: household.mark === "waiting",
    visit_url: `${url}/visit`,
    edit_url: `${url}/edit`,
    left_url: `${url}/left`,
  };
}

/**
 * @param {Held} household
 * @param {boolean} revealed
 */
function contactView({ contact }, revealed) {
  return {
    contact: Boolean(contact),
    contact_name: revealed ? contact?.name : maskedName(contact?.name),
    contact_phone: revealed ? contact?.phone : maskedPhone(contact?.phone),
    call: callable(contact?.phone),
    reveal: t(revealed ? "house.hide" : "house.show"),
  };
}

/**
 * @param {Held} household
 * @param {boolean} revealed
 */
function membersView({ members = [] }, revealed) {
  const rows = members.map((/** @type {any} */ member) => {
    const { id, name, relation, birth, arrived } = member;
    const more = [birth, arrived ? t("house.arrived", { day: arrived }) : "", member.id_masked];
    const said = [
      revealed ? name : maskedName(name),
      relation && t(`relation.${relation}`),
      ...(revealed ? more : []),
    ];
    return { key: id, text: said.filter(Boolean).join(" · ") };
  });
  return { members: rows, has_members: rows.length > 0 };
}

/**
 * @param {House} house
 * @param {Held} household
 */
function factRows({ me, reference }, household) {
  const { unit, kind, premises, size, language, preference, needs = [] } = household;
  const units = me?.units || [];
  const group = units.length > 1 && units.find((/** @type {any} */ each) => each.id === unit)?.name;
  const rows = [
    ["group", group],
    ["kind", t(`house.kind.${premises || kind}`)],
    ["size", size && t(`house.size.${size}`)],
    ["language", language && t(`house.language.${language}`)],
    ["time", preference?.time && t(`house.time.${preference.time}`)],
    ["wishes", needs.map((/** @type {string} */ code) => serviceWords(reference, code)).join("、")],
  ];
  return rows
    .filter(([, value]) => value)
    .map(([key, value]) => ({ key, label: t(`house.${key}`), value }));
}

/** @param {House} house */
function needsView({ needs, reference, today }) {
  const open = needs.filter(isOpenNeed);
  const shown = open.length ? open : needs.slice(-1);
  return {
    needs: shown.map((need) => needRow(reference, need, today)),
    has_needs: Boolean(shown.length),
  };
}

/**
 * @param {any} reference
 * @param {Held} need
 * @param {string} today
 */
export function needRow(reference, need, today) {
  const { id, service, state, opened, promised, referred_to } = need;
  const promise = promised
    ? t(isOverdue(need, today) ? "need.overdue" : "need.promised", { day: dayWords(promised) })
    : t("need.opened", { day: dayWords(opened) });
  return {
    key: id,
    url: `/app/needs/${id}`,
    service: serviceWords(reference, service),
    sub: [referred_to, promise].filter(Boolean).join(" · "),
    state,
  };
}

/**
 * @param {House} house
 * @param {Held} visit
 */
function visitRow(
  { reference, events },
  { id, date, outcome, topics = [], not_before, follow_up, mark },
) {
  const moved = events.filter(({ visit, kind }) => visit === id && kind !== "service");
  const said = [
    ...moved.map(({ kind, persons }) => `${t(`kind.${kind}`)} ${t("unit.person", { n: persons })}`),
    ...topics.map((/** @type {string} */ code) => serviceWords(reference, code)),
    follow_up && t("door.follow_up", { day: dayWords(follow_up) }),
    not_before && t("door.not_before", { day: dayWords(not_before) }),
    mark && t("state.waiting"),
  ];
  return {
    key: id,
    url: `/app/visits/${id}`,
    day: dayWords(date),
    sub: said.filter(Boolean).join(" · "),
    outcome,
  };
}

/**
 * @param {Held} household
 * @param {string} purpose
 */
function consentRow({ consents = {} }, purpose) {
  const answer = consents[purpose];
  const key = answer ? (answer.given ? "consent.given" : "consent.refused") : "consent.unasked";
  return {
    key: purpose,
    kind: purpose,
    given: Boolean(answer?.given),
    day: t(key, { day: answer ? dayWords(answer.on) : "" }),
  };
}

/**
 * A kind of service in the reader's language; its code when this phone has not heard of it.
 * @param {any} reference
 * @param {string} code
 */
export function serviceWords(reference, code) {
  const found = (reference?.services || []).find((/** @type {any} */ each) => each.code === code);
  return inWords(found?.label) || code;
}

/**
 * The household without what a withdrawn consent was about; the text in force today is the one that is refused.
 * @param {House} house
 * @param {string} purpose
 */
export function withoutConsent({ household, reference, today }, purpose) {
  const data = ownData(household);
  const version = versionsToday(reference, today)[purpose] || data.consents?.[purpose]?.version;
  const consents = { ...data.consents, [purpose]: { given: false, version, on: today } };
  delete data[purpose];
  return { ...data, consents };
}

/**
 * The household as it was before a consent was taken back. What the server may have heard of was deleted there: then
 * the household agrees anew, today, and numbers of identity, which the phone has only masked, are gone.
 * @param {Record<string, any>} before
 * @param {string} purpose
 * @param {House} house
 * @param {boolean} isTold
 */
export function undone(before, purpose, { reference, today }, isTold) {
  const answer = before.consents?.[purpose];
  if (!isTold || !answer) return { data: before, numbersGone: false };
  const version = versionsToday(reference, today)[purpose] || answer.version;
  const consents = { ...before.consents, [purpose]: { ...answer, version, on: today } };
  if (purpose !== "members") return { data: { ...before, consents }, numbersGone: false };
  const members = (before.members || []).map((/** @type {any} */ { id_masked, ...rest }) => rest);
  const numbersGone = (before.members || []).some((/** @type {any} */ one) => one.id_masked);
  return { data: { ...before, consents, members }, numbersGone };
}
