"""The shape of what a form is sent back as: page by page, with all that was answered before."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from webapp.core.conditions import Answer, Answers
from webapp.core.errors import Problem
from webapp.core.fields import plain_text
from webapp.questionnaires.rules import INTEGER, NOTE, Question, Questionnaire, pages, read_answer

PREFIX = "q_"
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")

Typed = Mapping[str, Sequence[str]]  # by question


class Step(NamedTuple):
    """Where somebody stands in a form: the questions of the page, its number from 0, what was typed so far.

    `passed` of `total` questions lie before the page. With `is_done` all are answered, and `answers` holds what counts.
    """

    page: Sequence[Question]
    at: int
    typed: Typed
    answers: Answers
    passed: int
    total: int
    ending: str  # `send` when the form ends here, `maybe` when it may, `next` when it does not
    problems: Sequence[Problem] = ()
    is_done: bool = False

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the page carries along unseen: answers to questions of other pages, as name and value."""
        here = {question.name for question in self.page}
        return [(PREFIX + name, value) for name, values in self.typed.items() if name not in here for value in values]


def typed_in(form: Questionnaire, values: Callable[[str], Sequence[str]]) -> Typed:
    """Return what was typed for each question; `values` gives the values sent under a name."""
    found = {question.name: _cleaned(question, values(PREFIX + question.name)) for question in form.questions}
    return {name: typed for name, typed in found.items() if typed}


def _cleaned(question: Question, values: Sequence[str]) -> list[str]:
    plain = [_UNSEEN.sub(" ", value.replace("\r\n", "\n")).strip() for value in values]
    return [plain_text(value) if question.kind == INTEGER else value for value in plain if value]


def walk(form: Questionnaire, typed: Typed, at: int, go: str) -> Step:
    """Return the step after page `at`, `go` being `next`, `back` or, for the first sight of the form, `start`.

    A page with something wrong is the next step itself, with its problems.
    """
    answers = _answers(form, typed)
    sheets = pages(form.questions, answers)
    at = min(max(at, 0), len(sheets) - 1)
    if go == "start":
        return _step(form, sheets, 0, typed, answers)
    if go == "back":
        return _step(form, sheets, max(at - 1, 0), typed, answers)
    if problems := _problems(sheets[at], typed):
        return _step(form, sheets, at, typed, answers)._replace(problems=problems)
    if at + 1 < len(sheets):
        return _step(form, sheets, at + 1, typed, answers)
    for earlier, sheet in enumerate(sheets):
        if problems := _problems(sheet, typed):
            return _step(form, sheets, earlier, typed, answers)._replace(problems=problems)
    return _step(form, sheets, at, typed, answers)._replace(is_done=True)


def _answers(form: Questionnaire, typed: Typed) -> dict[str, Answer]:
    found = {question.name: read_answer(question, typed.get(question.name, ()))[0] for question in form.questions}
    return {name: answer for name, answer in found.items() if answer is not None}


def _problems(sheet: Sequence[Question], typed: Typed) -> list[Problem]:
    read = [(question, read_answer(question, typed.get(question.name, ()))[1]) for question in sheet]
    return [problem._replace(field=PREFIX + question.name) for question, problem in read if problem]


def _step(form: Questionnaire, sheets: Sequence[Sequence[Question]], at: int, typed: Typed, answers: Answers) -> Step:
    asking = [question.name for question in form.questions if question.kind != NOTE]
    first = next((question.name for question in sheets[at] if question.kind != NOTE), None)
    passed = asking.index(first) if first else len(asking)
    is_end = sheets[at][-1:] == list(form.questions[-1:])
    ending = "send" if is_end else "maybe" if at + 1 == len(sheets) else "next"
    return Step(sheets[at], at, typed, answers, passed, len(asking), ending)
