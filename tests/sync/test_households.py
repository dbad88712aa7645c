"""Households between phone and server: what is sent is there, sealed; what is heard is one's own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, text

from tests.builders import World, answer, household, unit_named
from tests.support.office import actor, statements
from tests.support.phone import Phone
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.core.ids import new_id
from webapp.core.period import ALWAYS
from webapp.handover.service import transfer
from webapp.households import queries, service
from webapp.households.models import HouseholdTerm, HouseholdWord
from webapp.ledger.models import LedgerLine
from webapp.receipts.models import Receipt
from webapp.sync.rules import beyond

Hand = Callable[[str], Phone]
NOBODY = "00000000-0000-4000-8000-000000000001"
TOLD_ONLY = ("pinyin", "cards", "needs_open", "since")  # what phones hear and do not send
PINYIN = "wang xiao ming chen shui xiu chen xiao bao jin gui yuan 3 chuang 2 dan yuan 501"
SECRETS = ("王小明", "金桂苑", "0037", "11010519491231002X", "晚上在家", "陈水秀", "wangxiaoming")


def full(unit: str) -> dict[str, Any]:
    """Return a household record that says all there is to say."""
    child = {"id": new_id(), "name": "陈小宝", "birth": "2020-05-01", "relation": "child", "home": "331126"}
    mother = {"id": new_id(), "name": "陈水秀", "sex": "f", "birth": "1949-12-31", "id_number": "11010519491231002X"}
    return household(
        unit, members=[mother, child], consents={"contact": answer(), "members": answer(guardian="陈水秀")},
        size="3-4", language="local", preference={"time": "evening", "not_before": "2026-12-01"},
        needs=["elderly_care_help"], note="晚上在家",
    )  # fmt: skip


def test_there_and_back(phone: Hand, world: World) -> None:
    sent = full(world.units["group"])
    (result,) = phone("leader").push(sent)
    assert (result["outcome"], result["version"]) == ("created", 1) and result["receipt"]
    for login in ("leader", "coordinator"):
        (change,) = phone(login).pull()
        data = dict(change["data"])
        extra = {name: data.pop(name) for name in TOLD_ONLY}
        assert (extra["pinyin"], extra["cards"], extra["needs_open"]) == (PINYIN, [], 0)
        mother, child = sent["data"]["members"]
        shown = {name: value for name, value in mother.items() if name != "id_number"}
        assert data == {**sent["data"], "members": [{**shown, "id_masked": "110105********002X"}, child]}


def test_what_a_phone_heard_it_may_send_back(phone: Hand, world: World) -> None:
    leader, sent = phone("leader"), full(world.units["group"])
    leader.push(sent)
    (change,) = leader.pull()
    data = {key: value for key, value in change["data"].items() if key not in TOLD_ONLY}
    (result,) = leader.push({**sent, "data": {**data, "note": "早上在家"}, "base_version": 1})
    assert (result["outcome"], result["version"]) == ("updated", 2)
    row = queries.household(sent["id"])
    assert row and row["note"] == "早上在家" and row["members"][0]["id_number"] == "11010519491231002X"


def test_sent_again_it_is_the_same_and_an_older_base_is_stale(phone: Hand, world: World) -> None:
    leader, sent = phone("leader"), full(world.units["group"])
    first = leader.push(sent)[0]
    again = leader.push(sent)[0]
    assert (again["outcome"], again["receipt"]) == ("same", first["receipt"])
    leader.push({**sent, "data": {**sent["data"], "size": "2"}, "base_version": 1})
    (late,) = phone("coordinator").push({**sent, "data": {**sent["data"], "size": "1"}, "base_version": 1})
    assert (late["outcome"], late["current"]["size"], late["current"]["version"]) == ("stale", "2", 2)
    assert "id_number" not in str(late["current"])


@pytest.mark.parametrize("login", ["officer", "township", "county", "auditor"])
def test_nobody_else_hears_of_households(phone: Hand, world: World, login: str) -> None:
    phone("leader").push(full(world.units["group"]))
    assert phone(login).pull() == []


def test_a_household_is_heard_of_however_old_it_is(phone: Hand, world: World) -> None:
    with clock.frozen(clock.now().replace(year=2025)):
        sent = household(world.units["group"])
        phone("leader").push(sent)
    assert [change["id"] for change in phone("leader").pull()] == [sent["id"]]


def test_in_one_batch_the_last_word_counts(phone: Hand, world: World) -> None:
    sent = household(world.units["group"])
    then = {**sent, "data": {**sent["data"], "size": "2"}, "base_version": 1}
    assert [result["outcome"] for result in phone("leader").push(sent, then)] == ["created", "updated"]
    row = queries.household(sent["id"])
    assert row and (row["size"], row["version"]) == ("2", 2)


def test_a_new_owner_gets_it_and_the_old_one_loses_it(phone: Hand, world: World) -> None:
    one, two, sent = phone("leader"), phone("leader2"), household(world.units["group"])
    one.push(sent)
    one.pull()
    officer, group2 = actor(world, "officer"), unit_named(world, "group2")
    with clock.frozen(clock.now() + timedelta(minutes=1)), transaction():
        transfer([sent["id"]], group2, "换人负责", officer)
    assert [(change["deleted"], change["data"]) for change in one.pull()] == [(True, None)]
    assert [change["data"]["unit"] for change in two.pull()] == [world.units["group2"]]
    assert [change["deleted"] for change in phone("leader").pull()] == [True]  # a new phone reads the same history
    states = [change["deleted"] for change in phone("coordinator").pull()]
    assert states == [False]
    terms = db.session.query(HouseholdTerm).filter_by(household_id=sent["id"]).order_by(HouseholdTerm.since).all()
    assert [term.unit_id for term in terms] == [world.units["group"], world.units["group2"]]
    assert terms[0].until == terms[1].since and terms[1].until is None


def test_a_phone_does_not_delete(phone: Hand, world: World) -> None:
    sent = household(world.units["group"])
    phone("leader").push(sent)
    (result,) = phone("leader").push({**sent, "base_version": 1, "deleted": True})
    assert (result["outcome"], result["problems"][0]["code"]) == ("refused", "not_by_phone")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"address": {"building": "3幢"}}, "address.door"),
        ({"address": None}, "address"),
        ({"kind": "family"}, "kind"),
        ({"married": True}, "married"),
        ({"contact": {"name": "甲", "phone": "打这个"}}, "contact.phone"),
        ({"members": [{"id": "1", "name": "甲"}]}, "members.0.id"),
        (
            {"members": [{"id": "00000000-0000-4000-8000-000000000001", "name": "甲", "pregnant": True}]},
            "members.0.pregnant",
        ),
        ({"consents": {"contact": {"given": True}}}, "consents.contact.version"),
        ({"consents": {"track": {"given": True, "version": 1, "on": "2026-11-01"}}}, "consents.track"),
        ({"needs": "all"}, "needs"),
        ({"note": "长" * 201}, "note"),
    ],
)
def test_a_wrong_shape_is_named_by_its_path(phone: Hand, world: World, given: dict[str, Any], field: str) -> None:
    (result,) = phone("leader").push(household(world.units["group"], **given))
    assert result["outcome"] == "refused"
    assert field in {problem["field"] for problem in result["problems"]}


@pytest.mark.parametrize("unit", ["community", "township"])
def test_households_are_kept_in_groups(phone: Hand, world: World, unit: str) -> None:
    (result,) = phone("coordinator").push(household(world.units[unit]))
    assert result["outcome"] == "refused" and result["problems"][0]["field"] == "unit"


def test_the_database_says_nothing_in_clear(phone: Hand, world: World) -> None:
    phone("leader").push(full(world.units["group"]))
    names = [name for name in inspect(db.engine).get_table_names() if name not in ("form_version", "unit", "unit_term")]
    for name in names:
        for row in db.session.execute(text(f'SELECT * FROM "{name}"')):
            shown = b"".join(value if isinstance(value, bytes) else str(value).encode() for value in row)
            for secret in SECRETS:
                if secret == "0037":
                    continue  # four digits stand in any hash
                assert secret.encode() not in shown and secret.encode("utf-16-le") not in shown, (name, secret)


def test_a_page_of_households_costs_the_same_few_questions(phone: Hand, world: World) -> None:
    coordinator, unit = phone("coordinator"), world.units["group"]
    coordinator.push(household(unit))
    coordinator.pull_page()  # some things are read once, and kept
    coordinator.cursor = ""
    with statements() as asked:
        coordinator.pull_page()
    few = len(asked)
    coordinator.push(*[household(unit, door=str(number)) for number in range(101, 160)])
    coordinator.cursor = ""
    with statements() as asked:
        assert len(coordinator.pull_page()["changes"]) == 60
    assert len(asked) == few


def test_what_is_more_than_a_phone_holds_stays_in_the_office() -> None:
    assert beyond(["a", "b", "c"], {"a": 2, "b": 2, "c": 1}, 4) == ["c"]
    assert beyond(["a", "b"], {}, 4) == []


def test_groups_beyond_a_phones_room_are_not_sent(phone: Hand, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    phone("leader").push(household(world.units["group"]))
    phone("leader2").push(household(world.units["group2"]))
    assert len(phone("coordinator").pull()) == 2
    monkeypatch.setattr("webapp.sync.queries.beyond", lambda groups, counts: beyond(groups, counts, 1))
    assert [change["data"]["unit"] for change in phone("coordinator").pull()] == [world.units["group"]]


WORDS = st.text(st.sampled_from("王李陈吴叶单曾明小华秀12a"), min_size=1, max_size=4)


@pytest.mark.one_database
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(WORDS, st.integers(101, 1299)), min_size=1, max_size=4), WORDS)
def test_search_finds_what_was_stored_and_nothing_from_elsewhere(
    phone: Hand, world: World, houses: list[tuple[str, int]], asked: str
) -> None:
    near, far = world.units["group"], world.units["other_group"]
    mine = [household(near, door=str(door), name=name) for name, door in houses]
    theirs = [household(far, door=str(door), name=name) for name, door in houses]
    for login, sent in (("leader", mine), ("stranger", theirs)):
        assert {result["outcome"] for result in phone(login).push(*sent)} == {"created"}
    group, community = unit_named(world, "group"), unit_named(world, "community")
    for (name, door), sent in zip(houses, mine, strict=True):
        for typed in (name, str(door), f"{name} {door}"):
            found = queries.search(community, typed, limit=400)
            assert sent["id"] in {row["id"] for row in found}, typed
            assert {row["unit_id"] for row in found} == {near}
    assert {row["unit_id"] for row in queries.search(group, asked, limit=400)} <= {near}


@pytest.mark.one_database
def test_words_follow_what_a_household_says_now(phone: Hand, world: World) -> None:
    leader, group = phone("leader"), unit_named(world, "group")
    sent = household(world.units["group"])
    leader.push(sent)
    leader.push({**sent, "base_version": 1, "data": {**sent["data"], "contact": {"name": "李大华"}}})
    assert queries.search(group, "王") == [] and len(queries.search(group, "ldh")) == 1
    assert queries.search(unit_named(world, "township"), "李") == []  # above a community nobody looks names up
    with transaction():
        service.erase(sent["id"], "mistake", actor_id=None)
    assert db.session.query(HouseholdWord).count() == 0


def test_a_household_counts_in_no_month(phone: Hand, world: World) -> None:
    phone("leader").push(household(world.units["group"]))
    line = db.session.query(LedgerLine).filter_by(action="household.added").one()
    receipt = db.session.query(Receipt).filter_by(record_type="household").one()
    assert (line.month, receipt.month) == (None, ALWAYS)
    assert phone("leader").client.get(f"/receipts/{receipt.number}").status_code == 200
