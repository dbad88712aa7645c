"""How long things are kept, to the day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.core.period import months_after
from webapp.retention.rules import NAMES, PERIODS, limits, months_on, read_terms


@pytest.mark.parametrize(
    ("today", "months", "expected"),
    [
        (date(2026, 11, 21), 12, date(2025, 11, 21)),
        (date(2026, 11, 21), 24, date(2024, 11, 21)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2026, 1, 31), 2, date(2025, 11, 30)),
        (date(2026, 12, 1), 12, date(2025, 12, 1)),
    ],
)
def test_months_before(today: date, months: int, expected: date) -> None:
    assert months_after(today, -months) == expected


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.integers(1, 60))
def test_what_is_kept_today_was_kept_yesterday(today: date, months: int) -> None:
    assert months_after(today, -months) <= months_after(today + timedelta(days=1), -months)
    assert months_after(today, -months) < today


def test_every_kind_has_a_limit() -> None:
    assert limits(date(2026, 11, 21)).keys() == set(NAMES) == {period.name for period in PERIODS}


def terms(months: dict[str, int], since: str = "2027-01-01") -> dict[str, object]:
    return {"from": since, "by": "县档案局〔2026〕3 号", "months": months}


def test_a_county_sets_periods_from_a_day_on() -> None:
    found = read_terms([terms({"visits": 12}, "2028-01-01"), terms({"visits": 36, "held": 12})])
    days = {date(2026, 12, 31): (24, 6), date(2027, 1, 1): (36, 12), date(2028, 1, 1): (12, 12)}
    for day, (visits, held) in days.items():
        months = months_on(day, found)
        assert (months["visits"], months["held"], months["households"]) == (visits, held, 12)
    assert limits(date(2027, 1, 1), found)["visits"] == date(2024, 1, 1)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([terms({"visits": 5})], "6 to 60"),
        ([terms({"visits": 61})], "6 to 60"),
        ([terms({"visits": True})], "6 to 60"),
        ([terms({"visits": "24"})], "6 to 60"),
        ([terms({"households": 24})], "fixed at 12"),
        ([terms({"requests": 12})], "fixed at 36"),
        ([terms({"statistics": 12})], "is none of"),
        ([{**terms({}), "by": " "}], "the decision"),
        ([{**terms({}), "from": "next year"}], "a list of"),
        ([{"months": {}}], "a list of"),
        ({"visits": 24}, "a list of"),
        ([7], "a list of"),
        (7, "a list of"),
    ],
)
def test_what_cannot_be_set_is_refused_with_a_sentence(given: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_terms(given)
