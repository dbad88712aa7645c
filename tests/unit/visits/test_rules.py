"""Rounds, visits and needs: the cases shared with the phone, and what must hold whatever happens at the doors."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.vectors import vectors
from webapp.core.fields import load
from webapp.core.period import Month
from webapp.visits.queries import rules
from webapp.visits.rules import (
    NEXT,
    OUTCOMES,
    SENTENCES,
    Door,
    deciding,
    default_not_before,
    doors_of,
    is_overdue,
    problems_with_need,
    problems_with_visit,
    progress,
    round_of,
)
from webapp.visits.schemas import NeedSchema, VisitSchema

ROUND, VISIT = vectors("round"), vectors("visit")
TODAY = date.fromisoformat(VISIT["today"])
NOVEMBER = Month(2026, 11)
HOME = "00000000-0000-4000-8000-000000000001"
NAME = "field"  # problems of the shape come from core.fields


def by_name(case):
    """Return how a case is called."""
    return case["name"]


@pytest.mark.parametrize("case", ROUND["cases"], ids=by_name)
def test_shared_doors(case):
    household = {**ROUND["household"], **case["household"]}
    found = round_of(Month.parse(case["month"]), [household], case["visits"], case["needs"])
    spelt = [{name: value for name, value in door._asdict().items() if value is not None} for door in found]
    assert spelt == ([{"household": "h1", **case["door"]}] if case["door"] else [])


@pytest.mark.parametrize("case", ROUND["months"], ids=by_name)
def test_shared_months(case):
    month = Month.parse(case["month"])
    assert doors_of(month, case["households"], case["visits"], case["visits"], case["needs"]) == case["doors"]


@pytest.mark.parametrize("case", ROUND["progress"], ids=by_name)
def test_shared_progress(case):
    doors = [Door(f"h{number}", each["due"], each["state"]) for number, each in enumerate(case["doors"])]
    assert progress(doors) == case["progress"]


def problems_of(schema, data, rules_of):
    """Return `(field, key, params)` of what is wrong with `data`: its shape, or else its meaning."""
    loaded, shape = load(schema, {"unit": HOME, "household": HOME, **data})
    if shape:
        return [(p.field, f"field.{p.code}", p.params) for p in shape]
    found = rules_of(loaded)
    assert all(p.sentence == SENTENCES.get(p.code, p.sentence) for p in found)
    return [(p.field, f"{'date' if p.code in ('future', 'too_old') else 'visit'}.{p.code}", p.params) for p in found]


def expected(case):
    """Return the problems that a shared case names; without params any are right."""
    return sorted((problem[0], problem[1]) for problem in case["problems"])


def check(found, case):
    """Compare what was found with a shared case."""
    assert sorted((field, key) for field, key, _ in found) == expected(case)
    for field, _, *params in case["problems"]:
        assert not params or params[0] in [given for name, _, given in found if name == field]


def described(base, case):
    """Return the data that a case describes."""
    return {name: value for name, value in {**base, **case["set"]}.items() if name not in case.get("drop", ())}


@pytest.mark.parametrize("case", VISIT["visits"], ids=by_name)
def test_shared_visits(case):
    data = described(VISIT["visit"], case)
    check(problems_of(VisitSchema(), data, lambda loaded: problems_with_visit(loaded, VISIT["services"], TODAY)), case)


@pytest.mark.parametrize("case", VISIT["needs"], ids=by_name)
def test_shared_needs(case):
    stored = case.get("stored")
    if stored:
        stored = {**stored, "opened": date.fromisoformat(stored["opened"])}
    data = described(VISIT["need"], case)
    found = problems_of(NeedSchema(), data, lambda loaded: problems_with_need(loaded, VISIT["services"], TODAY, stored))
    check(found, case)


@pytest.mark.parametrize("case", VISIT["defaults"], ids=by_name)
def test_shared_defaults(case):
    found = default_not_before(case["outcome"], date.fromisoformat(case["date"]), VISIT["periods"])
    assert (found.isoformat() if found else "") == case["day"]


@pytest.mark.parametrize("case", VISIT["overdue"], ids=by_name)
def test_shared_overdue(case):
    assert is_overdue(case["need"], VISIT["today"]) is case["overdue"]


def test_the_rule_that_is_shipped():
    day = date(2026, 11, 21)
    periods = rules()["not_before"]
    assert default_not_before("not_home", day, periods) == day + timedelta(3)
    assert default_not_before("declined", day, periods) == day + timedelta(90)
    assert default_not_before("met", day, periods) is None


def test_every_state_can_be_left_and_ends_only_by_opening_again():
    assert {"open"} <= NEXT["done"] & NEXT["withdrawn"] and not NEXT["done"] & {"withdrawn", "referred"}


# ---- whatever happens at the doors ----------------------------------------------------------------------------------

days = st.dates(date(2026, 7, 1), date(2026, 12, 31)).map(date.isoformat)
ids = st.integers(0, 5).map("h{}".format)
households = st.lists(
    st.fixed_dictionaries(
        {"id": ids, "kind": st.sampled_from(["resident", "registered", "premises"])},
        optional={
            "left_on": days,
            "since": days,
            "needs": st.just(["health_event"]),
            "preference": st.fixed_dictionaries({"not_before": days}),
        },
    ),
    unique_by=lambda each: each["id"],
)
one_visit = st.fixed_dictionaries(
    {"household": ids, "date": days, "outcome": st.sampled_from(OUTCOMES)},
    optional={"not_before": days, "follow_up": days},
)
visits = st.lists(one_visit, max_size=12).map(lambda rows: [{**row, "id": f"v{n:02}"} for n, row in enumerate(rows)])
needs = st.lists(st.fixed_dictionaries({"household": ids, "opened": days}, optional={"closed": days}), max_size=4)


@given(households, visits, needs)
def test_a_round_is_of_those_who_are_there(register, calls, asked):
    doors = round_of(NOVEMBER, register, calls, asked)
    there = [each["id"] for each in register]
    left = {each["id"] for each in register if each.get("left_on", "9") <= "2026-11-30"}
    assert [door.household for door in doors] == [key for key in there if key in {d.household for d in doors}]
    assert not left & {door.household for door in doors}
    for door in doors:
        called = [row for row in calls if row["household"] == door.household and row["date"][:7] == "2026-11"]
        assert (door.state == "unvisited") == (not called)
        assert door.visit is None or door.visit in {row["id"] for row in called}


@given(households, visits, needs)
def test_progress_is_visited_due_doors(register, calls, asked):
    doors = round_of(NOVEMBER, register, calls, asked)
    found = progress(doors)
    assert found["due"] == sum(door.due for door in doors)
    assert found["called"] == sum(door.due and door.state != "unvisited" for door in doors) <= found["due"]
    assert found["unvisited"] == found["due"] - found["called"]


@given(households, visits, needs, one_visit)
def test_not_at_home_never_lowers_anything(register, calls, asked, another):
    before = progress(round_of(NOVEMBER, register, calls, asked))
    again = {**another, "id": "w", "outcome": "not_home", "date": "2026-11-30", "not_before": "2026-12-03"}
    after = progress(round_of(NOVEMBER, register, [*calls, again], asked))
    assert after["called"] >= before["called"] and after["due"] >= before["due"]
    assert after["met"] >= before["met"] and after["declined"] >= before["declined"]


@given(households, visits, needs)
def test_who_said_no_longer_than_the_month_is_not_due(register, calls, asked):
    wishes = {each["id"]: (each.get("preference") or {}).get("not_before", "") for each in register}
    for door in round_of(NOVEMBER, register, calls, asked):
        assert not (door.due and wishes[door.household] > "2026-11-30")


@given(households, visits, needs)
def test_numbers_of_the_report_fit_each_other(register, calls, asked):
    counted = [row for row in calls if row["date"][:7] == "2026-11"]
    doors = doors_of(NOVEMBER, register, calls, counted, [{**row, "id": "n"} for row in asked])
    if doors is None:
        assert not counted
        return
    assert len(doors["visits"]) == len({row["household"] for row in counted}) <= doors["planned"]
    assert {row["id"] for row in doors["visits"]} <= {row["id"] for row in counted}


@given(visits)
def test_the_order_of_visits_does_not_matter(calls):
    assert deciding(calls) == deciding(calls[::-1])
