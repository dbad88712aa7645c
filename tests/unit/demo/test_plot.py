"""The plan of the demonstration, on ordinary and on odd days."""

from datetime import datetime

import pytest

from webapp.core.clock import SHANGHAI
from webapp.core.period import Month
from webapp.demo.material import MONTHS
from webapp.demo.plot import LARGEST, SMALLEST, TWISTS, Step, plot

PLACES = [(community, number) for community in range(3) for number in range(1, 10)]
DAYS = [
    datetime(2026, 11, 21, 12, tzinfo=SHANGHAI),
    datetime(2026, 11, 1, 0, 0, 1, tzinfo=SHANGHAI),
    datetime(2026, 12, 31, 23, 59, tzinfo=SHANGHAI),
    datetime(2027, 3, 1, 9, tzinfo=SHANGHAI),
    datetime(2028, 2, 29, 9, tzinfo=SHANGHAI),
]
any_day = pytest.mark.parametrize("now", DAYS, ids=str)


def of(steps: list[Step], *kinds: str) -> list[Step]:
    return [step for step in steps if step.kind in kinds]


@any_day
def test_the_plan_is_the_same_each_time_and_ends_now(now: datetime):
    steps = plot(PLACES, now)
    assert steps == plot(PLACES, now)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert steps[-1].at <= now


@any_day
def test_every_group_reports_every_month_but_the_open_one(now: datetime):
    this_month = Month.of(now.date())
    months = {this_month.plus(-ago) for ago in range(1, MONTHS + 1)}
    reported = {(step.place, step.month) for step in of(plot(PLACES, now), "report")}
    late = {((0, 3), this_month.plus(-3))}
    assert reported | late == {(place, month) for place in PLACES for month in months}


@any_day
def test_groups_stay_of_a_size_one_leader_can_know(now: datetime):
    people: dict[tuple[int, int], int] = {}
    for step in plot(PLACES, now):
        if step.kind == "report" and step.data["opening"] is not None:
            people[step.place] = step.data["opening"]
    assert len(people) == len(PLACES)
    for step in of(plot(PLACES, now), "note"):
        event = step.data["event"]
        sign = {"birth": 1, "move_in": 1, "death": -1, "move_out": -1}.get(event["kind"], 0)
        people[step.place] += sign * event["persons"]
        assert SMALLEST <= people[step.place] <= LARGEST


@any_day
def test_ids_are_unique_and_nothing_is_noted_before_it_happens(now: datetime):
    steps = plot(PLACES, now)
    notes = of(steps, "note")
    reports = {step.data["id"]: (step.place, step.month) for step in of(steps, "report")}
    assert len({step.data["id"] for step in notes}) == len(notes)
    assert len(reports) == len(set(reports.values()))
    assert all(step.data["event"]["date"] <= step.at.date().isoformat() for step in notes)


def test_every_twist_is_told():
    told = {step.data["twist"] for step in of(plot(PLACES, DAYS[0]), "report")}
    assert told == {"", *TWISTS.values(), "returned again", "corrected again"}


def test_the_open_month_has_begun():
    notes = [step for step in of(plot(PLACES, DAYS[0]), "note") if step.month == Month(2026, 11)]
    begun = {step.place for step in notes}
    assert {(0, 1), (0, 2)} <= begun, "the two leaders whose password is known have something to see"
    assert len(begun) > len(PLACES) * 0.8
