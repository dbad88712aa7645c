"""`flask demo load`: what lies in the database afterwards is what the rules allow, and adds up."""

import dataclasses
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import NOON, settings_in
from tests.support.chance import drawn_from
from webapp import create_app
from webapp.accounts.models import Account
from webapp.accounts.service import verified_account
from webapp.cards.queries import live_cards
from webapp.cases.models import Case
from webapp.cases.queries import case_followed, opened, steps_of
from webapp.cases.rules import KINDS, OPEN, clean_number, clean_secret
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.core.period import Month
from webapp.demo.material import MONTHS, STORY
from webapp.events.models import Event
from webapp.feedback.models import Feedback
from webapp.forms.queries import form
from webapp.households.queries import households_of
from webapp.ledger.queries import broken_lines
from webapp.orgs import queries
from webapp.orgs.models import Unit
from webapp.outreach.models import OutreachEntry
from webapp.reports.models import Report, ReportVersion
from webapp.reports.rules import balance
from webapp.rollup import service as totals
from webapp.rollup.models import Fact
from webapp.visits.models import Need, Visit
from webapp.visits.queries import doors
from webapp.visits.rules import OUTCOMES


def load(app: Flask, *args: str, demo: bool = True) -> Result:
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], demo=demo)
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["demo", "load", *args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(scope="module")
def loaded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """Give an app with the demonstration, for tests that only look at it: loading takes seconds."""
    folder = shutil.copytree(sqlite_template, tmp_path_factory.mktemp("demo") / "data")
    app = create_app(settings_in(folder))
    with drawn_from("demo"), clock.frozen(NOON), app.app_context():
        assert load(app).exit_code == 0
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def demonstration(loaded: Flask, noon: datetime) -> Iterator[None]:
    """Let the code of the test see the demonstration, at noon."""
    with loaded.app_context():
        yield
        db.session.remove()


def count(table: type) -> int:
    return db.session.execute(select(func.count()).select_from(table)).scalar_one()


def newest_versions() -> list[Any]:
    """Return `(Report, ReportVersion)` of every report, by unit and month."""
    newest = (ReportVersion.report_id == Report.id) & (ReportVersion.version == Report.version)
    query = select(Report, ReportVersion).join(ReportVersion, newest)
    return list(db.session.execute(query.order_by(Report.unit_id, Report.month)))


def facts() -> set[tuple[Any, ...]]:
    return {tuple(row) for row in db.session.execute(select(*Fact.__table__.c))}


def test_the_demonstration_loads_once_and_adds_up(app: Flask):
    result = load(app)
    assert result.exit_code == 0, result.output
    for given in STORY["accounts"]:
        assert f"  {given['login']} " in result.output
        account = verified_account(given["login"], "sanshi-demo")
        assert account is not None
        assert account.role == given["role"]
    check_units()
    check_reports()
    assert list(broken_lines()) == []
    check_totals()
    assert count(OutreachEntry) == len(STORY["outreach"])
    check_cases(result.output)
    before = count(Unit), count(Account), count(Event), count(ReportVersion), count(Case)
    again = load(app, "--if-empty")
    assert again.exit_code == 0
    assert load(app).exit_code == 1
    assert (count(Unit), count(Account), count(Event), count(ReportVersion), count(Case)) == before


def check_cases(output: str) -> None:
    """Every office that works on cases has some, in each state; one is told to whoever loads the demonstration."""
    rows = db.session.scalars(select(Case)).all()
    assert {row.state for row in rows} == {"received", "forwarded", "escalated", "answered", "closed"}
    assert {row.kind for row in rows} == set(KINDS)
    for login in ("officer", "township", "county"):
        office = db.session.scalars(select(Account).where(Account.login == login)).one().unit_id
        assert [row for row in rows if row.unit_id == office and row.state in OPEN], login
    assert not [row for row in rows if row.state in OPEN and row.due < clock.today()]
    number, secret = output.splitlines()[-1].strip().split("  ")
    followed = case_followed(clean_number(number), clean_secret(secret))
    assert followed and followed["state"] == "answered"
    assert opened(followed, steps_of(followed["id"])).content["text"].endswith("（演示）")


def check_units() -> None:
    levels = Counter(db.session.scalars(select(Unit.level)))
    groups = levels.pop("group")
    assert levels == {"province": 1, "city": 1, "county": 1, "township": 19, "community": 203}
    assert 6 * 203 <= groups <= 12 * 203
    sizes = Counter(db.session.scalars(select(Unit.parent_id).where(Unit.level == "group")))
    assert len(sizes) == 203
    assert {6, 12} <= set(sizes.values()) <= set(range(6, 13))
    people = db.session.scalars(select(Account.name)).all()
    assert all(name.endswith("（演示）") for name in people)


def check_reports() -> None:
    this_month = Month.of(clock.today())
    rows = newest_versions()
    for _, version in rows:
        assert balance(form(version.form), version.values) is None
        assert 60 <= version.values["closing_persons"] <= 300
    by_key = {(report.unit_id, report.month): version.values for report, version in rows}
    for (unit_id, month), values in by_key.items():
        before = by_key.get((unit_id, int(Month.from_int(month).previous())))
        assert before is None or before["closing_persons"] == values["opening_persons"]
    leaders = queries.children(named("331126001001")) + queries.children(named("331126001002"))
    leaders += queries.children(named("331126001003"))
    months = [int(this_month.plus(-ago)) for ago in range(1, MONTHS + 1)]
    assert set(by_key) == {(unit.id, month) for unit in leaders for month in months}
    states = Counter((report.state, report.month == months[0]) for report, _ in rows)
    assert states[("submitted", True)] == states[("returned", True)] == 1
    assert {state for (state, is_last) in states if not is_last} == {"accepted"}
    assert sum(report.late for report, _ in rows) == 1
    assert any(version.adjustments for _, version in rows)
    assert any(version.reason for _, version in rows)
    assert db.session.scalars(select(Event).where(Event.late)).first() is not None
    assert db.session.scalars(select(Event).where(Event.month == int(this_month))).first() is not None


def named(code: str) -> str:
    found = queries.by_code(code)
    assert found is not None
    return found.id


def check_totals() -> None:
    caught_up = facts()
    assert caught_up
    with transaction():
        totals.rebuild()
    assert facts() == caught_up


@pytest.mark.one_database
def test_it_loads_in_the_first_minutes_of_a_year(app: Flask):
    with clock.frozen(datetime(2027, 1, 1, 0, 5, tzinfo=clock.SHANGHAI)):
        assert load(app).exit_code == 0
        assert count(Report) == 27 * MONTHS


@pytest.mark.one_database
def test_outside_demo_mode_nothing_is_loaded(app: Flask):
    """Its passwords are public: without the banner and the bounds of demo mode it would be an open door."""
    assert load(app, demo=False).exit_code == 1
    assert load(app, "--if-empty", demo=False).exit_code == 0
    assert count(Unit) == count(Account) == 0


def test_every_group_has_households_that_cannot_be_real(demonstration: None):
    groups = [unit.id for code in STORY["communities"] for unit in children_of(code)]
    rows = households_of(groups)
    sizes = Counter(row["unit_id"] for row in rows)
    assert sizes.keys() == set(groups) and set(sizes.values()) <= set(range(8, 21))
    contacts = [row["contact"] for row in rows if "contact" in row]
    assert contacts and all(contact["phone"].startswith("199-0000-") for contact in contacts)
    assert {row["kind"] for row in rows} == {"registered", "resident", "premises"}
    assert not [member for row in rows for member in row.get("members", ()) if "id_number" in member]
    assert any(not row["consents"]["contact"]["given"] for row in rows if "consents" in row)


def children_of(code: str) -> list[Unit]:
    community = queries.by_code(code)
    assert community
    return queries.children(community.id)


def test_the_last_months_have_rounds_and_reports_that_count_them(demonstration: None):
    groups = [unit.id for code in STORY["communities"] for unit in children_of(code)]
    months = sorted({row.month for row in db.session.scalars(db.select(Visit))})
    reports = db.session.execute(
        db.select(Report, ReportVersion)
        .join(ReportVersion, (ReportVersion.report_id == Report.id) & (ReportVersion.version == Report.version))
        .where(Report.month.in_(months), Report.unit_id.in_(groups))
    ).all()
    counted = doors([(report.unit_id, report.month) for report, _ in reports])
    assert len(reports) > 60 and len(counted) == len(reports)
    for report, version in reports:
        found = counted[report.unit_id, report.month]
        assert version.computed["visits_made"] == len([v for v in found["visits"] if v["outcome"] == "met"])
        assert version.computed["needs_requested"] == len(found["needs"])
        assert version.values["visits_made"] <= version.values["visits_planned"] or report.state == "returned"
    assert {row.outcome for row in db.session.scalars(db.select(Visit))} == set(OUTCOMES)
    assert {row.state for row in db.session.scalars(db.select(Need))} == {"open", "referred", "done"}


def test_every_door_has_a_code_and_somebody_told_something(demonstration: None):
    homes = households_of([unit.id for unit in db.session.scalars(select(Unit).where(Unit.level == "group"))])
    codes = live_cards([row["id"] for row in homes])
    assert homes and len(codes) == len([row for row in homes if row["left_on"] is None])
    leader = db.session.scalars(select(Account).where(Account.login == "leader")).one()
    told = db.session.scalars(select(Feedback).where(Feedback.unit_id == leader.unit_id)).all()
    assert {row.kind for row in told} == {"help", "moved", "wrong"}
    assert not list(broken_lines())
