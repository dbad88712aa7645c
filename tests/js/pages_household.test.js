import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { versionsToday } from "../../static/js/domain/consent.js";
import { movedRecords, wasTried } from "../../static/js/pages/household.js";
import {
  alikeDoors,
  houseData,
  problemsWithHouse,
  typedHouse,
} from "../../static/js/pages/household-data.js";
import { houseFormView } from "../../static/js/pages/household-form.js";
import { householdView, undone, withoutConsent } from "../../static/js/pages/household-view.js";
import { household, houseOf, indexOf, REFERENCE, TODAY, visit } from "./support/doors.js";
import { nextId, UNIT, usePage } from "./support/leader.js";

const about = { unit: UNIT, today: TODAY, versions: { contact: 1, members: 1, keep_in_touch: 1 } };
const told = household("101");
const home = { ...told.data, id: told.id, version: 3 };

beforeEach(() => usePage());

test("who said long ago until when nobody should ring is not forgotten", () => {
  const told = household("101", { last: { date: "2026-01-12", not_before: "2026-12-24" } });
  assert.equal(householdView(houseOf(told), false).not_before, "house.not_before");
  const since = visit(told.id, "met", { date: "2026-10-02" });
  assert.equal(householdView(houseOf(told, { visits: [since] }), false).not_before, "");
});

test("names and telephones are masked until somebody asks", () => {
  const masked = householdView(houseOf(told), false);
  assert.deepEqual([masked.contact_name, masked.contact_phone], ["王**", "138****5678"]);
  const whole = householdView(houseOf(told), true);
  assert.deepEqual([whole.contact_name, whole.contact_phone], ["王春生", "138 1234 5678"]);
  assert.equal(whole.call, "tel:13812345678");
});

test("a household that is somebody else's says so, and what still waits here", () => {
  const view = householdView(houseOf(told, { household: undefined, gone: true, unsent: 2 }), false);
  assert.deepEqual(
    [view.handed_over, view.unknown, view.open, view.unsent_here],
    [true, false, false, "house.unsent"],
  );
});

test("one tap takes a consent back, with what it was about", () => {
  const after = withoutConsent(houseOf(told), "contact");
  assert.equal("contact" in after, false);
  assert.deepEqual(after.consents.contact, { given: false, version: 1, on: TODAY });
  assert.ok(
    !("id" in after) && !("version" in after) && !("since" in after) && !("pinyin" in after),
  );
});

test("what was never sent is undone as if nothing had been", () => {
  const before = {
    ...told.data,
    members: [{ id: "m", name: "陈", id_masked: "331126********1234" }],
  };
  const { data, numbersGone } = undone(before, "members", houseOf(told), false);
  assert.deepEqual([data, numbersGone], [before, false]);
});

test("what the server has heard is agreed to anew, today, and numbers of identity are gone", () => {
  const answers = { members: { given: true, version: 1, on: "2026-10-02", guardian: "陈" } };
  const consents = { ...told.data.consents, ...answers };
  const members = [{ id: "m", name: "陈", id_masked: "331126********1234" }];
  const house = houseOf(told, { reference: withSecondText("2026-11-01") });
  const after = undone({ ...told.data, consents, members }, "members", house, true);
  assert.deepEqual(after.data.consents.members, { ...answers.members, on: TODAY });
  assert.deepEqual(after.data.members, [{ id: "m", name: "陈" }]);
  assert.equal(after.numbersGone, true);
  const contact = undone({ ...told.data, consents, members }, "contact", house, true);
  assert.deepEqual(contact.data.consents.contact, { given: true, version: 2, on: TODAY });
  assert.deepEqual([contact.data.members, contact.numbersGone], [members, false]);
});

test("whether the server may have heard of a change", () => {
  const row = { id: "a", type: "household", state: "waiting", frozen: false };
  assert.equal(wasTried([row], "a"), false);
  assert.equal(wasTried([{ ...row, frozen: true }], "a"), true);
  assert.equal(wasTried([{ ...row, frozen: true }, row], "a"), false);
  assert.equal(wasTried([{ ...row, id: "b" }], "a"), true);
});

