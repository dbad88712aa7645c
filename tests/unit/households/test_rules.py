"""What is kept of a household and on what terms; addresses in the order in which one walks."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import Schema, fields

from tests.support.vectors import vectors
from webapp.consents.queries import purposes
from webapp.consents.rules import CODES, FIELDS, ask_again_on, may_ask, new_answers, text_in_force
from webapp.core.fields import load
from webapp.core.ids import new_id
from webapp.households.rules import (
    KINDS,
    Known,
    content_of,
    floor_of,
    found_by,
    is_meant,
    likeness,
    problems_with_household,
    sort_key,
    typed_runs,
)
from webapp.households.schemas import HouseholdSchema

TODAY = date(2026, 11, 21)
UNIT = "00000000-0000-4000-8000-000000000001"
GIVEN, REFUSED = {"given": True, "version": 1, "on": TODAY}, {"given": False, "version": 1, "on": TODAY}
ADDRESSES = vectors("address")
SHARED, LIKE = vectors("household"), vectors("likeness")
TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=8)


def known(**given: Any) -> Known:
    return Known(**{"services": {"elderly_care_help"}, "purposes": purposes(), "today": TODAY, **given})


def door(**given: Any) -> dict[str, Any]:
    return {"unit": UNIT, "kind": "resident", "address": {"building": "3幢", "door": "501"}, **given}


def codes(data: dict[str, Any], before: dict[str, Any] | None = None) -> set[tuple[str, str]]:
    return {(problem.field, problem.code) for problem in problems_with_household(data, before or {}, known())}


def test_an_address_and_a_kind_are_enough() -> None:
    assert codes(door()) == set()


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"kind": "premises"}, ("premises", "premises_required")),
        ({"premises": "shop"}, ("premises", "premises_unexpected")),
        ({"needs": ["no_such_service"]}, ("needs", "service_unknown")),
        ({"left_on": date(2026, 11, 22)}, ("left_on", "future")),
        ({"note": "他的电话 13800001111"}, ("note", "note_personal")),
        ({"contact": {"name": "甲"}}, ("consents.contact", "consent_required")),
        ({"consents": {"contact": {**GIVEN, "version": 9}}}, ("consents.contact", "consent_version")),
        ({"consents": {"contact": {**GIVEN, "on": date(2026, 11, 22)}}}, ("consents.contact", "future")),
    ],
)
def test_what_is_wrong_is_named_at_its_field(given: dict[str, Any], problem: tuple[str, str]) -> None:
    assert codes(door(**given)) == {problem}


@pytest.mark.parametrize(
    ("member", "problem"),
    [
        ({"birth": date(2026, 11, 22)}, ("birth", "future")),
        ({"birth": date(1800, 1, 1)}, ("birth", "too_old")),
        ({"home": "991126"}, ("home", "region_unknown")),
        ({"id_number": "110105194912310021"}, ("id_number", "id_number")),
        ({"id_number": "11010519491231002X", "birth": date(1949, 12, 30)}, ("id_number", "id_birth")),
        ({"id_number": "11010519491231002X", "sex": "m"}, ("id_number", "id_sex")),
    ],
)
def test_what_is_wrong_with_a_member_is_named_at_its_field(member: dict[str, Any], problem: tuple[str, str]) -> None:
    data = door(members=[{"id": new_id(), "name": "甲", **member}], consents={"members": GIVEN})
    assert codes(data) - {("consents.members.guardian", "guardian_required")} == {
        (f"members.0.{problem[0]}", problem[1])
    }


@pytest.mark.parametrize("birth", [{"birth": date(2012, 11, 22)}, {"id_number": "331126201305010019"}])
def test_a_child_needs_its_guardian(birth: dict[str, Any]) -> None:
    data = door(members=[{"id": new_id(), "name": "甲", **birth}], consents={"members": GIVEN})
    assert ("consents.members.guardian", "guardian_required") in codes(data)
    data["consents"] = {"members": {**GIVEN, "guardian": "乙"}}
    assert ("consents.members.guardian", "guardian_required") not in codes(data)


def test_a_refusal_takes_what_it_is_about_and_hides_nothing_else() -> None:
    data = door(contact={"name": "甲"}, size="2", needs=["elderly_care_help"], consents={"contact": REFUSED})
    assert codes(data) == set()
    content = content_of(data, {})
    assert "contact" not in content and content["size"] == "2" and content["needs"] == ["elderly_care_help"]


def test_what_is_not_mentioned_stays_as_it_was_answered() -> None:
    before = content_of(door(contact={"name": "甲"}, consents={"contact": GIVEN}), {})
    after = content_of(door(contact={"name": "乙"}), before)
    assert after["consents"] == before["consents"] and codes(door(contact={"name": "乙"}), before) == set()
    assert new_answers(before["consents"], after["consents"]) == []


def test_numbers_are_kept_when_they_are_sent_masked() -> None:
    member = {"id": new_id(), "name": "甲", "id_number": "11010519491231002X"}
    before = content_of(door(members=[member], consents={"members": GIVEN}), {})
    masked = {"id": member["id"], "name": "甲", "id_masked": "110105********002X"}
    assert content_of(door(members=[masked]), before)["members"][0]["id_number"] == "11010519491231002X"
    assert "id_number" not in content_of(door(members=[{"id": member["id"], "name": "甲"}]), before)["members"][0]
    assert "id_number" not in content_of(door(members=[{**masked, "id": new_id()}]), before)["members"][0]


def test_after_leaving_the_telephone_stays_only_for_who_agreed() -> None:
    left = {"left_on": TODAY, "contact": {"name": "甲"}}
    assert "contact" in content_of(door(**left, consents={"contact": GIVEN, "keep_in_touch": GIVEN}), {})
    assert "contact" not in content_of(door(**left, consents={"contact": GIVEN, "keep_in_touch": REFUSED}), {})


def test_after_a_refusal_nobody_asks_for_the_time_that_the_text_says() -> None:
    assert may_ask({}, "contact", purposes(), TODAY)
    answers = {"contact": {**REFUSED, "on": "2026-11-21"}}
    assert ask_again_on(answers["contact"], purposes()["contact"]) == date(2027, 11, 21)
    days = (TODAY, date(2027, 11, 20), date(2027, 11, 21))
    assert [may_ask(answers, "contact", purposes(), day) for day in days] == [False, False, True]


@pytest.mark.parametrize("code", CODES)
def test_every_purpose_has_a_text_in_every_language(code: str) -> None:
    text = text_in_force(purposes()[code], TODAY)["text"]
    assert text.keys() == {"zh-Hans", "zh-Hant", "en"} and all(text.values())


def test_every_field_says_why_it_is_kept() -> None:
    told = {name for row in FIELDS for name in row.names}
    assert told == set(leaves(HouseholdSchema())), "say in webapp/consents/rules.py what it is for"


def leaves(schema: Schema, prefix: str = "") -> list[str]:
    """Return the names of a schema's fields; answers have the same fields for every purpose."""
    found: list[str] = []
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        if not isinstance(inner, fields.Nested):
            found.append(f"{prefix}{name}")
        elif name == "consents":
            found += [f"consents.{part}" for part in inner.schema.fields["contact"].schema.fields]
        else:
            found += leaves(inner.schema, f"{prefix}{name}.")
    return found


