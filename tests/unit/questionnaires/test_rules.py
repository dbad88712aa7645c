"""Questions: on which page they stand, what is an answer, what is right."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.surveys import form
from webapp.questionnaires.queries import as_book, example
from webapp.questionnaires.rules import PER_PAGE, Question, asked, is_right, pages, read_answer
from webapp.questionnaires.schemas import read_form

FORM = form()
BY_NAME = {question.name: question for question in FORM.questions}


def shipped() -> tuple[Question, ...]:
    """Return the questions of the example that is shipped."""
    found, faults = read_form(as_book(example()), has_answers=False)
    assert found, faults
    return found.questions


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "subsidy": st.sampled_from(["yes", "no"]), "visited": st.sampled_from(["yes", "no"]),
        "ways": st.just(("leader",)), "service": st.just("good"), "minutes": st.integers(0, 119),
    },
)  # fmt: skip


@given(ANSWERS, ANSWERS)
def test_a_page_depends_only_on_pages_before_it(first: dict[str, Any], other: dict[str, Any]):
    """Somebody who changes what stands on a page, or later, finds that page and all before it as they were."""
    questions, before = shipped(), set()
    one, two = pages(questions, first), pages(questions, other)
    for sheet, same in zip(one, two, strict=False):
        assert sheet == same
        before |= {question.name for question in sheet}
        if any(first.get(name) != other.get(name) for name in before):
            break
    flat = [question for sheet in one for question in sheet]
    assert flat == asked(questions, first)
    assert all(0 < len(sheet) <= PER_PAGE for sheet in one)


def test_answers_to_what_is_not_asked_count_as_blank():
    answers = {"subsidy": "no", "ways": ("leader",), "visited": "yes"}
    names = [question.name for question in asked(shipped(), answers)]
    assert names == ["subsidy", "visited", "service", "minutes", "notices", "wish"]


@pytest.mark.parametrize(
    ("name", "typed", "answer", "code"),
    [
        ("known", ["yes"], "yes", None),
        ("known", [], None, "required"),
        ("known", ["maybe"], None, "choice"),
        ("known", ["yes", "no"], None, "choice"),
        ("ways", [], None, None),
        ("ways", ["phone", "leader"], ("leader", "phone"), None),
        ("ways", ["phone", "dove"], None, "choice"),
        ("minutes", ["99"], 99, None),
        ("minutes", ["100"], None, "range"),
        ("minutes", ["-1"], None, "integer"),
        ("minutes", ["1.5"], None, "integer"),
        ("words", ["字" * 300], "字" * 300, None),
        ("words", ["字" * 301], None, "long"),
        ("hello", ["what"], None, None),
    ],
)
def test_what_is_an_answer(name: str, typed: list[str], answer: Any, code: str | None):
    found, problem = read_answer(BY_NAME[name], typed)
    assert (found, problem.code if problem else None) == (answer, code)


def test_bands_cover_the_range_once():
    bands = BY_NAME["minutes"].bands()
    assert [number for low, high in bands for number in range(low, high + 1)] == list(range(100))


@pytest.mark.parametrize(
    ("right", "given", "is_so"),
    [(("yes",), "yes", True), (("yes",), "no", False), (("a", "b"), ("b", "a"), True), (("a", "b"), ("a",), False),
     (("12",), 12, True), (("12",), 21, False), (("yes",), None, False), ((), "yes", False)],
)  # fmt: skip
def test_what_is_right(right: tuple[str, ...], given: Any, is_so: bool):
    question = Question("q", "one", {}, {}, True, "", (), 0, 0, right, {})
    assert is_right(question, given) is is_so
