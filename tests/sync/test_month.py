"""The month on the server: due dates, late entries, review, corrections, the lock, clocks that are wrong."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.builders import World, complete, event, report
from tests.support.phone import Phone
from webapp.accounts.models import Account
from webapp.accounts.queries import Actor, actors_of
from webapp.accounts.rules import token_hash
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.core.errors import Invalid
from webapp.core.period import Month
from webapp.events.models import Event
from webapp.forms.models import FormVersion
from webapp.forms.service import grant_extension, set_exception
from webapp.reports import queries
from webapp.reports.service import accept, forgive, give_back, lock

NOVEMBER, OCTOBER = Month(2026, 11), Month(2026, 10)


def at(text: str) -> datetime:
    """Return the instant that Shanghai calls `text`."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)


def push_at(phone: Phone, received: str, declared: str, sent: dict[str, Any], **envelope: Any) -> dict[str, Any]:
    """Push `sent` as declared then; return its result."""
    with clock.frozen(at(received)):
        return phone.push({**sent, "declared_at": at(declared).isoformat(), **envelope})[0]


@pytest.fixture
def officer(world: World) -> Actor:
    """Return the community officer."""
    return actors_of([token_hash(world.open_session("officer"))]).popitem()[1]


def stored(group: str, month: Month = NOVEMBER) -> dict[str, Any]:
    """Return the report of `group` as it stands."""
    db.session.rollback()
    found = queries.report_of(group, int(month))
    assert found
    return found


@pytest.mark.parametrize(
    ("received", "declared", "late"),
    [
        ("2026-11-30T23:59:59", "2026-11-30T23:59:59", False),
        ("2026-12-01T00:00:00", "2026-12-01T00:00:00", True),
        ("2026-12-02T09:00:00", "2026-11-29T21:00:00", False),  # finished offline on the 29th
        ("2026-12-02T09:00:00", "2026-12-01T08:00:00", True),
    ],
)
def test_late_is_only_what_was_declared_late(
    leader: Phone, group: str, received: str, declared: str, late: bool
) -> None:
    assert push_at(leader, received, declared, report(group))["outcome"] == "created"
    assert stored(group)["late"] is late


@pytest.mark.parametrize(
    ("declared", "seen", "counts"),
    [
        ("2026-12-04T09:00:00", "2026-11-20T09:00:00", "2026-12-02T09:00:00"),  # two days fast
        ("2026-11-30T09:00:00", "2026-12-01T20:00:00", "2026-12-01T20:00:00"),  # set back to before the due day
        ("2025-11-29T09:00:00", "2026-12-01T20:00:00", "2026-12-01T20:00:00"),  # wrong year
        ("2025-11-29T09:00:00", None, "2026-12-02T09:00:00"),  # wrong year, and nothing to hold it against
        ("2027-11-29T09:00:00", None, "2026-12-02T09:00:00"),
        ("2026-11-29T09:00:00", "2026-12-24T09:00:00", "2026-11-29T09:00:00"),  # a last server time yet to come
    ],
)
def test_a_wrong_clock_neither_wins_nor_loses(
    leader: Phone, group: str, declared: str, seen: str | None, counts: str
) -> None:
    envelope = {"seen_at": at(seen).isoformat()} if seen else {}
    result = push_at(leader, "2026-12-02T09:00:00", declared, report(group), **envelope)
    assert result["receipt"]["declared_at"] == f"{counts}+08:00"


def test_due_day_moves_by_exception_and_extension(leader: Phone, group: str) -> None:
    with transaction():
        set_exception(NOVEMBER, date(2026, 12, 2), "系统升级")
    assert push_at(leader, "2026-12-02T23:00:00", "2026-12-02T23:00:00", report(group))["outcome"] == "created"
    assert stored(group)["late"] is False
    assert queries.due_of(group, NOVEMBER) == at("2026-12-02T23:59:59")
    with transaction():
        grant_extension(group, NOVEMBER, date(2026, 12, 5), "山洪断网")
    assert queries.due_of(group, NOVEMBER) == at("2026-12-05T23:59:59")


