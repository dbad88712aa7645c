"""Households that change hands: the old phone obeys, and nothing it had not sent yet is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from tests.builders import World, event, household, need, record, visit
from tests.support.moving import count, hand_over
from tests.support.office import actor
from tests.support.phone import Phone
from webapp.core.db import db, transaction
from webapp.events.models import Event
from webapp.handover import queries, service
from webapp.handover.models import HeldRecord
from webapp.households.models import HouseholdTerm
from webapp.ledger.queries import broken_lines
from webapp.sync.rules import RECORD_TYPES
from webapp.visits.models import Need, Visit

Json = dict[str, Any]
People = Callable[[str], Phone]


def test_both_phones_hear_of_it(leader: Phone, phone: People, world: World, door: str) -> None:
    sent = need(world.units["group"], door)
    leader.push(sent)
    leader.pull()
    new = phone("leader2")
    new.pull()
    assert hand_over(world, door) == 1
    gone = {change["id"]: change for change in leader.pull()}
    assert gone[door]["deleted"] and set(gone) == {door, sent["id"]}
    still = {"unit", "household", "service", "opened", "month", "late"}
    assert set(gone[sent["id"]]["data"]) == still, (
        "it counts in the old group's month; whose it is now and how it stands are gone"
    )
    told = {change["id"]: change["data"] for change in new.pull()}
    assert told[door]["unit"] == told[sent["id"]]["unit"] == world.units["group2"]
    assert told[door]["contact"]["name"] == "王小明"


def test_the_coordinator_who_sees_both_groups_keeps_it(phone: People, world: World, door: str) -> None:
    coordinator = phone("coordinator")
    coordinator.pull()
    hand_over(world, door)
    (change,) = [change for change in coordinator.pull() if change["id"] == door]
    assert not change["deleted"] and change["data"]["unit"] == world.units["group2"]


def test_handing_over_twice_changes_nothing(world: World, door: str) -> None:
    assert [hand_over(world, door), hand_over(world, door)] == [1, 0]
    assert count(HouseholdTerm) == 2


def test_three_visits_of_a_phone_without_network_arrive_and_are_seen(
    leader: Phone, phone: People, world: World, door: str, group: str, other: str
) -> None:
    visits = [visit(group, door, note=f"第 {number} 次") for number in (1, 2, 3)]
    hand_over(world, door)
    results = leader.push(*visits)
    assert [result["outcome"] for result in results] == ["created"] * 3
    assert all(result["receipt"] for result in results)
    assert count(Visit) == 0, "they count when the new owner has looked at them"
    told = [change for change in phone("leader2").pull() if change["type"] == "held"]
    assert {change["id"] for change in told} == {sent["id"] for sent in visits}
    assert {row.data["note"] for row in queries.waiting([other])} == {"第 1 次", "第 2 次", "第 3 次"}
    assert not queries.waiting([group])


def test_sent_again_it_is_the_same_and_corrected_it_is_newer(
    leader: Phone, world: World, door: str, group: str
) -> None:
    sent = visit(group, door)
    hand_over(world, door)
    first = leader.push(sent)[0]
    assert leader.push(sent)[0] == {**first, "outcome": "same"}
    mended = {**sent, "base_version": 1, "data": {**sent["data"], "outcome": "not_home"}}
    (result,) = leader.push(mended)
    assert (result["outcome"], result["version"], count(HeldRecord)) == ("updated", 2, 1)


def test_what_was_taken_over_counts_for_the_new_owner(
    leader: Phone, phone: People, world: World, door: str, group: str, other: str
) -> None:
    seen = visit(group, door)
    moved_in = event(group, "move_in", persons=2, visit=seen["id"])
    asked = need(group, door)
    hand_over(world, door)
    assert [result["outcome"] for result in leader.push(seen, moved_in, asked)] == ["created"] * 3
    assert count(Event) == 0, "an event goes with the visit it was learned at"
    new = actor(world, "leader2")
    with transaction():
        results = service.take(queries.waiting([other]), new, RECORD_TYPES)
    assert {result.outcome for result in results.values()} == {"created"}
    assert {row.unit_id for model in (Visit, Event, Need) for row in db.session.scalars(select(model))} == {other}
    assert not queries.waiting([other])
    assert list(broken_lines()) == []


def test_a_changed_household_goes_on_top_of_what_is_there(
    leader: Phone, phone: People, world: World, door: str, group: str, other: str
) -> None:
    stored = household(group)["data"]
    hand_over(world, door)
    mine = record("household", {**stored, "size": "3-4"}, id=door, base_version=1)
    assert leader.push(mine)[0]["outcome"] == "created"
    new = actor(world, "leader2")
    with transaction():
        results = service.take(queries.opened([door]), new, RECORD_TYPES)
    assert results[door].outcome == "updated"


def test_declined_it_counts_nowhere(leader: Phone, world: World, door: str, group: str, other: str) -> None:
    sent = visit(group, door)
    hand_over(world, door)
    leader.push(sent)
    new = actor(world, "leader2")
    with transaction():
        service.decline(queries.opened([sent["id"]]), new)
    assert (count(Visit), queries.waiting([other])) == (0, [])
    assert leader.push(sent)[0]["outcome"] == "same", "the old phone has its receipt"


def test_who_never_had_it_is_refused(phone: People, world: World, door: str) -> None:
    (result,) = phone("leader2").push(visit(world.units["group2"], door))
    assert result["outcome"] == "refused"
    (result,) = phone("stranger").push(visit(world.units["group"], door))
    assert result["outcome"] == "refused"
    assert count(HeldRecord) == 0


@pytest.mark.parametrize(
    ("chosen", "moved"),
    [
        ({"building": "金桂苑3幢"}, ["501", "502"]),
        ({"building": ["金桂苑3幢", "5幢"]}, ["501", "502", "101"]),
        ({"building": "5幢", "household": "501"}, ["501", "101"]),
        ({"all": "1"}, ["501", "502", "101", "left"]),
        ({"building": "没有这一幢"}, None),
    ],
)
def test_buildings_and_whole_groups_go_in_one_step(
    signed_in: Any, leader: Phone, world: World, group: str, other: str, chosen: Json, moved: list[str] | None
) -> None:
    beside = {"building": "5幢", "door": "101"}
    doors = {"501": household(group), "502": household(group, "502", "李四"), "101": household(group, address=beside)}
    leader.push(
        *doors.values(),
        gone := household(group, "601", "赵五", left_on="2026-11-02", address={"building": "9幢", "door": "1"}),
    )
    doors["left"] = gone
    typed = {**chosen, **({"household": doors[chosen["household"]]["id"]} if "household" in chosen else {})}
    form = {"from": group, "to": other, "reason": "leader", **typed}
    office = signed_in("officer")
    page = office.get(f"/app/hand-over?from={group}")
    assert {box["value"] for box in page.select("[name=building]")} == {"金桂苑3幢", "5幢", "9幢"}
    if moved is None:
        assert "请至少选一户" in office.post("/app/hand-over", form).get_text()
        return
    assert f"n={len(moved)}" in office.submit("/app/hand-over", form)
    assert queries.living_at(other) == {doors[name]["id"] for name in moved}


def test_pages_of_handing_over(signed_in: Any, leader: Phone, world: World, door: str, group: str, other: str) -> None:
    office = signed_in("officer")
    page = office.get(f"/app/hand-over?from={group}")
    assert page.select_one(f"input[value='{door}']")
    wrong = office.post("/app/hand-over", {"from": group, "to": group, "household": door})
    assert "这些住户已经在这个组" in wrong.get_text() and "请选移交的原因" in wrong.get_text()
    assert wrong.select_one(f"input[value='{door}']").has_attr("checked"), "nothing chosen is lost"
    form = {"from": group, "to": other, "household": door, "reason": "leader"}
    assert "n=1" in office.submit("/app/hand-over", form)
    sent = visit(group, door, note="还没传的")
    leader.push(sent)
    new = signed_in("leader2")
    assert "还没传的" in new.get("/app/handed-over").get_text()
    assert "还没传的" not in signed_in("leader").get("/app/handed-over").get_text()
    signed_in("stranger").post("/app/handed-over", {"record": sent["id"], "choice": "take"}, status=404)
    assert "taken" in new.submit("/app/handed-over", {"record": sent["id"], "choice": "take"})
    assert count(Visit) == 1
