"""What may be noted: the cases shared with the phone, through shape and rules as the server runs them."""

from datetime import date

import pytest

from tests.support.vectors import in_chinese, repeated, vectors
from webapp.core.fields import load
from webapp.core.ids import new_id
from webapp.core.period import window_start
from webapp.events.rules import KINDS, MONTHS_BACK, SENTENCES, problems_with_event
from webapp.events.schemas import EventSchema

CASES = vectors("event")
TODAY = date.fromisoformat(CASES["today"])


def problems_in(case):
    """Return the problems of a case, shape first."""
    data = {**CASES["good"], "unit": new_id(), **case["set"]}
    if "note" in case:
        data["note"] = repeated(case["note"])
    loaded, problems = load(EventSchema(), data)
    return problems or problems_with_event(loaded, CASES["services"], TODAY, CASES["months_back"])


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_shared_cases(case):
    found = problems_in(case)
    expected = case["problems"]
    assert [(p.field, p.code) for p in found] == [(e[0], e[1].split(".")[1]) for e in expected]
    for problem, (_, key, *params) in zip(found, expected, strict=True):
        assert not params or in_chinese(problem) == params[0]
        assert not key.startswith("event.") or problem.sentence == SENTENCES[problem.code]
        assert problem.sentence % problem.params


def test_the_window_is_that_of_the_shared_cases():
    assert CASES["months_back"] == MONTHS_BACK
    assert window_start(TODAY, MONTHS_BACK) == date(2026, 8, 1)


def test_kinds_are_those_of_the_shape():
    assert EventSchema().fields["kind"].choices == KINDS.keys()


def test_every_sentence_is_met_by_a_case():
    met = {problem.code for case in CASES["cases"] for problem in problems_in(case)}
    assert SENTENCES.keys() <= met
