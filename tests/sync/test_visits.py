"""Visits and needs over the road: whose they are, what month they count in, what a closed month still takes."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.builders import World, event, household, need, report, visit
from tests.support.office import actor
from tests.support.phone import Json, Phone
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.core.period import Month
from webapp.events.models import Event
from webapp.reports import queries
from webapp.reports.service import give_back
from webapp.visits import queries as stored_visits
from webapp.visits.models import Need, Visit

TODAY = "2026-11-21"
FROM_DOORS = ("visits_planned", "visits_made", "visits_not_home", "visits_declined", "needs_requested")


@pytest.fixture
def home(leader: Phone, group: str) -> Json:
    """Return a household of the leader's group."""
    sent = household(group)
    assert leader.push(sent)[0]["outcome"] == "created"
    return sent


def outcome(phone: Phone, sent: Json) -> str:
    """Return what became of `sent`, with the code of its first problem."""
    [result] = phone.push(sent)
    return " ".join([result["outcome"], *(problem["code"] for problem in result["problems"][:1])])


def row_of(model: Any, record_id: str) -> Any:
    """Return a stored record as it is now."""
    db.session.rollback()
    return db.session.get(model, record_id)


def test_a_visit_with_what_came_of_it_in_one_push(leader: Phone, group: str, home: Json) -> None:
    sent = visit(group, home["id"], topics=["residence_permit_help"], note="下午在家")
    told = event(group, "service", service="residence_permit_help", visit=sent["id"])
    asked = need(group, home["id"], visit=sent["id"])
    assert [result["outcome"] for result in leader.push(sent, told, asked)] == ["created"] * 3
    row = row_of(Visit, sent["id"])
    assert (row.month, row.late, row.topics, row.version) == (202611, False, ["residence_permit_help"], 1)
    assert "下午".encode() not in row.sealed
    assert row_of(Event, told["id"]).visit_id == sent["id"]
    assert row_of(Need, asked["id"]).visit_id == sent["id"]


def test_phones_hear_of_them_with_their_notes(leader: Phone, group: str, home: Json) -> None:
    sent = visit(group, home["id"], "declined", not_before="2027-02-01", note="过了年再说")
    asked = need(group, home["id"], state="referred", referred_to="街道窗口", promised="2026-12-01")
    leader.push(sent, asked)
    told = {change["id"]: change["data"] for change in leader.pull()}
    assert told[sent["id"]] == {**sent["data"], "month": "202611", "late": False, "who": "人员0"}
    assert told[asked["id"]] == {**asked["data"], "month": "202611", "late": False}


def test_old_needs_reach_a_new_phone(leader: Phone, group: str, home: Json, phone: Callable[[str], Phone]) -> None:
    asked = need(group, home["id"], opened="2026-08-02")
    assert outcome(leader, asked) == "created"
    with clock.frozen(clock.now() + timedelta(days=120)):
        assert asked["id"] in {change["id"] for change in phone("leader").pull()}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"outcome": "moved"}, "refused choice"),
        ({"outcome": "rescheduled"}, "refused not_before_required"),
        ({"outcome": "not_home", "topics": ["health_event"]}, "refused topics_unexpected"),
        ({"topics": ["no_such_service"]}, "refused service_unknown"),
        ({"topics": "health_event"}, "refused shape"),
        ({"topics": ["health_event"] * 2}, "refused topics_twice"),
        ({"date": "2026-11-22"}, "refused future"),
        ({"note": "电话 19900000037"}, "refused note_personal"),
        ({"photo": "…"}, "refused unknown"),
        ({"position": "30,120"}, "refused unknown"),
        ({"household": "00000000-0000-4000-8000-000000000000"}, "refused household_unknown"),
    ],
)
def test_what_a_visit_may_not_say(leader: Phone, group: str, home: Json, given: Json, expected: str) -> None:
    sent = visit(group, home["id"])
    assert outcome(leader, {**sent, "data": {**sent["data"], **given}}) == expected


def test_anothers_household_looks_like_none(
    world: World, phone: Callable[[str], Phone], group: str, home: Json
) -> None:
    other = phone("leader2")
    mine = visit(world.units["group2"], home["id"])
    assert outcome(other, mine) == "refused household_unknown"
    assert outcome(other, visit(group, home["id"])) == "refused forbidden"
    assert outcome(phone("coordinator"), visit(group, home["id"])) == "created"
    assert outcome(phone("officer"), visit(group, home["id"])) == "created"
    assert outcome(phone("township"), visit(group, home["id"])) == "refused forbidden"
    assert outcome(phone("auditor"), need(group, home["id"])) == "refused forbidden"


