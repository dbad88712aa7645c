"""What lower offices have to display, as those above read it: sums, who is behind, at a cost that does not grow."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.builders import World
from tests.support import office
from tests.support.published import publish, take_down
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.core.ids import new_id
from webapp.orgs import queries as orgs
from webapp.orgs.models import Unit
from webapp.publishing.queries import duties
from webapp.publishing.service import note_display
from webapp.publishing.tallies import behind, tallies

BELOW = "/app/documents/duties/below"


def shown(world: World, unit: str, period: str, duty: str = "funds", first: str = "2026-11-01", edition=None) -> None:
    """Note that a unit displays what a duty asks for."""
    told = {"duty": duty, "period": period, "shown_from": date.fromisoformat(first), "edition": edition}
    officer = office.actor(world, "officer")
    with transaction():
        note_display(world.units[unit], told, officer)


def more_communities(world: World, count: int, opened: date = date(2020, 1, 1)) -> None:
    """Open communities in the township, which display nothing."""
    with transaction() as session:
        path = orgs.unit(world.units["township"]).path
        for n in range(count):
            unit_id = new_id()
            session.add(
                Unit(
                    id=unit_id, parent_id=world.units["township"], level="community", path=f"{path}{unit_id}/",
                    name=f"新{n}社区", code=None, opened=opened, closed=None, successor_id=None,
                )
            )  # fmt: skip


def tally(world: World, unit: str, duty: str, period: str):
    path = orgs.unit(world.units[unit]).path
    return next(one for one in tallies(path, clock.today()) if (one.duty.code, one.term.code) == (duty, period))


@pytest.mark.usefixtures("settled")
def test_sums_tell_who_kept_it_who_has_still_to_and_who_is_late(world):
    before = tally(world, "county", "funds", "2026Q4")
    shown(world, "community", "2026Q4")
    shown(world, "community", "2026Q3", first="2026-09-01")
    after, last = (tally(world, "county", "funds", period) for period in ("2026Q4", "2026Q3"))
    assert (after.kept, after.due) == (1, before.due - 1)
    assert (last.kept, last.due, last.overdue) == (1, 0, before.due - 1)
    assert after.kept + after.due + after.overdue + after.early == after.units == before.units


def test_what_was_taken_down_early_was_not_kept(world):
    edition = publish(world, "money", "community", kind="funds")
    shown(world, "community", "2026Q4", first=clock.today().isoformat(), edition=edition.id)
    take_down(world, edition, "money", "community")
    found = tally(world, "township", "funds", "2026Q4")
    assert (found.kept, found.early) == (0, 1)


def test_a_county_that_has_just_begun_owes_nothing_of_the_time_before(signed_in, world):
    path = orgs.unit(world.units["county"]).path
    assert {one.term.code for one in tallies(path, clock.today())} == {"2026Q4", "2026"}
    assert behind(path, clock.today(), 0, 50) == (0, [])
    soup = signed_in("officer").get(f"/app/documents/duties?unit={world.units['community']}")
    assert soup.find(id="funds-2026Q4")
    assert not soup.find(id="funds-2026Q3")
    with clock.frozen(datetime(2027, 1, 1, tzinfo=UTC)):
        assert behind(path, clock.today(), 0, 50).total  # of the quarter in which it began


@pytest.mark.usefixtures("settled")
def test_a_unit_owes_nothing_of_a_time_before_it_was_there(world):
    before = [tally(world, "township", "funds", period) for period in ("2026Q4", "2026Q3")]
    more_communities(world, 1, opened=date(2026, 10, 1))
    after = [tally(world, "township", "funds", period) for period in ("2026Q4", "2026Q3")]
    assert [one.units for one in after] == [before[0].units + 1, before[1].units]


@pytest.mark.usefixtures("settled")
def test_a_county_reads_who_is_behind_and_goes_there(signed_in, world):
    soup = signed_in("county").get(f"{BELOW}?unit={world.units['county']}")
    address = f"/app/documents/duties?unit={world.units['community']}"
    assert soup.find("a", href=address)
    assert soup.find("table")
    names = [one.get_text() for one in soup.select("#behind strong")]  # by code, as everywhere: each is named after it
    assert len(names) > 2
    assert names == sorted(names)
    for duty in duties():
        shown(world, "community", "2026Q3" if duty.every == "quarter" else "2025", duty.code, first="2026-09-01")
    assert not signed_in("township").get(f"{BELOW}?unit={world.units['township']}").find("a", href=address)


def test_nobody_reads_sums_of_others(signed_in, world):
    signed_in("far_township").get(f"{BELOW}?unit={world.units['township']}", 404)


def test_a_display_that_was_taken_down_early_says_so_to_its_unit(signed_in, world):
    edition = publish(world, "money", "community", kind="funds")
    shown(world, "community", "2026Q4", first=clock.today().isoformat(), edition=edition.id)
    take_down(world, edition, "money", "community")
    with clock.frozen(clock.now() + timedelta(days=20)):
        soup = signed_in("officer").get(f"/app/documents/duties?unit={world.units['community']}")
        assert "不满 15 天" in soup.find(id="funds-2026Q4").get_text()


@pytest.mark.usefixtures("settled")
def test_a_page_of_many_units_costs_what_one_of_few_does(signed_in, world):
    pages, address = signed_in("county"), f"{BELOW}?unit={world.units['county']}"
    pages.get(address)
    counts = []
    for more in (0, 120):
        more_communities(world, more)
        db.session.rollback()
        with office.statements() as told:
            soup = pages.get(address)
        counts.append(len(told))
    assert counts[0] == counts[1]
    assert len(soup.select("#behind li")) == 50
    assert soup.find("a", rel="next")
    total = behind(orgs.unit(world.units["county"]).path, clock.today(), 0, 50).total
    assert total > 120
