"""Facts: however the months went, catching up gives what a rebuild gives, and parents are sums of their children."""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.builders import World, event
from tests.support.office import actor, hand_in, plain
from tests.support.phone import Phone
from webapp.accounts.queries import Actor
from webapp.core import clock
from webapp.core.db import db, table, transaction
from webapp.core.period import Month
from webapp.orgs.models import Unit
from webapp.orgs.service import merge, move
from webapp.reports.queries import report_of
from webapp.reports.service import accept, give_back, lock
from webapp.rollup import queries
from webapp.rollup.models import Fact
from webapp.rollup.rules import ACCEPTED, ON_TIME, RECEIVED, RETURNED, SUBMITTED
from webapp.rollup.service import catch_up, rebuild

NOVEMBER = Month(2026, 11)
LEADERS = {"leader": "group", "leader2": "group2", "stranger": "other_group", "far_leader": "far_group"}
MONTHS = (Month(2026, 10), NOVEMBER)


def facts() -> set[tuple[Any, ...]]:
    """Return all rows."""
    db.session.rollback()
    columns = (Fact.month, Fact.unit_id, Fact.measure, Fact.parent_id, Fact.value)
    return {tuple(row) for row in db.session.execute(select(*columns))}


def catch_up_in_bites(bite: int | None = None) -> set[tuple[Any, ...]]:
    """Return the facts once they have caught up."""
    taken = 1
    while taken:
        with transaction():
            taken = catch_up(bite)
    return facts()


def rebuilt() -> set[tuple[Any, ...]]:
    """Return the facts after forgetting them all."""
    with transaction():
        rebuild()
    return facts()


def not_the_sum_of_the_children() -> list[tuple[Any, ...]]:
    """Return the cells of units with children that differ from what their children come to."""
    levels = {row.id: row.level for row in db.session.execute(select(Unit.id, Unit.level))}
    sums = select(Fact.month, Fact.parent_id, Fact.measure, func.sum(Fact.value)).group_by(
        Fact.month, Fact.parent_id, Fact.measure
    )
    expected = {tuple(row[:3]): int(row[3]) for row in db.session.execute(sums) if row[1]}
    found = {row[:3]: row[4] for row in facts() if levels[row[1]] != "group"}
    return [key for key in found.keys() | expected.keys() if found.get(key) != expected.get(key)]


@pytest.fixture
def phones(phone: Any) -> dict[str, Phone]:
    """Return the leaders' phones by login."""
    return {login: phone(login) for login in LEADERS}


@pytest.fixture
def officer(world: World) -> Actor:
    """Return the community officer."""
    return actor(world, "officer")


def one_step(draw: random.Random, phones: dict[str, Phone], world: World, officer: Actor) -> str:
    """Do something to some report, as far as it may be done; return what."""
    login, month = draw.choice(sorted(LEADERS)), draw.choice(MONTHS)
    unit = world.units[LEADERS[login]]
    stored = report_of(unit, int(month))
    db.session.rollback()
    if stored is None:
        hand_in(phones[login], unit, str(month), births=draw.randrange(3), persons_in=draw.randrange(4))
        return "submit"
    able = {"submitted": [accept, give_back, "correct"], "accepted": ["correct", lock], "returned": ["correct"]}
    step = draw.choice(able.get(stored["state"], [None]))
    if step == "correct":
        given = {"id": stored["id"], "base_version": stored["version"], "deaths": draw.randrange(3)}
        given["visits_made"] = stored["version"]  # no two versions alike
        hand_in(phones[login], unit, str(month), reason="更正" if stored["accepted_version"] else None, **given)
    elif step is not None:
        with transaction():
            arguments = {accept: (stored["version"],), lock: ()}
            reasons = [{"measure": "births", "reason": "再核对"}]
            step(unit, month, *arguments.get(step, (stored["version"], reasons)), officer)
    return getattr(step, "__name__", str(step))


@pytest.mark.parametrize("seed", range(6))
def test_catching_up_gives_what_a_rebuild_gives(
    phones: dict[str, Phone], world: World, officer: Actor, seed: int
) -> None:
    draw = random.Random(seed)
    steps: Counter[str] = Counter()
    for _ in range(24):
        steps[one_step(draw, phones, world, officer)] += 1
        if draw.random() < 0.4:
            with transaction():
                catch_up(draw.choice([None, 1, 2, 5]))
    assert len(steps) > 3, "a story in which something happens"
    caught_up = catch_up_in_bites(draw.choice([None, 3]))
    assert not not_the_sum_of_the_children()
    assert caught_up == rebuilt()


def test_catching_up_twice_changes_nothing(phones: dict[str, Phone], world: World) -> None:
    hand_in(phones["leader"], world.units["group"], births=2)
    first = catch_up_in_bites()
    with transaction():
        assert catch_up() == 0
    assert facts() == first


def test_a_report_reaches_every_level(phones: dict[str, Phone], world: World) -> None:
    hand_in(phones["leader"], world.units["group"], births=2)
    hand_in(phones["leader2"], world.units["group2"], births=1)
    catch_up_in_bites()
    names = ("group", "community", "township", "county")
    found = queries.facts_of_units([world.units[name] for name in names], int(NOVEMBER))
    assert [found[world.units[name]]["births"] for name in names] == [2, 3, 3, 3]
    assert found[world.units["county"]][RECEIVED] == found[world.units["county"]][ON_TIME] == 2
    assert world.units["far_township"] not in queries.facts_of_children(world.units["county"], int(NOVEMBER))


