"""Months and due days: shared cases, and properties over every month from 2000 to 2100."""

import calendar as stdlib
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.vectors import vectors
from webapp.core.clock import SHANGHAI
from webapp.core.period import (
    Calendar,
    Month,
    Moved,
    days_left,
    due,
    due_at,
    first_open,
    is_late,
    window_problem,
    window_start,
)  # fmt: skip

CASES = vectors("month")
EVERY_MONTH = [Month(year, month) for year in range(2000, 2101) for month in range(1, 13)]
NO_EXCEPTIONS = Calendar()

months = st.sampled_from(EVERY_MONTH)
days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 12, 31), timezones=st.just(UTC))


@st.composite
def calendars(draw):
    """Draw a calendar of exceptions as the office can make them: from the month's first day to three months later."""
    chosen = draw(st.lists(months, unique=True, max_size=5))
    return Calendar(tuple(Moved(m, draw(st.dates(m.first, m.plus(3).last)), "因为") for m in chosen))


@pytest.mark.parametrize("case", CASES["neighbours"], ids=lambda case: case["month"])
def test_neighbours(case):
    month = Month.parse(case["month"])
    assert (str(month.previous()), str(month.next())) == (case["previous"], case["next"])
    assert (month.first.isoformat(), month.last.isoformat()) == (case["first"], case["last"])


@pytest.mark.parametrize("case", CASES["due"], ids=lambda case: case["name"])
def test_due_day(case):
    month = Month.parse(case["month"])
    granted = [date.fromisoformat(e["due"]) for e in case["extensions"] if e["month"] == case["month"]]
    calendar = Calendar.from_json(CASES["calendar"])
    assert due(month, calendar, granted).isoformat() == case["due"]
    assert due_at(month, calendar, granted).isoformat() == f"{case['due']}T23:59:59+08:00"


@pytest.mark.parametrize("case", CASES["days_left"], ids=lambda case: case["now"])
def test_days_left(case):
    until = datetime.fromisoformat(case["until"])
    assert days_left(datetime.fromisoformat(case["now"]), until) == case["days"]


@pytest.mark.parametrize("case", CASES["late"], ids=lambda case: case["declared_at"])
def test_late_by_declaration_alone(case):
    assert is_late(datetime.fromisoformat(case["declared_at"]), datetime.fromisoformat(case["until"])) is case["late"]


def test_every_month_is_due_on_day_30_or_its_last():
    for month in EVERY_MONTH:
        last = stdlib.monthrange(month.year, month.month)[1]
        assert due(month, NO_EXCEPTIONS) == date(month.year, month.month, min(30, last))
        assert due_at(month, NO_EXCEPTIONS).astimezone(UTC).strftime("%H:%M:%S") == "15:59:59"


def test_every_month_is_spelled_both_ways():
    for month in EVERY_MONTH:
        assert Month.parse(str(month)) == Month.from_int(int(month)) == month
        assert month.next().previous() == month.previous().next() == month
        assert month.last + timedelta(days=1) == month.next().first
        assert month.contains(month.first)
        assert month.contains(month.last)
        assert not month.contains(month.next().first)
        assert not month.contains(month.previous().last)


def test_months_in_order_are_sorted_in_every_spelling():
    assert sorted(EVERY_MONTH) == EVERY_MONTH
    assert sorted(map(str, EVERY_MONTH)) == [str(month) for month in EVERY_MONTH]
    assert sorted(map(int, EVERY_MONTH)) == [int(month) for month in EVERY_MONTH]


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-11", "202600", "202613", "20261", "2026111", "999", " 202611", "202611 ", "２０２６１１"]
)
def test_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError, match="no such month"):
        Month.parse(text)


def test_the_last_month_there_is_has_no_next():
    with pytest.raises(ValueError, match="no such month"):
        Month(9999, 12).next()


def test_a_label_is_what_chinese_pages_print():
    assert Month(2026, 1).label == "2026年1月"


@given(days)
def test_the_month_of_a_day_contains_it(day):
    month = Month.of(day)
    assert month.contains(day)
    assert month.first <= day <= month.last


@given(months, st.integers(-600, 600))
def test_plus_counts_months(month, count):
    later = month.plus(count)
    assert (later.year - month.year) * 12 + later.month - month.month == count
    assert later.plus(-count) == month
    assert (later > month) == (count > 0)


@given(months, calendars(), st.lists(st.integers(1, 400), max_size=3))
def test_due_is_what_the_data_says(month, calendar, delays):
    extensions = [month.last + timedelta(days=delay) for delay in delays]
    moved = calendar.moved(month)
    usual = moved.due if moved else due(month, NO_EXCEPTIONS)
    found = due(month, calendar, extensions)
    assert found == max([usual, *extensions])
    assert found >= month.first
    assert moved or extensions or found <= month.last
    assert due_at(month, calendar, extensions).date() == found


@given(months, calendars(), days)
def test_an_extension_never_takes_time_away(month, calendar, extension):
    assert due(month, calendar, [extension]) >= due(month, calendar)


@given(calendars())
def test_a_calendar_survives_the_journey(calendar):
    assert Calendar.from_json(calendar.as_json()) == calendar


@given(months, instants, instants)
def test_days_left_never_grow(month, one, other):
    until = due_at(month, NO_EXCEPTIONS)
    assert days_left(min(one, other), until) >= days_left(max(one, other), until)


@given(months, instants)
def test_late_is_after_the_last_second_wherever_the_clock_stands(month, instant):
    until = due_at(month, NO_EXCEPTIONS)
    late = is_late(instant, until)
    assert late == (instant >= until + timedelta(seconds=1))
    assert late == is_late(instant.astimezone(SHANGHAI), until)
    assert late or days_left(instant, until) >= 0


def test_a_time_without_a_zone_has_no_day():
    with pytest.raises(ValueError, match="zone"):
        days_left(datetime(2026, 11, 21), due_at(Month(2026, 11), NO_EXCEPTIONS))


@given(days, st.sets(months, max_size=40))
def test_first_open_is_open_and_never_earlier(day, closed):
    month = first_open(day, closed)
    assert month not in closed
    assert month >= Month.of(day)
    passed = [m for m in EVERY_MONTH if Month.of(day) <= m < month]
    assert closed.issuperset(passed)


@given(days, days, st.integers(0, 12))
def test_the_window_has_two_ends(day, today, months_back):
    problem = window_problem(day, today, window_start(today, months_back))
    if day > today:
        assert problem.code == "future"
    elif Month.of(day) < Month.of(today).plus(-months_back):
        assert problem.code == "too_old"
    else:
        assert problem is None
