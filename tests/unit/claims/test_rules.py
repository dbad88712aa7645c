"""Claims: cases made by hand from the texts they name, shared with the phone, and what must hold on any day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.vectors import vectors
from webapp.claims.queries import figures
from webapp.claims.rules import assistance, childcare, endorsement, registration, residence_permit
from webapp.core.period import months_after

CASES = vectors("claims")
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))


def day(text):
    """Return the date that a case names, None for none."""
    return date.fromisoformat(text) if text else None


def of(kind):
    """Return the cases of one claim, each called by its name."""
    return pytest.mark.parametrize("case", CASES[kind], ids=lambda case: case["name"])


def test_there_are_cases_enough_and_each_names_its_source():
    cases = [case for kind in CASES.values() for case in kind]
    assert len(cases) >= 60
    assert all(case["source"] for case in cases)


@of("childcare")
def test_childcare_subsidy(case):
    found = childcare(day(case["born"]), day(case["today"]), figures(), day(case.get("adopted")))
    expected = case["is"]
    assert found == {**expected, **{name: day(expected[name]) for name in ("first_from", "first_by")}}


@of("assistance")
def test_assistance(case):
    expected = case["is"] and {**case["is"], "since": day(case["is"]["since"])}
    assert assistance(case["scheme"], day(case["born"]), day(case["today"]), figures()) == expected


@of("residence_permit")
def test_residence_permit(case):
    assert residence_permit(day(case["registered"]), figures()) == day(case["is"])


@of("endorsement")
def test_endorsement(case):
    assert endorsement(day(case["issued"]), day(case["today"]), figures()) == tuple(map(day, case["is"]))


@of("registration")
def test_registration(case):
    assert registration(case["kind"], day(case["day"]), figures()) == day(case["is"])


@given(DAYS, st.integers(-1200, 1200))
def test_months_later_is_never_past_the_month(start, months):
    later = months_after(start, months)
    assert later.day <= start.day
    assert (later.year - start.year) * 12 + later.month - start.month == months


@given(st.dates(date(2025, 1, 1), date(2095, 1, 1)), st.integers(0, 900))
def test_every_child_born_since_2025_has_three_years_and_at_least_a_year_to_apply(born, later):
    found = childcare(born, born + timedelta(later), figures())
    assert found["total"] == 3 * figures()["childcare"]["yearly"]
    assert found["first_by"] - born >= timedelta(365)
    assert len(found["renewals"]) == 2
    assert (found["state"] == "open") == (born + timedelta(later) <= found["first_by"])


@given(DAYS, st.integers(0, 20000))
def test_the_next_endorsement_is_not_over_and_at_most_a_year_away(issued, later):
    today = issued + timedelta(later)
    begins, ends = endorsement(issued, today, figures())
    assert begins < ends
    assert today <= ends <= months_after(today, 13)
