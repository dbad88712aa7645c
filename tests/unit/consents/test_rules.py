"""Which text of a purpose is read out, and when one may ask again: the cases that phones are held to as well."""

from datetime import date

from tests.support.vectors import vectors
from webapp.consents.rules import ask_again_on, may_ask, text_in_force

CASES = vectors("consent")
PURPOSE = CASES["purpose"]


def test_the_text_in_force() -> None:
    for day, version in CASES["in_force"]:
        assert text_in_force(PURPOSE, date.fromisoformat(day))["version"] == version, day


def test_when_one_may_ask_again() -> None:
    for case in CASES["ask_again"]:
        assert ask_again_on(case["answer"], PURPOSE).isoformat() == case["on"]
    for case in CASES["may_ask"]:
        answers = {"contact": case["answer"]} if case["answer"] else {}
        assert may_ask(answers, "contact", {"contact": PURPOSE}, date.fromisoformat(case["today"])) is case["may"]