/** The reference with a second text for the contact person, in force since `since`. @param {string} since */
function withSecondText(since) {
  const [contact, ...others] = REFERENCE.purposes;
  const text = { version: 2, since, ask_again_months: 6, text: { "zh-Hans": "第二版" } };
  return {
    ...REFERENCE,
    purposes: [{ ...contact, versions: [...contact.versions, text] }, ...others],
  };
}

test("taking a consent back names the text in force today", () => {
  const house = houseOf(told, { reference: withSecondText("2026-11-01") });
  assert.equal(withoutConsent(house, "contact").consents.contact.version, 2);
});

test("the form reads out the texts in force today", () => {
  const empty = { fields: {}, needs: [] };
  const shown = houseFormView(houseOf(told, { household: undefined }), empty, "");
  const [contact, members] = REFERENCE.purposes;
  assert.equal(shown.purpose_contact, contact.versions[0].text["zh-Hans"]);
  assert.equal(shown.purpose_members, members.versions[0].text["zh-Hans"]);
  const later = houseOf(told, { reference: withSecondText(TODAY) });
  assert.equal(houseFormView(later, empty, told.id).purpose_contact, "第二版");
  const tomorrow = houseOf(told, { reference: withSecondText("2026-11-22") });
  assert.notEqual(houseFormView(tomorrow, empty, told.id).purpose_contact, "第二版");
});

test("the record names the text that stood on the form", () => {
  const versions = versionsToday(withSecondText("2026-11-01"), TODAY);
  const { fields, needs } = typedHouse(home);
  const data = houseData(
    { fields: { ...fields, "consents.keep_in_touch": "yes", "consents.contact": "no" }, needs },
    home,
    { ...about, versions },
  );
  assert.deepEqual(data.consents.contact, { given: false, version: 2, on: TODAY });
  assert.deepEqual(data.consents.keep_in_touch, { given: true, version: 1, on: TODAY });
});

test("who said no is not asked again for a while", () => {
  const consents = { contact: { given: false, version: 1, on: "2026-10-02" } };
  const refused = houseOf(household("101", { consents, contact: undefined }));
  const view = houseFormView(refused, typedHouse(refused.household), refused.id);
  assert.equal(view.purpose_contact, "consent.later");
  assert.equal(view.purpose_members, REFERENCE.purposes[1].versions[0].text["zh-Hans"]);
});

test("no answer is noted to a text that this phone does not have", () => {
  const given = { "address.building": "3幢", "address.door": "1", kind: "resident" };
  const fields = { ...given, "consents.contact": "no" };
  const typed = { fields, needs: [] };
  const data = houseData(typed, undefined, { ...about, versions: {} });
  const [wrong] = problemsWithHouse(typed, data, TODAY);
  assert.deepEqual([wrong.field, wrong.code], ["consents.contact", "consent_version"]);
});

test("moved away: the household and the entry of the month in one go", () => {
  const [gone, entry] = movedRecords(home, { persons: "3", date: "2026-11-01" });
  assert.deepEqual([gone.id, gone.base_version, gone.data.left_on], [told.id, 3, "2026-11-01"]);
  const { kind, persons, households } = entry.data;
  assert.deepEqual([kind, persons, households], ["move_out", 3, 1]);
  assert.equal(movedRecords(home, { persons: "0", date: "2026-11-01" }).length, 1);
});

test("what is typed back into the form makes the same record", () => {
  const { since, pinyin, ...own } = told.data;
  assert.deepEqual(houseData(typedHouse(home), home, about), own);
});