def test_whoever_may_note_a_visit_may_note_what_came_of_it(
    phone: Callable[[str], Phone], world: World, group: str, home: Json
) -> None:
    officer, sent = phone("officer"), visit(group, home["id"])
    told = event(group, "move_in", visit=sent["id"])
    assert [result["outcome"] for result in officer.push(sent, told)] == ["created", "created"]
    later = event(group, "birth", visit=sent["id"])
    assert outcome(officer, later) == "created"
    assert outcome(officer, {**later, "base_version": 1, "deleted": True}) == "updated"
    assert outcome(officer, event(group, "birth")) == "refused forbidden"
    assert outcome(officer, event(group, "birth", visit=later["id"])) == "refused forbidden"
    assert outcome(officer, event(world.units["group2"], visit=sent["id"])) == "refused forbidden"
    assert outcome(phone("auditor"), event(group, visit=sent["id"])) == "refused forbidden"


def test_sent_again_it_is_the_same_and_the_second_of_two_phones_is_stale(leader: Phone, group: str, home: Json) -> None:
    sent = visit(group, home["id"], "not_home", note="没有人应门")
    assert [outcome(leader, sent), outcome(leader, sent)] == ["created", "same"]
    mine = {**sent, "base_version": 1, "data": {**sent["data"], "outcome": "met"}}
    assert outcome(leader, mine) == "updated"
    [result] = leader.push({**sent, "data": {**sent["data"], "outcome": "declined"}})
    assert (result["outcome"], result["current"]["outcome"], result["current"]["note"]) == (
        "stale",
        "met",
        "没有人应门",
    )
    assert outcome(leader, {**mine, "base_version": 2, "deleted": True}) == "updated"
    assert outcome(leader, {**mine, "base_version": 2}) == "gone"


def test_a_visit_stays_with_its_household(leader: Phone, group: str, home: Json) -> None:
    other = household(group, "502", "李四")
    sent = visit(group, home["id"])
    leader.push(other, sent)
    moved = {**sent, "base_version": 1, "data": {**sent["data"], "household": other["id"]}}
    assert outcome(leader, moved) == "refused household_fixed"


def test_a_reported_month_takes_no_change_but_a_need_goes_on(leader: Phone, group: str, home: Json) -> None:
    sent, asked = visit(group, home["id"], date="2026-10-20"), need(group, home["id"], opened="2026-10-20")
    leader.push(sent, asked)
    handed_in(leader, group, "202610")
    assert outcome(leader, {**sent, "base_version": 1, "deleted": True}) == "refused counted"
    changed = {**sent, "base_version": 1, "data": {**sent["data"], "outcome": "declined"}}
    assert outcome(leader, changed) == "refused counted"
    step = {"state": "referred", "referred_to": "街道窗口", "promised": "2026-11-30"}
    assert outcome(leader, {**asked, "base_version": 1, "data": {**asked["data"], **step}}) == "updated"
    assert outcome(leader, {**asked, "base_version": 2, "deleted": True}) == "refused counted"
    other = {**asked, "base_version": 2, "data": {**asked["data"], "service": "health_event"}}
    assert outcome(leader, other) == "refused counted"


def test_after_the_report_a_visit_counts_in_the_next_month_marked(leader: Phone, group: str, home: Json) -> None:
    handed_in(leader, group, "202610")
    late = visit(group, home["id"], date="2026-10-28")
    assert outcome(leader, late) == "created"
    row = row_of(Visit, late["id"])
    assert (row.month, row.late) == (202611, True)


def test_a_returned_month_takes_changes_again(leader: Phone, group: str, home: Json, world: World) -> None:
    sent = visit(group, home["id"])
    leader.push(sent)
    handed_in(leader, group, "202611")
    officer = actor(world, "officer")
    with transaction():
        give_back(group, Month(2026, 11), 1, [{"measure": "visits_made", "reason": "请核对"}], officer)
    changed = {**sent, "base_version": 1, "data": {**sent["data"], "outcome": "not_home"}}
    assert outcome(leader, changed) == "updated"


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([{"state": "done", "closed": "2026-11-20"}], "updated"),
        ([{"state": "done"}], "refused closed_required"),
        ([{"state": "referred", "promised": "2026-12-01"}], "refused referred_to_required"),
        ([{"state": "referred", "referred_to": "窗口"}], "refused promised_required"),
        (
            [{"state": "withdrawn", "closed": "2026-11-21"}, {"state": "done", "closed": "2026-11-21"}],
            "refused state_order",
        ),
        ([{"state": "done", "closed": "2026-11-21"}, {"state": "open"}], "updated"),
        ([{"state": "done", "closed": "2026-11-09"}], "refused closed_early"),
        ([{"state": "done", "closed": "2026-11-22"}], "refused closed_future"),
    ],
)
def test_the_way_of_a_need(leader: Phone, group: str, home: Json, steps: list[Json], expected: str) -> None:
    asked = need(group, home["id"], opened="2026-11-10")
    leader.push(asked)
    said = ""
    for version, step in enumerate(steps, start=1):
        said = outcome(leader, {**asked, "base_version": version, "data": {**asked["data"], **step}})
    assert said == expected


