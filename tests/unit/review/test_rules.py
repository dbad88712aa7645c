"""What a reviewer is shown: differences, reasons, entries, remarks."""

import json
from typing import Any

import pytest

from webapp.forms.queries import DATA
from webapp.forms.rules import Form, load_form
from webapp.reports.rules import computed
from webapp.review.rules import Cell, cells, changed, remarks
from webapp.review.schemas import reasons_in, version_in, versions_in

EVENTS = [
    {"id": "e1", "kind": "birth", "persons": 2, "households": 0, "service": None, "late": False},
    {"id": "e2", "kind": "move_in", "persons": 3, "households": 1, "service": None, "late": True},
]
UNIT = "0b9f6f9e-3a65-4a2e-9f3e-7b1c0a7d1a11"


@pytest.fixture(scope="module")
def form() -> Form:
    """Return the form that comes with the program."""
    return load_form(json.loads((DATA / "monthly-1.json").read_text("utf-8")))


def report(form: Form, **given: Any) -> dict[str, Any]:
    """Return a report that says what EVENTS say, but for `given` values; `adjustments` and `reason` are themselves."""
    about = {"adjustments": given.pop("adjustments", []), "reason": given.pop("reason", None)}
    values = dict.fromkeys((measure.code for measure in form.measures), 0)
    values |= {"opening_persons": 100, "births": 2, "persons_in": 3, "households_in": 1, "closing_persons": 105}
    return {"values": {**values, **given}, **about}


def compared(form: Form, sent: dict[str, Any], previous=None, accepted=None) -> dict[str, Cell]:
    """Return the cells by measure."""
    previous = previous or {"closing_persons": 100, "births": 5}
    found = cells(form, sent, computed(form, EVENTS, previous), previous, EVENTS, accepted)
    return {cell.measure.code: cell for cell in found}


def test_every_measure_has_its_cell_in_the_order_of_the_form(form: Form):
    assert list(compared(form, report(form))) == [measure.code for measure in form.measures]


def test_differences_to_last_month_and_to_the_entries(form: Form):
    births = compared(form, report(form, births=4, closing_persons=107))["births"]
    assert (births.value, births.last, births.step) == (4, 5, -1)
    assert (births.computed, births.gap) == (2, 2)
    assert [entry["id"] for entry in births.entries] == ["e1"]


def test_what_nobody_can_compute_has_no_difference(form: Form):
    visits = compared(form, report(form, visits_made=3))["visits_made"]
    assert (visits.computed, visits.gap, visits.last, visits.step) == (None, None, None, None)


def test_the_closing_follows_the_numbers_as_they_were_handed_in(form: Form):
    """A birth that was added by hand explains the closing; only what does not add up is a difference."""
    assert compared(form, report(form, births=4, closing_persons=107))["closing_persons"].gap == 0
    assert compared(form, report(form, closing_persons=104))["closing_persons"].gap == -1


def test_reasons_stand_beside_their_number(form: Form):
    rows = [{"measure": "births", "value": 4, "reason": "双胞胎漏记"}]
    found = compared(form, report(form, births=4, closing_persons=107, adjustments=rows))
    assert found["births"].reason == "双胞胎漏记"
    assert not [code for code, cell in found.items() if cell.reason and code != "births"]


def test_a_correction_shows_what_was_accepted_before(form: Form):
    found = compared(form, report(form), accepted={**report(form)["values"], "deaths": 1})
    assert {code: cell.accepted for code, cell in found.items() if cell.accepted is not None} == {"deaths": 1}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, []),
        ({"adjustments": [{"measure": "births", "value": 2, "reason": "x"}]}, ["adjusted"]),
        ({"closing_persons": 104}, ["balance"]),
        ({"reason": "更正"}, ["correction"]),
    ],
)
def test_remarks_are_what_somebody_should_read(form: Form, given: dict[str, Any], said: list[str]):
    assert remarks(form, report(form, **given)) == said


def test_changes_from_version_to_version():
    assert changed({"a": 1, "b": 2, "d": 0}, {"a": 1, "b": 3, "c": 4}) == [("b", 3, 2), ("d", None, 0), ("c", 4, None)]


def test_reasons_are_read_by_measure(form: Form):
    typed = {"reason": " 整份 ", "reason-births": "少一个", "reason-deaths": "", "reason-nonsense": "x"}
    assert reasons_in(typed, form) == (
        [{"measure": "", "reason": "整份"}, {"measure": "births", "reason": "少一个"}], [],
    )  # fmt: skip


def test_a_long_reason_is_refused_at_its_field(form: Form):
    reasons, problems = reasons_in({"reason-births": "长" * 201}, form)
    assert (reasons, [(problem.field, problem.code) for problem in problems]) == ([], [("reason-births", "long")])


@pytest.mark.parametrize(("text", "version"), [("3", 3), ("", 0), ("x", 0), ("-1", 0), ("٣", 0), ("9" * 40, 0)])
def test_versions_are_numbers_or_none_at_all(text: str, version: int):
    assert version_in({"version": text}) == version


def test_what_is_no_report_is_left_out():
    assert versions_in([f"{UNIT}:2", "nonsense", f"{UNIT[:-1]}:3", ":1"]) == {UNIT: 2}
