"""After a move: what the old phone still mends and takes back, what goes along, what counts on where it was heard."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from tests.builders import World, event, household, need, visit
from tests.support.moving import count, hand_over
from tests.support.office import actor
from tests.support.phone import Json, Phone
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.events.models import Event
from webapp.events.service import close_months
from webapp.handover import queries, service
from webapp.visits.models import Need, Visit
from webapp.visits.queries import doors_at
from webapp.visits.service import AT_THE_DOOR

People = Callable[[str], Phone]


def counted(unit: str) -> int:
    """Return how many needs the report of this month of a unit (id) counts."""
    db.session.rollback()
    return len((doors_at(unit, 202611) or {"needs": []})["needs"])


def taken(world: World, unit: str, who: str = "leader2") -> set[str]:
    """Have somebody take over all that waits for `unit` (id); return what became of it."""
    new = actor(world, who)
    with transaction():
        results = service.take(queries.waiting([unit]), new, AT_THE_DOOR)
    return {result.outcome for result in results.values()}


def row_of(model: Any, record_id: str) -> Any:
    """Return a stored record as it is now."""
    db.session.rollback()
    return db.session.get(model, record_id)


@pytest.mark.parametrize("how", ["corrected", "withdrawn"])
def test_an_old_visit_is_still_its_makers_to_mend(
    leader: Phone, world: World, door: str, group: str, other: str, how: str
) -> None:
    seen = visit(group, door, note="记错了")
    told = event(group, "move_in", visit=seen["id"])
    leader.push(seen, told)
    hand_over(world, door)
    mended: Json = {"deleted": True} if how == "withdrawn" else {"data": {**seen["data"], "outcome": "not_home"}}
    assert leader.push({**seen, "base_version": 1, **mended})[0]["outcome"] == "updated"
    row = row_of(Visit, seen["id"])
    assert (row.unit_id, row.deleted, row.version) == (group, how == "withdrawn", 2)
    assert leader.push({**told, "base_version": 1, "deleted": True})[0]["outcome"] == "updated"
    assert not queries.waiting([other]), "it counts where it was made: nobody else has to look at it"


def test_what_is_withdrawn_before_anybody_looked_waits_no_longer(
    leader: Phone, phone: People, world: World, door: str, group: str, other: str
) -> None:
    sent, new = visit(group, door), phone("leader2")
    hand_over(world, door)
    leader.push(sent)
    new.pull()
    taken_back = {**sent, "base_version": 1, "deleted": True}
    assert [leader.push(taken_back)[0]["outcome"] for _ in range(2)] == ["updated", "same"]
    assert not queries.waiting([other])
    assert [(change["id"], change["deleted"]) for change in new.pull()] == [(sent["id"], True)]


@pytest.mark.parametrize("how", ["done", "withdrawn"])
def test_an_old_need_is_mended_by_way_of_the_new_owner(
    leader: Phone, world: World, door: str, group: str, other: str, how: str
) -> None:
    asked = need(group, door)
    leader.push(asked)
    hand_over(world, door)
    end = {"state": "done", "closed": clock.today().isoformat()}
    step: Json = {"deleted": True} if how == "withdrawn" else {"data": {**asked["data"], **end}}
    assert leader.push({**asked, "base_version": 1, **step})[0]["outcome"] == "created"
    [row] = queries.waiting([other])
    assert row.deleted == (how == "withdrawn")
    assert taken(world, other) == {"updated"}
    stored = row_of(Need, asked["id"])
    assert (stored.deleted, stored.state) == (how == "withdrawn", "open" if how == "withdrawn" else "done")


def test_what_waits_goes_along_when_the_household_goes_on(
    leader: Phone, phone: People, world: World, door: str, group: str, other: str
) -> None:
    sent, second = visit(group, door), phone("leader2")
    hand_over(world, door)
    leader.push(sent)
    second.pull()
    coordinator = phone("coordinator")
    coordinator.pull()
    hand_over(world, door, to="other_group")
    third = world.units["other_group"]
    assert (sent["id"], True) in {(change["id"], change["deleted"]) for change in second.pull()}
    assert sent["id"] in {change["id"] for change in phone("stranger").pull() if change["type"] == "held"}
    assert not queries.waiting([other])
    assert taken(world, third, "stranger") == {"created"}
    assert row_of(Visit, sent["id"]).unit_id == third
    assert not queries.waiting([third])


def test_the_office_takes_over_what_came_of_a_visit(
    signed_in: Any, leader: Phone, world: World, door: str, group: str
) -> None:
    seen = visit(group, door)
    told = event(group, "move_in", visit=seen["id"])
    hand_over(world, door)
    leader.push(seen, told)
    form = {"record": [seen["id"], told["id"]], "choice": "take"}
    assert "taken" in signed_in("officer").submit("/app/handed-over", form)
    assert (count(Visit), count(Event)) == (1, 1)


def test_what_was_taken_over_says_who_came(leader: Phone, world: World, door: str, group: str, other: str) -> None:
    seen, asked = visit(group, door), need(group, door)
    told = event(group, "move_in", visit=seen["id"])
    hand_over(world, door)
    leader.push(seen, told, asked)
    taken(world, other)
    who = {row.author_id for model in (Visit, Event, Need) for row in db.session.scalars(select(model))}
    assert who == {world.accounts["leader"]}


def test_a_need_goes_on_counting_where_it_was_heard(
    leader: Phone, phone: People, world: World, door: str, group: str, other: str
) -> None:
    asked, new = need(group, door), phone("leader2")
    leader.push(household(group, "502"), asked)
    hand_over(world, door)
    assert (counted(group), counted(other)) == (1, 0)
    [told] = [change for change in leader.pull() if change["id"] == asked["id"]][-1:]
    assert (told["data"]["unit"], told["data"]["month"]) == (group, "202611")
    [told] = [change for change in new.pull() if change["id"] == asked["id"]]
    assert (told["data"]["unit"], told["data"]["month"]) == (other, "elsewhere")
    mine = {**asked, "base_version": 1, "data": {**asked["data"], "unit": other}}
    step = {**mine, "data": {**mine["data"], "state": "done", "closed": clock.today().isoformat()}}
    assert new.push(step)[0]["outcome"] == "updated"
    assert (counted(group), counted(other)) == (1, 0)
    assert new.push({**step, "base_version": 2, "deleted": True})[0]["outcome"] == "updated"
    assert (counted(group), counted(other)) == (0, 0)
    assert [(change["id"], change["deleted"]) for change in leader.pull()] == [(asked["id"], True)]


def test_a_need_of_a_reported_month_stays_counted_after_the_move(
    leader: Phone, phone: People, world: World, door: str, group: str, other: str
) -> None:
    asked = need(group, door)
    leader.push(asked)
    with transaction():
        close_months([(group, 202611)])
    hand_over(world, door)
    mine = {**asked, "base_version": 1, "deleted": True, "data": {**asked["data"], "unit": other}}
    [result] = phone("leader2").push(mine)
    assert [problem["code"] for problem in result["problems"]] == ["counted"]


def test_on_its_page_an_old_visit_is_mended_by_those_who_reach_where_it_counts(
    signed_in: Any, leader: Phone, world: World, door: str, group: str
) -> None:
    sent = visit(group, door)
    leader.push(sent)
    hand_over(world, door)
    url = f"/app/visits/{sent['id']}"
    shown = {login: signed_in(login).get(url).select_one("[data-show=changeable]") for login in ("leader2", "officer")}
    assert {login: not part.has_attr("hidden") for login, part in shown.items()} == {"leader2": False, "officer": True}
    typed = {"outcome": "met", "date": sent["data"]["date"], "id": sent["id"], "base_version": "1", "note": "上午"}
    signed_in("leader2").post(f"/app/households/{door}/visit", typed, status=422)
    assert signed_in("officer").submit(f"/app/households/{door}/visit", typed) == url
    assert (row_of(Visit, sent["id"]).unit_id, row_of(Visit, sent["id"]).version) == (group, 2)
