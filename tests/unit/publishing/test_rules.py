"""What has to be displayed when."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.publishing.queries import duties
from webapp.publishing.rules import Duty, due, in_order, poster_size, terms

FUNDS = Duty("funds", {"zh-Hans": "资金"}, {"zh-Hans": "法"}, "quarter", 15, ("community",), ("funds",))
LONG_AGO = date(1999, 1, 1)


@pytest.mark.parametrize(
    ("day", "this", "last"),
    [("2026-11-22", "2026Q4", "2026Q3"), ("2026-01-01", "2026Q1", "2025Q4"), ("2026-03-31", "2026Q1", "2025Q4"),
     ("2026-04-01", "2026Q2", "2026Q1"), ("2026-12-31", "2026Q4", "2026Q3")],
)  # fmt: skip
def test_quarters(day, this, last):
    assert tuple(term.code for term in terms("quarter", date.fromisoformat(day), LONG_AGO)) == (this, last)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["quarter", "year"]))
def test_a_period_holds_the_day_and_follows_the_one_before(day, every):
    this, last = terms(every, day, LONG_AGO)
    assert this.first <= day <= this.last
    assert last.last + timedelta(1) == this.first


@pytest.mark.parametrize(("began", "owed"), [("2026-09-30", ["2026Q4", "2026Q3"]), ("2026-10-01", ["2026Q4"])])
def test_nothing_is_owed_of_a_period_that_was_over_when_the_office_began(began, owed):
    assert [term.code for term in terms("quarter", date(2026, 11, 22), date.fromisoformat(began))] == owed


@pytest.mark.parametrize(
    ("shown_from", "day", "state"),
    [
        (None, "2026-12-31", "due"),
        (None, "2027-01-01", "overdue"),
        ("2026-12-31", "2027-01-14", "running"),
        ("2026-12-31", "2027-01-15", "done"),
    ],
)
def test_where_a_duty_stands(shown_from, day, state):
    [term, _] = terms("quarter", date(2026, 11, 22), LONG_AGO)
    found = due(FUNDS, term, date.fromisoformat(shown_from) if shown_from else None, date.fromisoformat(day))
    assert found.state == state


@pytest.mark.parametrize(("down", "state"), [("2026-10-15", "early"), ("2026-10-16", "done")])
def test_a_display_counts_only_when_it_was_up_for_its_least_days(down, state):
    [term, _] = terms("quarter", date(2026, 11, 22), LONG_AGO)
    assert due(FUNDS, term, date(2026, 10, 1), date(2026, 11, 22), date.fromisoformat(down)).state == state


def test_the_overdue_come_first():
    day = date(2026, 11, 22)
    this, last = terms("quarter", day, LONG_AGO)
    dues = [due(FUNDS, this, None, day), due(FUNDS, this, day, day), due(FUNDS, last, None, day)]
    dues += [due(FUNDS, this, day, day, day)]
    assert [each.state for each in in_order(dues)] == ["overdue", "early", "due", "running"]


def test_shipped_duties_say_where_they_come_from():
    for duty in duties():
        assert duty.least_days >= 15
        assert set(duty.title) == set(duty.source) == {"zh-Hans", "zh-Hant", "en"}
        assert "条" in duty.source["zh-Hans"]


@pytest.mark.parametrize(
    ("title", "audience", "summary", "size"),
    [("补" * 10, "", "补" * 40, "airy"), ("补" * 20, "家" * 15, "补" * 100, "wide"),
     ("补" * 20, "家" * 35, "补" * 150, "plain"),
     ("Aid for all " * 5, "Families " * 5, "A child has aid. " * 15, "plain"),
     ("补" * 80, "家" * 100, "补" * 400, "dense"), ("补", "", "补\n" * 30, "dense")],
)  # fmt: skip
def test_a_poster_is_printed_as_large_as_it_fits(title, audience, summary, size):
    assert poster_size(title, audience, summary) == size
