"""Counts of a board: from facts, from one group's report, added up, filtered."""

from datetime import UTC, datetime

import pytest

from webapp.dashboards.rules import (
    COUNTS,
    Filed,
    Line,
    added,
    counts_of,
    counts_of_group,
    sections_of,
    shown,
    values_of,
)
from webapp.forms.rules import Form
from webapp.rollup.rules import ACCEPTED, LATE, ON_TIME, RECEIVED, RETURNED, facts_of

NOW = datetime(2026, 11, 21, tzinfo=UTC)
NONE = dict.fromkeys(COUNTS, 0)


def filed(state: str, *, late: bool = False) -> Filed:
    """Return a report in `state`."""
    return Filed(state, late, NOW, NOW, None)


def line(name: str, **counts: int) -> Line:
    """Return a line with `counts`, the others zero."""
    return Line(name, None, name, "group", {**NONE, **counts})


def test_counts_come_from_facts():
    facts = {RECEIVED: 7, ON_TIME: 5, LATE: 2, RETURNED: 1, ACCEPTED: 4, "births": 9}
    assert counts_of(11, facts) == {
        "expected": 11, "received": 7, "on_time": 5, "late": 2, "returned": 1, "missing": 4, "accepted": 4,
    }  # fmt: skip


def test_missing_is_never_below_zero():
    """A report may come between the two questions that make a board."""
    assert counts_of(0, {RECEIVED: 1})["missing"] == 0


@pytest.mark.parametrize(
    ("state", "late", "expected"),
    [
        ("submitted", False, {"received": 1, "on_time": 1}),
        ("submitted", True, {"received": 1, "late": 1}),
        ("returned", False, {"received": 1, "on_time": 1, "returned": 1}),
        ("accepted", False, {"received": 1, "on_time": 1, "accepted": 1}),
        ("locked", True, {"received": 1, "late": 1, "accepted": 1}),
    ],
)
def test_a_group_counts_as_its_facts_will(state: str, late: bool, expected: dict[str, int]):
    counts = counts_of_group(filed(state, late=late))
    assert counts == {**NONE, "expected": 1, **expected}
    assert counts == counts_of(1, facts_of({"state": state, "late": late, "values": {}}))


def test_a_group_without_report_is_missing():
    assert counts_of_group(None) == {**NONE, "expected": 1, "missing": 1}


def test_rows_are_added_by_name():
    assert added([{"a": 1, "b": 2}, {"a": 3}], ("a", "b", "c")) == {"a": 4, "b": 2, "c": 0}
    assert added([], COUNTS) == NONE


def test_a_filter_keeps_lines_that_have_something_of_it():
    lines = [line("one", received=1), line("two", missing=1), line("three")]
    assert [kept.name for kept in shown(lines, "missing")] == ["two"]
    assert [kept.name for kept in shown(lines, "received")] == ["one"]
    assert shown(lines, "") == shown(lines, "no such count") == lines


def test_counts_of_reports_are_no_measures():
    assert values_of({RECEIVED: 1, ON_TIME: 1, "births": 2}) == {"births": 2}


def test_what_nobody_accepted_is_provisional():
    assert line("one", received=5, accepted=3).provisional == 2


def test_measures_of_an_older_form_are_not_lost(form: Form, older: Form):
    codes = [m.code for _, measures in sections_of([form, older], {"births", "gone"}) for m in measures]
    assert codes == [*(measure.code for measure in form.measures), "gone"]
    assert sections_of([form, older], {"births", "gone"})[-1][0] is None


def test_measures_of_an_older_form_stay_away_when_nobody_used_them(form: Form, older: Form):
    assert [section for section, _ in sections_of([form, older], {"births"})] == list(form.sections)


def test_without_a_form_there_is_nothing_to_show():
    assert sections_of([], {"births"}) == []