@pytest.mark.parametrize(
    "word", ["marriage", "pregnan", "contracep", "permit", "ethnic", "relig", "party", "photo", "gps"]
)
def test_nothing_is_asked_that_the_law_does_not_need(word: str) -> None:
    assert not [name for name in leaves(HouseholdSchema()) if word in name]


def test_addresses_stand_as_one_walks() -> None:
    shuffled = ADDRESSES["order"][::-1]
    assert sorted(shuffled, key=sort_key) == ADDRESSES["order"]
    assert [sort_key(case["address"]) for case in ADDRESSES["keys"]] == [case["key"] for case in ADDRESSES["keys"]]
    assert [(text, floor_of(text)) for text, _ in ADDRESSES["floors"]] == [tuple(case) for case in ADDRESSES["floors"]]


@given(st.integers(0, 99999), st.integers(0, 99999), TEXT)
def test_numbers_stand_by_their_size(one: int, other: int, suffix: str) -> None:
    keys = [sort_key({"building": f"{number}幢{suffix}", "door": "1"}) for number in (one, other)]
    assert (keys[0] < keys[1]) == (one < other)


@given(st.fixed_dictionaries({"building": TEXT, "door": TEXT}, optional={"entrance": TEXT}))
def test_the_key_does_not_change_with_width_or_blanks(address: dict[str, str]) -> None:
    padded = {part: f" {text}\u3000" for part, text in address.items()}
    assert sort_key(padded) == sort_key(address)


NAME = st.text(st.sampled_from("王李陈吴叶单曾重长乐明小华秀阿"), min_size=1, max_size=4)
HOUSES = st.builds(
    lambda building, entrance, number, name, phone: {
        "address": {"building": f"{building}幢", "entrance": f"{entrance}单元", "door": str(number)},
        "contact": {"name": name, "phone": f"199-0000-{phone:04d}"},
    },
    st.integers(1, 40), st.integers(1, 4), st.integers(101, 3399), NAME, st.integers(0, 9999),
)  # fmt: skip


@given(HOUSES)
def test_a_household_is_found_by_each_of_its_words(house: dict[str, Any]) -> None:
    said = [house["contact"]["name"], house["contact"]["phone"][-4:], *house["address"].values()]
    for text in said:
        for run in typed_runs(text):
            assert is_meant(house, [run])
    assert is_meant(house, typed_runs(" ".join(said)))
    assert f"@{sort_key(house['address'])}" in found_by(house)


@given(HOUSES, HOUSES)
def test_likeness_is_mutual_and_the_same_is_alike(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert {"address", "name", "phone"} <= set(likeness(one, one))


@pytest.mark.parametrize("case", LIKE["cases"], ids=lambda case: case["name"])
def test_what_may_be_the_same(case: dict[str, Any]) -> None:
    assert likeness(case["typed"], case["known"]) == case["same"]


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: case["name"])
def test_what_phones_check_too(case: dict[str, Any]) -> None:
    loaded, problems = load(HouseholdSchema(), case["data"])
    problems = problems or problems_with_household(loaded, {}, known(today=date.fromisoformat(SHARED["today"])))
    assert [[problem.field, problem.code] for problem in problems] == case["problems"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_shape_takes_every_kind(kind: str) -> None:
    assert load(HouseholdSchema(), door(kind=kind))[1] == []
