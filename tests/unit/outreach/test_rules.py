"""Rules of work for everybody: stock, campaign days, the month that counts, the tables of kinds and fields."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.core.period import Month
from webapp.forms.rules import OUTREACH
from webapp.outreach.queries import day_labels, days_between
from webapp.outreach.rules import (
    COUNTS,
    KINDS,
    LINKS,
    MEASURES,
    TAKES,
    Stock,
    campaign_days,
    counted_in,
    left_of,
    may_note,
    measure_of,
    problems_with,
    shortage,
)  # fmt: skip

FIRST = date(2026, 11, 1)
changes = st.lists(
    st.builds(
        Stock, st.dates(FIRST, FIRST + timedelta(9)), st.sampled_from(sorted(TAKES)), st.integers(1, 30)
    ),
    max_size=12,
)  # fmt: skip


@given(changes)
def test_there_is_a_shortage_exactly_when_some_day_ends_below_nothing(found):
    ends = [
        left_of(change for change in found if change.date <= FIRST + timedelta(day)) for day in range(10)
    ]  # what came in on a day was there that day, so only the evenings count
    assert (shortage(found) is not None) is any(end < 0 for end in ends)


def test_a_shortage_says_day_and_numbers():
    day = FIRST + timedelta(3)
    found = shortage([Stock(day, "out", 9), Stock(FIRST, "restocked", 5), Stock(day, "in", 2)])
    assert found == (day, 7, 9)


@pytest.mark.parametrize(
    ("movement", "holds", "measure"),
    [
        ("restocked", "supplies", "restocked"),
        ("restocked", "other", ""),
        ("in", "supplies", ""),
        ("out", "supplies", ""),
    ],
)
def test_only_restocked_supplies_count_in_the_report(movement, holds, measure):
    assert measure_of("stock", {"movement": movement}, holds) == measure


def test_what_is_reported_moves_on_and_all_else_stays():
    october, day = 202610, date(2026, 10, 30)
    assert counted_in(day, "guides", [october, 202611]) == Month(2026, 12)
    assert counted_in(day, "", [october]) == Month(2026, 10)


def test_the_measures_are_those_that_forms_know():
    assert set(MEASURES) == OUTREACH == {kind.measure for kind in KINDS.values() if kind.measure}


def test_every_field_has_a_place():
    for kind in KINDS.values():
        assert len({field.name for field in kind.fields}) == len(kind.fields)
        for field in kind.fields:
            assert (field.form == "count") is (field.name in COUNTS)
            assert (field.form in ("point", "movement", "occasion")) is (field.name in LINKS)
            assert not field.name.startswith(("name", "phone", "person"))


def test_leaders_note_exactly_what_reports_count():
    assert {code for code in KINDS if may_note("leader", code)} == {c for c, kind in KINDS.items() if kind.measure}
    assert all(may_note("officer", code) for code in KINDS)


@pytest.mark.parametrize(
    ("first", "last", "codes"),
    [
        (date(2026, 11, 21), date(2026, 12, 31), ["aids_day"]),
        (date(2026, 12, 1), date(2026, 12, 1), ["aids_day"]),
        (date(2026, 12, 2), date(2027, 2, 6), ["spring_festival"]),
        (date(2026, 9, 1), date(2026, 10, 31), ["birth_defects_day", "mid_autumn", "double_ninth", "mens_health_day"]),
    ],
)
def test_campaign_days_in_their_order(first, last, codes):
    assert [day.code for day in days_between(first, last)] == codes


def test_every_year_has_all_campaign_days_as_far_as_feasts_are_known():
    """The lunar ones by the calendar of the Purple Mountain Observatory; another six years are wanted before 2030."""
    for year in range(2026, 2031):
        found = days_between(date(year, 1, 1), date(year, 12, 31))
        assert {day.code for day in found} == set(day_labels()), year
        assert all(set(day.label) == set(day.about) == {"zh-Hans", "zh-Hant", "en"} for day in found)


def test_a_stretch_over_new_year_has_the_day_twice():
    rows = [{"code": "a", "day": "12-01", "label": {}, "about": {}}]
    found = campaign_days(rows, date(2026, 12, 1), date(2027, 12, 1))
    assert [day.date.year for day in found] == [2026, 2027]


def test_numbers_of_people_are_refused_where_one_writes_and_not_in_ids():
    entry = {"date": FIRST, "title": "村口", "point": "ec561cf1-fc26-4fb2-bb1c-138123456780", "movement": "in"}
    assert not problems_with("stock", entry, FIRST)
    assert [each.field for each in problems_with("stock", {**entry, "title": "找 13812345678"}, FIRST)] == ["title"]
    remark = {"date": FIRST, "title": "折页", "remark": "电话 13812345678"}
    assert [each.field for each in problems_with("guide", remark, FIRST)] == ["remark"]