def test_time_granted_afterwards_counts(leader: Phone, group: str, world: World) -> None:
    push_at(leader, "2026-12-01T09:00:00", "2026-12-01T09:00:00", report(group))
    assert stored(group)["late"] is True
    with transaction():
        assert forgive(NOVEMBER, "/") == 0
        grant_extension(group, NOVEMBER, date(2026, 12, 1), "山洪断网")
        assert forgive(NOVEMBER, f"/{world.units['far_township']}/") == 0
        assert forgive(NOVEMBER, "/") == 1
    assert stored(group)["late"] is False
    assert [change["data"]["late"] for change in leader.pull() if change["type"] == "report"] == [False]


def test_event_for_a_reported_month_goes_into_the_next_marked(leader: Phone, group: str) -> None:
    october = report(group, "202610")
    assert leader.push(october)[0]["outcome"] == "created"
    late = event(group, date="2026-10-28")
    assert leader.push(late)[0]["outcome"] == "created"
    row = db.session.get(Event, late["id"])
    assert row and (row.month, row.late, row.date) == (202611, True, date(2026, 10, 28))


def test_event_of_an_open_earlier_month_counts_there(leader: Phone, group: str) -> None:
    sent = event(group, date="2026-10-28")
    leader.push(sent)
    row = db.session.get(Event, sent["id"])
    assert row and (row.month, row.late) == (202610, False)


@pytest.mark.parametrize(
    ("day", "code"), [("2026-11-22", "future"), ("2026-07-31", "too_old"), ("1999-01-01", "too_old")]
)
def test_dates_outside_the_window_are_refused(leader: Phone, group: str, day: str, code: str) -> None:
    (result,) = leader.push(event(group, date=day))
    (problem,) = result["problems"]
    assert (problem["field"], problem["code"]) == ("date", code) and problem["message"]


def test_counted_event_is_corrected_through_the_report(leader: Phone, group: str) -> None:
    sent = event(group)
    leader.push(sent, report(group, nil=False, values=complete(births=1)))
    (result,) = leader.push({**sent, "base_version": 1, "data": {**sent["data"], "persons": 2}})
    assert result["problems"][0]["code"] == "counted"
    assert leader.push({**sent, "base_version": 1, "deleted": True})[0]["problems"][0]["code"] == "counted"


def test_accepted_is_a_snapshot_and_a_correction_needs_a_reason(leader: Phone, group: str, officer: Actor) -> None:
    sent = report(group)
    leader.push(sent)
    with transaction():
        accept(group, NOVEMBER, 1, officer)
    mended = {**sent, "base_version": 1, "data": {**sent["data"], "values": {"opening_persons": 99}}}
    assert leader.push(mended)[0]["problems"][0]["field"] == "reason"
    mended["data"]["reason"] = "上月末人数抄错了"
    assert leader.push(mended)[0]["outcome"] == "updated"
    row = stored(group)
    assert (row["state"], row["version"], row["accepted_version"]) == ("submitted", 2, 1)
    assert [version["values"]["opening_persons"] for version in queries.versions_of(row["id"])] == [99, 100]


def test_returned_opens_the_month_and_tells_why(leader: Phone, group: str, officer: Actor) -> None:
    leader.push(report(group))
    reasons = [{"measure": "births", "reason": "卫生院有一条出生"}]
    with transaction():
        give_back(group, NOVEMBER, 1, reasons, officer)
    change = next(change for change in leader.pull() if change["type"] == "report")
    assert change["data"]["state"] == "returned" and change["data"]["returned"] == reasons
    sent = event(group)
    leader.push(sent)
    row = db.session.get(Event, sent["id"])
    assert row and (row.month, row.late) == (202611, False)
    again = report(group, nil=False, values=complete(births=1)) | {"id": change["id"], "base_version": 1}
    assert leader.push(again)[0]["outcome"] == "updated"
    assert stored(group)["state"] == "submitted"


