"""The job that ends what was kept long enough: to the day, once, and the ledger still verifies."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.builders import World, event, household
from tests.support.doors import give_card
from tests.support.office import actor
from tests.support.pages import Pages
from tests.support.phone import Phone
from tests.sync.test_handover import need, visit
from webapp import create_app
from webapp.cards.queries import door
from webapp.config import Settings
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.events.models import Event
from webapp.households.models import Household, HouseholdWord
from webapp.keys.models import SubjectKey
from webapp.keys.service import keys_of
from webapp.ledger.models import LedgerLine
from webapp.ledger.queries import broken_lines
from webapp.retention import service
from webapp.retention.rules import NAMES
from webapp.visits.models import Need, Visit

NOTHING = dict.fromkeys(NAMES, 0)


def count(model: Any, *conditions: Any) -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(model).where(*conditions)).scalar_one()


def run(**options: Any) -> dict[str, int]:
    with transaction():
        return service.run(**options)


@pytest.fixture
def leader(phone: Any) -> Phone:
    """Return the phone of the leader of `group`."""
    found: Phone = phone("leader")
    return found


@pytest.fixture
def told(leader: Phone, world: World) -> str:
    """Return a household that was visited and asked for something, and has left since."""
    group = world.units["group"]
    sent = household(group)
    seen = visit(group, sent["id"])
    asked = need(group, sent["id"])
    asked["data"] |= {"state": "done", "closed": clock.today().isoformat()}
    moved_in = event(group, "move_in", visit=seen["id"])
    left = {**sent, "base_version": 1, "data": {**sent["data"], "left_on": clock.today().isoformat()}}
    assert all(row["outcome"] in ("created", "updated") for row in leader.push(sent, seen, asked, moved_in, left))
    return str(sent["id"])


def later(**period: float) -> Any:
    return clock.frozen(clock.now() + timedelta(**period))


def test_nothing_is_due_on_the_day(told: str) -> None:
    assert run() == NOTHING
    with later(days=365):
        assert run() == NOTHING, "kept to the last day of the year"


def test_a_household_that_left_a_year_ago_cannot_be_read_again(told: str) -> None:
    with later(days=366):
        assert run() == {**NOTHING, "households": 1}
        assert run() == NOTHING, "nothing ends twice"
    assert keys_of([told]) == {}
    assert count(HouseholdWord) == count(SubjectKey) == 0
    row = db.session.get(Household, told)
    assert row and row.sealed is None and row.erased_at
    assert list(broken_lines()) == []


def test_visits_and_needs_end_after_two_years_and_the_numbers_stay(told: str) -> None:
    with later(days=732):
        assert run() == {**NOTHING, "households": 1, "visits": 1, "needs": 1}
    assert count(Visit) == count(Need) == 0
    assert count(Event) == 1 and count(Event, Event.visit_id.is_not(None)) == 0
    assert list(broken_lines()) == []


def test_a_remark_on_an_event_ends_after_two_years_and_the_event_counts_on(leader: Phone, world: World) -> None:
    leader.push(event(world.units["group"], note="欧家添了小女儿"), event(world.units["group"]))
    with later(days=730):
        assert run() == NOTHING
    with later(days=732):
        assert run(dry_run=True) == {**NOTHING, "notes": 1}
        assert count(Event, Event.note.is_not(None)) == 1
        assert run() == {**NOTHING, "notes": 1}
        assert run() == NOTHING
    assert (count(Event), count(Event, Event.note.is_not(None))) == (2, 0)


def test_a_county_keeps_visits_longer_and_the_notice_says_so(app: Flask, told: str, page: Pages) -> None:
    file = app.extensions["settings"].data / "retention.json"
    said = [(row, row.get_text(" ")) for row in page.get("/privacy").select("tbody tr")]
    assert [text for _, text in said if "每次走访" in text and "2年" in text]
    file.write_text(json.dumps([{"from": "2026-01-01", "by": "县档案局〔2026〕3 号", "months": {"visits": 36}}]))
    service.init_retention(app, file)
    (row,) = [row.get_text(" ") for row in page.get("/privacy").select("tbody tr") if "每次走访" in row.get_text()]
    assert "3年" in row and "2年" not in row and "6个月" in row
    assert "3年" in page.get("/privacy/door").get_text()
    with later(days=732):
        assert run() == {**NOTHING, "households": 1, "needs": 1}
    with later(days=1097):
        assert run() == {**NOTHING, "visits": 1}


def test_wrong_periods_stop_the_start(database: Settings) -> None:
    file = database.data / "retention.json"
    for text in ("{", '[{"from": "2026-01-01", "by": "x", "months": {"visits": 1}}]'):
        file.write_text(text)
        with pytest.raises(ValueError, match=r"retention\.json"):
            create_app(database)


def test_what_is_archived_stays(told: str) -> None:
    with later(days=732):
        kept = {"visits", "households"}
        assert run(keep=list(kept)) == {name: int(name == "needs") for name in NAMES if name not in kept}
    assert count(Visit) == 1 and keys_of([told])


def test_a_trial_changes_nothing_and_the_job_is_remembered_as_numbers(told: str) -> None:
    with later(days=732):
        assert run(dry_run=True) == {**NOTHING, "households": 1, "visits": 1, "needs": 1}
        assert count(Visit) == 1 and count(LedgerLine, LedgerLine.action == "retention.run") == 0
        run()
    (line,) = db.session.scalars(select(LedgerLine).where(LedgerLine.action == "retention.run"))
    assert line.detail == {"counts": {**NOTHING, "households": 1, "visits": 1, "needs": 1}}


def test_the_command(app: Flask, told: str) -> None:
    with later(days=732):
        answer = app.test_cli_runner().invoke(args=["retention", "run", "--dry-run", "--keep", "needs"])
    assert answer.exit_code == 0, answer.output
    assert "visits" in answer.output and "不动" in answer.output and "什么也没有改" in answer.output


def test_decided_records_of_a_former_owner_end(leader: Phone, world: World, told: str) -> None:
    from webapp.handover import service as handover
    from webapp.handover.models import HeldRecord
    from webapp.handover.queries import opened
    from webapp.orgs.models import Unit

    officer, group = actor(world, "officer"), world.units["group"]
    sent = household(group, door="602")
    leader.push(sent)
    unit = db.session.get(Unit, world.units["group2"])
    assert unit
    with transaction():
        handover.transfer([sent["id"]], unit, "leader", officer)
    late = visit(group, sent["id"])
    leader.push(late)
    with later(days=200):
        assert run()["held"] == 0, "what nobody has looked at yet stays"
    with transaction():
        handover.decline(opened([late["id"]]), officer)
    with later(days=200):
        assert run()["held"] == 1
    assert count(HeldRecord) == 0


def test_codes_of_doors_whose_household_left_before_they_ended_by_themselves(leader: Phone, world: World) -> None:
    home = household(world.units["group"], door="701")
    leader.push(home)
    card, token = give_card(world, home["id"])
    with transaction() as session:  # as it was stored before codes went with who moved away
        session.execute(update(Household).where(Household.id == home["id"]).values(left_on=date(2026, 11, 1)))
    at = door(token)
    assert at and at.is_live and run(dry_run=True)["cards"] == 1
    assert run() == {**NOTHING, "cards": 1}
    at = door(token)
    assert at and not at.is_live
    assert run() == NOTHING
    (line,) = db.session.scalars(select(LedgerLine).where(LedgerLine.action == "card.revoked"))
    assert (line.subject_id, line.actor_id) == (card.id, None)
    assert home["id"] in {change["id"] for change in leader.pull()}
