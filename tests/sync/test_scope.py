"""A leader reaches her own group only, by every record type and every trick with ids."""

from typing import Any

import pytest

from tests.builders import PEOPLE, World, answer, event, household, need, report, visit
from tests.support.phone import Phone
from webapp.access.rules import may
from webapp.consents.queries import purposes
from webapp.core.db import db
from webapp.events.models import Event
from webapp.sync.rules import RECORD_TYPES

NOWHERE = "00000000-0000-4000-8000-000000000000"
MAKE: dict[str, Any] = {
    "event": event,
    "report": report,
    "household": household,
    "visit": lambda unit: visit(unit, NOWHERE),
    "need": lambda unit: need(unit, NOWHERE),
}
ALONE = ("event", "report", "household")  # what needs no household to be there before


def test_every_record_type_is_tried_here() -> None:
    # What residents told is begun by them and only ended by staff: tests/web/feedback/test_closing.py.
    assert MAKE.keys() | {"feedback"} == RECORD_TYPES.keys()


@pytest.mark.parametrize("kind", MAKE)
@pytest.mark.parametrize("unit", ["group2", "other_group", "far_group", "community", "township", "county"])
def test_other_units_are_refused(leader: Phone, world: World, kind: str, unit: str) -> None:
    (result,) = leader.push(MAKE[kind](world.units[unit]))
    assert result["outcome"] == "refused" and result["current"] is None
    assert [(problem["field"], problem["code"]) for problem in result["problems"]] == [("unit", "forbidden")]


@pytest.mark.parametrize("kind", MAKE)
def test_a_unit_that_does_not_exist_looks_the_same(leader: Phone, world: World, kind: str) -> None:
    (foreign,) = leader.push(MAKE[kind](world.units["far_group"]))
    (nowhere,) = leader.push(MAKE[kind](NOWHERE))
    assert foreign["problems"] == nowhere["problems"]


@pytest.mark.parametrize("kind", ALONE)
@pytest.mark.parametrize("login", ["officer", "township", "county", "auditor", "coordinator"])
def test_only_roles_with_the_action_write(phone: Any, world: World, kind: str, login: str) -> None:
    role, _ = PEOPLE[login]
    (result,) = phone(login).push(MAKE[kind](world.units["group"]))
    if may(role, RECORD_TYPES[kind].action):
        assert result["outcome"] == "created"
    else:
        assert (result["outcome"], result["problems"][0]["code"]) == ("refused", "forbidden")


@pytest.mark.parametrize("kind", ALONE)
def test_a_guessed_id_neither_reads_nor_changes(phone: Any, world: World, kind: str) -> None:
    theirs = MAKE[kind](world.units["far_group"])
    assert phone("far_leader").push(theirs)[0]["outcome"] == "created"
    own = {**theirs["data"], "unit": world.units["group"]}
    for attempt in (
        theirs,
        {**theirs, "base_version": 1},
        {**theirs, "data": own},
        {**theirs, "data": own, "base_version": 9},
    ):
        (result,) = phone("leader").push(attempt)
        assert (result["outcome"], result["current"], result["receipt"]) == ("refused", None, None)
    (result,) = phone("leader").push({**theirs, "data": own, "base_version": 1, "deleted": True})
    assert (result["outcome"], result["current"]) == ("refused", None)
    row = db.session.get(Event, theirs["id"])
    assert kind != "event" or (row and row.unit_id == world.units["far_group"] and not row.deleted)


def test_pull_holds_the_own_group_only(phone: Any, world: World) -> None:
    for login, unit in (
        ("leader", "group"),
        ("leader2", "group2"),
        ("stranger", "other_group"),
        ("far_leader", "far_group"),
    ):
        phone(login).push(event(world.units[unit]), report(world.units[unit], "202610"))
    reach = {
        "leader": {"group"},
        "leader2": {"group2"},
        "coordinator": {"group", "group2"},
        "officer": {"group", "group2"},
        "township": {"group", "group2", "other_group"},
        "county": {"group", "group2", "other_group", "far_group"},
    }
    for login, units in reach.items():
        assert {c["data"]["unit"] for c in phone(login).pull()} == {world.units[unit] for unit in units}, login


def test_a_cursor_of_somebody_else_starts_anew(phone: Any, world: World) -> None:
    one, two = phone("leader"), phone("leader2")
    one.push(event(world.units["group"]))
    one.pull()
    two.cursor = one.cursor
    answer = two.pull_page()
    assert answer["restart"] is True and answer["changes"] == []


@pytest.mark.parametrize("cursor", ["x", "1", "-1.a.b", "999999.a.b", "1.a", "9" * 40 + ".a.b", "٣.a.b"])
def test_a_broken_cursor_starts_anew(leader: Phone, group: str, cursor: str) -> None:
    leader.push(event(group))
    leader.cursor = cursor
    answer = leader.pull_page()
    assert answer["restart"] is True and len(answer["changes"]) == 1 and answer["reference"]["forms"]


def test_pull_goes_on_from_its_cursor(leader: Phone, group: str) -> None:
    first = event(group)
    leader.push(first)
    assert [change["id"] for change in leader.pull()] == [first["id"]]
    assert leader.pull() == []
    leader.push({**first, "base_version": 1, "deleted": True})
    (change,) = leader.pull()
    assert (change["id"], change["deleted"], change["data"], change["version"]) == (first["id"], True, None, 2)


def test_pull_is_paged(leader: Phone, group: str) -> None:
    for _ in range(3):
        leader.push(*[event(group) for _ in range(200)])
    answer = leader.pull_page()
    assert answer["more"] is True and len(answer["changes"]) == 500
    assert len(leader.pull()) == 100


def test_reference_comes_once(leader: Phone) -> None:
    told = leader.pull_page()["reference"]
    assert told["forms"][0]["code"] == "monthly"
    assert {one["code"]: one for one in told["purposes"]} == purposes(), "consents are asked for with their texts"
    assert "reference" not in leader.pull_page()


def test_an_event_of_a_whole_community_is_refused(phone: Any, world: World) -> None:
    """It would count nowhere: months are those of groups."""
    coordinator = phone("coordinator")
    (refused, taken) = coordinator.push(event(world.units["community"]), event(world.units["group"]))
    assert (refused["outcome"], refused["problems"][0]["code"]) == ("refused", "not_a_group")
    assert taken["outcome"] == "created"


@pytest.mark.parametrize(("login", "sees"), [("officer", False), ("coordinator", True), ("leader", True)])
def test_a_stale_answer_reveals_no_more_than_the_page(phone: Any, world: World, login: str, sees: bool) -> None:
    """Who sits in the office sees names and numbers by giving a reason, which the ledger keeps; nowhere else."""
    member = {"id": NOWHERE, "name": "欧阳晓芙"}
    home = household(world.units["group"], name="司徒建国", members=[member])
    home["data"]["consents"]["members"] = answer(guardian="尉迟监护")
    assert phone("leader").push(home)[0]["outcome"] == "created"
    (stale,) = phone(login).push({**home, "data": {**home["data"], "size": "2"}})
    assert (stale["outcome"], stale["version"], stale["current"]["address"]["door"]) == ("stale", 1, "501")
    for secret in ("司徒建国", "欧阳晓芙", "尉迟监护", "19900000037", "0000-0037"):
        assert (secret in str(stale["current"])) == (sees and secret != "19900000037")
    assert sees or stale["current"]["contact"]["name"] == "司**"