test("a household changes its group by a hand-over, not by its form", () => {
  const units = ["g1", "g2", told.data.unit].map((id) => ({ id, name: id, level: "group" }));
  const house = houseOf(told, { me: { units, months: [] } });
  const begun = typedHouse(house.household);
  assert.equal(houseFormView(house, begun, told.id).groups_any, false);
  const empty = { fields: {}, needs: [] };
  const fresh = houseOf(told, { household: undefined, me: { units, months: [] } });
  assert.equal(houseFormView(fresh, empty, "").groups_any, true);
  const moved = { ...begun, fields: { ...begun.fields, unit: "g1" } };
  assert.equal(houseData(moved, house.household, about).unit, told.data.unit);
});

test("nothing is kept of what was not agreed to", () => {
  const { fields, needs } = typedHouse(home);
  const refused = { ...fields, "consents.contact": "no", "consents.members": "" };
  const data = houseData({ fields: { ...refused, "members.0.name": "王" }, needs }, home, about);
  assert.equal("contact" in data, false);
  assert.equal("members" in data, false);
  assert.deepEqual(data.consents.contact, { given: false, version: 1, on: TODAY });
});

test("a masked number stays as it is, a new one takes its place", () => {
  const id = nextId();
  const known = { ...home, members: [{ id, name: "王", id_masked: "331126********1234" }] };
  const { fields, needs } = typedHouse(known);
  const given = { ...fields, "consents.members": "yes" };
  const [kept] = houseData({ fields: given, needs }, known, about).members;
  assert.deepEqual(kept, { id, name: "王", id_masked: "331126********1234" });
  const typed = { ...given, "members.0.id_number": "11010519491231002x" };
  const [changed] = houseData({ fields: typed, needs }, known, about).members;
  assert.deepEqual(changed, { id, name: "王", id_number: "11010519491231002X" });
});

test("address and kind are wanted, and nothing else", () => {
  const empty = { fields: {}, needs: [] };
  const found = problemsWithHouse(empty, houseData(empty, undefined, about), TODAY);
  const fields = found.map(({ field }) => field);
  assert.deepEqual(fields, ["address.building", "address.door", "kind"]);
});

test("what is wrong with somebody is said at that person's fields, wherever they stand", () => {
  const fields = {
    ...typedHouse(home).fields,
    "consents.members": "yes",
    "members.1.id": nextId(),
    "members.4.id": nextId(),
    "members.4.name": "陈",
    "members.4.id_number": "110105194912310021",
    "members.7.id": nextId(),
    "members.7.birth": "2020-05-01",
  };
  const typed = { fields, needs: [] };
  const data = houseData(typed, home, about);
  assert.deepEqual(
    problemsWithHouse(typed, data, TODAY).map(({ field, code }) => [field, code]),
    [
      ["consents.members.guardian", "guardian_required"],
      ["members.4.id_number", "id_number"],
      ["members.7.name", "required"],
    ],
  );
});

test("those most alike come first, five at most", () => {
  const near = ["1", "2", "3", "4", "5"].map((door) =>
    household(door, { address: { building: "3幢", door }, contact: { name: "王春生" } }),
  );
  const rows = indexOf([...near, told]);
  const data = {
    address: { building: "三 幢", entrance: "2单元", door: "0101" },
    contact: { name: "王春生" },
  };
  const found = alikeDoors(data, rows, "new").map(({ door }) => door);
  assert.deepEqual(found, ["101", "1", "2", "3", "4"]);
});

test("who may be there already: the same address, or the same name near by", () => {
  const rows = indexOf([told, household("909", { address: { building: "9幢", door: "909" } })]);
  const alike = (data) => alikeDoors(data, rows, "new").map(({ door }) => door);
  assert.deepEqual(alike({ address: { building: "３ 幢", entrance: "2单元", door: "101" } }), [
    "101",
  ]);
  assert.deepEqual(
    alike({ address: { building: "3幢", door: "505" }, contact: { name: "王春生" } }),
    ["101"],
  );
  assert.deepEqual(
    alike({
      address: { building: "1幢", door: "1" },
      contact: { name: "王春生", phone: "13900005678" },
    }),
    ["101", "909"],
  );
  assert.deepEqual(
    alike({ address: { building: "1幢", door: "1" }, contact: { name: "王春生" } }),
    [],
  );
});