def test_the_accepted_snapshot_counts_until_the_correction_is_accepted(
    phones: dict[str, Phone], world: World, officer: Actor
) -> None:
    unit = world.units["group"]
    first = hand_in(phones["leader"], unit, births=2)
    with transaction():
        accept(unit, NOVEMBER, 1, officer)
    hand_in(phones["leader"], unit, births=5, reason="漏记", id=first["id"], base_version=1)
    catch_up_in_bites()
    county = world.units["county"]
    assert queries.facts_of_units([county], int(NOVEMBER))[county]["births"] == 2
    with transaction():
        accept(unit, NOVEMBER, 2, officer)
    catch_up_in_bites()
    assert queries.facts_of_units([county], int(NOVEMBER))[county]["births"] == 5


def test_a_late_correction_touches_its_own_month_only(phones: dict[str, Phone], world: World, officer: Actor) -> None:
    unit = world.units["group"]
    old = hand_in(phones["leader"], unit, "202610", births=1)
    with transaction():
        accept(unit, MONTHS[0], 1, officer)
    hand_in(phones["leader"], unit, "202611", births=4)
    before = {row for row in catch_up_in_bites() if row[0] == 202611}
    hand_in(phones["leader"], unit, "202610", births=3, reason="晚来的证明", id=old["id"], base_version=1)
    with transaction():
        accept(unit, MONTHS[0], 2, officer)
    after = catch_up_in_bites()
    assert {row for row in after if row[0] == 202611} == before
    county = world.units["county"]
    assert queries.facts_of_units([county], 202610)[county]["births"] == 3


def test_states_move_between_the_counts(phones: dict[str, Phone], world: World, officer: Actor) -> None:
    unit = world.units["group"]
    plain(phones["leader"], unit)

    def counts() -> dict[str, int]:
        catch_up_in_bites()
        found = queries.facts_of_units([world.units["township"]], int(NOVEMBER))[world.units["township"]]
        return {name: value for name, value in found.items() if name in (SUBMITTED, RETURNED, ACCEPTED)}

    assert counts() == {SUBMITTED: 1}
    with transaction():
        give_back(unit, NOVEMBER, 1, [{"measure": "", "reason": "再看看"}], officer)
    assert counts() == {RETURNED: 1}
    report = report_of(unit, int(NOVEMBER))
    assert report
    plain(phones["leader"], unit, id=report["id"], base_version=1)
    with transaction():
        accept(unit, NOVEMBER, 2, officer)
    assert counts() == {ACCEPTED: 1}
    with transaction():
        lock(unit, NOVEMBER, officer)
    assert counts() == {ACCEPTED: 1}


def test_bites_take_what_they_are_asked_for(phones: dict[str, Phone], world: World) -> None:
    phones["leader"].push(*[event(world.units["group"]) for _ in range(5)])
    plain(phones["leader2"], world.units["group2"])
    last = queries.counted().left
    with transaction():
        assert catch_up(4) == 4
    assert queries.counted() == (None, last - 4)
    with transaction():
        assert catch_up(100) == last - 4
    assert queries.counted().left == 0


def test_counted_until_is_said_honestly(phones: dict[str, Phone], world: World, noon: datetime) -> None:
    plain(phones["leader"], world.units["group"])
    catch_up_in_bites()
    with clock.frozen(noon + timedelta(hours=1)):
        assert queries.counted() == (clock.now(), 0), "nothing was written since: counted until now"
        plain(phones["leader2"], world.units["group2"])
        assert queries.counted() == (noon, 1)


def test_a_group_that_moves_takes_its_months_along(phones: dict[str, Phone], world: World) -> None:
    hand_in(phones["leader"], world.units["group"], "202610", births=2)
    hand_in(phones["leader2"], world.units["group2"], "202610", births=1)
    catch_up_in_bites()
    with transaction():
        move(world.units["group"], world.units["far_community"], date(2026, 11, 1), actor_id=None)
    hand_in(phones["leader"], world.units["group"], "202611", births=4)
    caught_up = catch_up_in_bites()
    townships = queries.facts_of_children(world.units["county"], 202610)
    assert townships[world.units["township"]]["births"] == 1
    assert townships[world.units["far_township"]]["births"] == 2
    assert not not_the_sum_of_the_children()
    assert caught_up == rebuilt()


def test_a_report_counted_between_two_moves_leaves_nothing_behind(phones: dict[str, Phone], world: World) -> None:
    """The tree moves at once, the facts later: in between a report is counted under its new parent already."""
    hand_in(phones["leader"], world.units["group"], births=2)
    catch_up_in_bites()
    hand_in(phones["leader2"], world.units["group2"], births=1)
    with transaction():
        move(world.units["group"], world.units["far_community"], date(2026, 11, 2), actor_id=None)
        move(world.units["group2"], world.units["far_community"], date(2026, 11, 2), actor_id=None)
    caught_up = catch_up_in_bites(1)
    assert world.units["community"] not in {row[1] for row in caught_up}
    assert caught_up == rebuilt()


def test_merged_communities_count_together(phones: dict[str, Phone], world: World) -> None:
    hand_in(phones["leader"], world.units["group"], births=2)
    hand_in(phones["stranger"], world.units["other_group"], births=3)
    catch_up_in_bites()
    with transaction():
        merge([world.units["community"]], world.units["other_community"], date(2026, 11, 20), actor_id=None)
    caught_up = catch_up_in_bites()
    found = queries.facts_of_children(world.units["township"], int(NOVEMBER))
    assert {unit: facts["births"] for unit, facts in found.items()} == {world.units["other_community"]: 5}
    assert caught_up == rebuilt()


def test_values_are_whole_numbers_on_both_databases(phones: dict[str, Phone], world: World) -> None:
    hand_in(phones["leader"], world.units["group"], births=2)
    catch_up_in_bites()
    values = db.session.scalars(select(table(Fact).c.value)).all()
    assert values
    assert {type(value) for value in values} == {int}
