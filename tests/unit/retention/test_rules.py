"""How long things are kept, to the day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.core.period import months_after
from webapp.retention.rules import NAMES, PERIODS, limits


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