def test_what_was_said_at_the_last_visit_holds_however_long_ago(
    phone: Callable[[str], Phone], leader: Phone, group: str, home: Json
) -> None:
    beside = household(group, "502", "李四", kind="registered")
    agreed = visit(group, beside["id"], follow_up="2027-05-20")
    first, second = visit(group, home["id"]), visit(group, home["id"], "declined", not_before="2027-06-01")
    first["id"], second["id"] = sorted((first["id"], second["id"]))
    third = household(group, "503", "赵五", kind="premises", premises="shop")
    leader.push(beside, third, agreed, visit(group, third["id"], follow_up="2027-05-02"), first, second)
    with clock.frozen(clock.now() + timedelta(days=170)):
        found = stored_visits.doors_at(group, 202705)
        assert found == {"planned": 2, "visits": [], "needs": []}, "those who agreed on a day, not the one who declined"
        told = {change["id"]: change["data"] for change in phone("leader").pull()}
    assert told[home["id"]]["last"] == {"date": TODAY, "outcome": "declined", "not_before": "2027-06-01"}
    assert told[beside["id"]]["last"]["follow_up"] == "2027-05-20"


def handed_in(phone: Phone, unit: str, month: str, **values: int) -> Json:
    """Hand in a month of a group that keeps households with the numbers that come out; return the answer."""
    sent = report(unit, month, nil=False, values=numbers(unit, month, **values))
    [result] = phone.push(sent)
    assert result["outcome"] == "created", result["problems"]
    return sent


def numbers(unit: str, month: str, **given: int) -> dict[str, int]:
    """Return what the server works out for a month, what it leaves to the leader as 0, and `given`."""
    view = queries.month_view(unit, Month.parse(month))
    db.session.rollback()
    values = {code: cell.value or 0 for code, cell in view.computed.items()} | {"opening_persons": 100} | given
    flow = values["births"] + values["persons_in"] - values["deaths"] - values["persons_out"]
    return {**values, "closing_persons": values["opening_persons"] + flow}


def refusals(phone: Phone, sent: Json) -> list[str]:
    """Return the fields and codes of what was wrong with `sent`."""
    [result] = phone.push(sent)
    return [f"{problem['field']} {problem['code']}" for problem in result["problems"]]


def test_numbers_come_from_visits_and_others_need_a_reason(leader: Phone, group: str, home: Json) -> None:
    others = [household(group, f"60{n}", f"住户{n}") for n in (1, 2, 3)]
    outcomes = [("met", home), ("not_home", others[0]), ("declined", others[1])]
    leader.push(*others, *(visit(group, each["id"], how) for how, each in outcomes), need(group, home["id"]))
    cells = queries.month_view(group, Month(2026, 11)).computed
    found = {
        code: cells[code].value
        for code in ("visits_planned", "visits_made", "visits_not_home", "visits_declined", "needs_requested")
    }
    assert found == {
        "visits_planned": 4,
        "visits_made": 1,
        "visits_not_home": 1,
        "visits_declined": 1,
        "needs_requested": 1,
    }
    assert len(cells["visits_made"].where) == 1 and cells["visits_made"].from_ == "visits"
    wrong = report(group, nil=False, values=numbers(group, "202611", visits_made=2))
    assert refusals(leader, wrong) == ["values.visits_made unexplained"]
    wrong["data"]["adjustments"] = [{"measure": "visits_made", "value": 2, "reason": "一户记在纸上"}]
    assert outcome(leader, wrong) == "created"


def test_without_households_the_leader_enters_them(leader: Phone, group: str) -> None:
    cells = queries.month_view(group, Month(2026, 11)).computed
    assert cells["visits_made"] == (None, (), "entered")
    assert outcome(leader, report(group, nil=False, values=numbers(group, "202611", visits_made=7))) == "created"


def test_a_month_with_visits_only_is_without_a_change(leader: Phone, group: str, home: Json) -> None:
    handed_in(leader, group, "202610")
    sent = report(group, values={})
    assert [result["outcome"] for result in leader.push(visit(group, home["id"]), sent)] == ["created", "created"]
    stored = queries.report_of(group, 202611)
    assert stored and stored["nil"] and stored["values"]["visits_made"] == 1 and stored["values"]["visits_planned"] == 1


def test_one_household_counts_once(leader: Phone, group: str, home: Json) -> None:
    first, second = visit(group, home["id"], "not_home", date="2026-11-03"), visit(group, home["id"], date="2026-11-09")
    leader.push(first, second, visit(group, home["id"], "not_home", date="2026-11-12"))
    doors = stored_visits.doors_at(group, 202611)
    assert doors == {"planned": 1, "visits": [{"id": second["id"], "outcome": "met"}], "needs": []}


def test_a_household_that_came_later_is_no_part_of_earlier_months(leader: Phone, group: str, home: Json) -> None:
    assert stored_visits.doors_at(group, 202610) is None
    assert stored_visits.doors_at(group, 202611) == {"planned": 1, "visits": [], "needs": []}
    sent = visit(group, home["id"], date="2026-10-30")
    leader.push(sent)
    assert stored_visits.doors_at(group, 202610) == {
        "planned": 1, "visits": [{"id": sent["id"], "outcome": "met"}], "needs": [],
    }  # fmt: skip