def test_mending_a_returned_report_after_the_due_day_is_not_late(leader: Phone, group: str, officer: Actor) -> None:
    sent = report(group)
    push_at(leader, "2026-11-30T20:00:00", "2026-11-30T20:00:00", sent)
    with transaction():
        give_back(group, NOVEMBER, 1, [{"measure": "", "reason": "请再核对"}], officer)
    mended = {**sent, "base_version": 1, "data": {**sent["data"], "values": {"opening_persons": 99}}}
    push_at(leader, "2026-12-03T09:00:00", "2026-12-03T09:00:00", mended)
    assert stored(group)["late"] is False


def test_returning_needs_a_reason_and_the_newest_version(leader: Phone, group: str, officer: Actor) -> None:
    leader.push(report(group))
    for version, reasons in ((1, []), (1, [{"measure": "", "reason": " "}]), (1, [{"measure": "song", "reason": "x"}])):
        with pytest.raises(Invalid), transaction():
            give_back(group, NOVEMBER, version, reasons, officer)
    with pytest.raises(Invalid), transaction():
        accept(group, NOVEMBER, 2, officer)
    assert stored(group)["state"] == "submitted"


def test_locked_takes_nothing_more(leader: Phone, group: str, officer: Actor) -> None:
    sent = report(group)
    leader.push(sent)
    with pytest.raises(Invalid), transaction():
        lock(group, NOVEMBER, officer)
    with transaction():
        accept(group, NOVEMBER, 1, officer)
        lock(group, NOVEMBER, officer)
    (result,) = leader.push({**sent, "base_version": 1, "data": {**sent["data"], "reason": "更正", "nil": False}})
    assert result["problems"][0]["code"] == "locked"


@pytest.mark.parametrize("change", [{"approved_on": None}, {"valid_to": "2026-10-31"}])
def test_an_unapproved_or_expired_form_is_not_taken(leader: Phone, group: str, change: dict[str, Any]) -> None:
    with transaction() as session:
        form = session.query(FormVersion).one()
        form.definition = {**form.definition, **change}
        form.approved_on = None if "approved_on" in change else form.approved_on
        form.id = form.id[:-4] + "0000"  # stored versions never change, so readers may remember them by id
    (result,) = leader.push(report(group))
    assert result["outcome"] == "refused" and result["problems"][0]["message"]


def test_a_month_that_has_not_begun_is_refused(leader: Phone, group: str) -> None:
    (result,) = leader.push(report(group, "202612"))
    assert result["problems"][0]["code"] == "not_begun"


def begun_in(group: str, text: str) -> None:
    """Let the leader of `group` have had her account since then."""
    with transaction() as session:
        session.execute(update(Account).where(Account.unit_id == group).values(created_at=at(text)))


def test_a_new_group_owes_nothing_of_before(leader: Phone, group: str) -> None:
    assert [row["month"] for row in leader.pull_page()["me"]["months"]] == ["202611"]
    leader.push(event(group, date="2026-09-28"))
    assert [row["month"] for row in leader.pull_page()["me"]["months"]] == ["202609", "202611"]
    begun_in(group, "2026-10-31T23:00:00")
    assert [row["month"] for row in leader.pull_page()["me"]["months"]] == ["202609", "202610", "202611"]


def test_open_month_comes_first(leader: Phone, group: str) -> None:
    begun_in(group, "2026-01-05T09:00:00")
    months = leader.pull_page()["me"]["months"]
    assert [row["month"] for row in months] == ["202608", "202609", "202610", "202611"]
    assert months[-1]["due"] == "2026-11-30T23:59:59+08:00"
    for month in ("202608", "202609", "202610"):
        assert leader.push(report(group, month))[0]["outcome"] == "created"
    months = leader.pull_page()["me"]["months"]
    assert [(row["month"], row["state"]) for row in months][:2] == [("202611", "empty"), ("202610", "submitted")]


def test_opening_is_the_closing_of_the_month_before(leader: Phone, group: str) -> None:
    leader.push(report(group, "202610"))
    november = report(group, values={})
    assert leader.push(november)[0]["outcome"] == "created"
    assert stored(group)["values"]["opening_persons"] == stored(group)["values"]["closing_persons"] == 100
    assert clock.now() - stored(group)["received_at"] < timedelta(seconds=2)
