"""What a measure comes to, and when it is better not said."""

from datetime import date

import pytest

from webapp.measures.rules import FEW, FEWEST, NOTHING, Measure, Value, is_settled, value_of_cases, value_of_outreach


def measure(**how):
    return Measure("x", "cases", date(2026, 1, 1), "case", {}, {}, {}, **how)


def counts(brought, closed, days=3.0):
    return {"brought": brought, "closed": closed, "days": days}


SHARE, MIDDLE, COUNTED = measure(share=("closed", "brought")), measure(middle=("days", "closed")), "brought"


@pytest.mark.parametrize(
    ("how", "given", "value"),
    [
        (measure(counted=COUNTED), None, Value(0)),
        (measure(counted=COUNTED), counts(FEWEST, 0), Value(FEWEST)),
        (measure(counted=COUNTED), counts(FEWEST - 1, 0), FEW),
        (SHARE, None, NOTHING),
        (SHARE, counts(8, 6), Value(0.75)),
        (SHARE, counts(FEWEST - 1, 1), FEW),
        (MIDDLE, counts(8, 6), Value(3.0)),
        (MIDDLE, counts(8, FEWEST - 1), FEW),
        (MIDDLE, counts(8, 0, days=None), FEW),
        (MIDDLE, None, NOTHING),
    ],
)
def test_a_measure_of_cases_tells_nothing_of_a_few(how, given, value):
    assert value_of_cases(how, given) == value


def test_work_for_everybody_is_added_up():
    entries = [{"meeting": {"entries": 2, "attended": 12}}, {"training": {"entries": 1}}, {"meeting": {"attended": 3}}]
    assert value_of_outreach(measure(kind="meeting", number="attended"), entries) == Value(15)
    assert value_of_outreach(measure(kind="activity", number="attended"), entries) == Value(0)


def test_a_month_settles_when_its_cases_have_been_answered_and_closed():
    assert not is_settled(date(2026, 9, 30), date(2026, 11, 29))
    assert is_settled(date(2026, 9, 30), date(2026, 11, 30))
