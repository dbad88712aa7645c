"""Questions, which of them are asked of whom, and what is an answer to them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from webapp.core.conditions import Answer, Answers, holds, parse, refs
from webapp.core.errors import N_, Problem

ONE, MANY, INTEGER, TEXT, NOTE = "one", "many", "integer", "text", "note"
LONGEST_TEXT = 300
MOST_BANDS = 10  # of an integer question: results count bands, not numbers
PER_PAGE = 3

Texts = Mapping[str, str]  # by language tag

NOT_ANSWERED = Problem("", "required", N_("请回答这一题。"))
NOT_OFFERED = Problem("", "choice", N_("请从列出的选项里选。"))
NOT_WHOLE = Problem("", "integer", N_("请填整数，例如 0、1、12。"))
TOO_LONG = Problem("", "long", N_("太长了，最多 %(longest)s 个字。"), {"longest": LONGEST_TEXT})


@dataclass(frozen=True)
class Choice:
    """One thing to choose, with its words by language."""

    name: str
    label: Texts


@dataclass(frozen=True)
class Question:
    """One question. `answer` holds what is right in a quiz: names of choices, or one number as text."""

    name: str
    kind: str
    label: Texts
    hint: Texts
    required: bool
    relevant: str
    choices: tuple[Choice, ...]
    low: int
    high: int
    answer: tuple[str, ...]
    explanation: Texts

    def bands(self) -> list[tuple[int, int]]:
        """Return the bands, both ends within, in which the numbers of an integer question are counted."""
        width = -(-(self.high - self.low + 1) // MOST_BANDS)
        return [(low, min(low + width - 1, self.high)) for low in range(self.low, self.high + 1, width)]


@dataclass(frozen=True)
class Questionnaire:
    """A form: its title by language, its questions in their order."""

    title: Texts
    questions: tuple[Question, ...]

    def as_data(self) -> dict[str, Any]:
        """Return the form as JSON keeps it."""
        return asdict(self)


def from_data(data: Mapping[str, Any]) -> Questionnaire:
    """Return the form that `Questionnaire.as_data` gave."""
    return Questionnaire(data["title"], tuple(_question(one) for one in data["questions"]))


def _question(data: Mapping[str, Any]) -> Question:
    choices = tuple(Choice(**choice) for choice in data["choices"])
    return Question(**{**data, "choices": choices, "answer": tuple(data["answer"])})


def text_in(texts: Texts, language: str) -> str:
    """Return the words of a language, else those in Simplified Chinese, else any; "" when there are none."""
    return texts.get(language) or texts.get("zh-Hans") or next(iter(texts.values()), "")


def asked(questions: Sequence[Question], answers: Answers) -> list[Question]:
    """Return those of `questions` that are asked of whoever gave `answers`; what was not asked counts as blank."""
    found, known = list[Question](), dict[str, Answer]()
    for question in questions:
        if not question.relevant or holds(parse(question.relevant), known):
            found.append(question)
            known |= {question.name: answers[question.name]} if question.name in answers else {}
    return found


def pages(questions: Sequence[Question], answers: Answers) -> list[list[Question]]:
    """Return the questions asked, a few on each page, and none on the page of one that it depends on.

    A page ends before such a one also when that is not asked: so what stands on a page depends only on answers to
    pages before it.
    """
    found: list[list[Question]] = [[]]
    wanted = {question.name for question in asked(questions, answers)}
    for question in questions:
        needed = refs(parse(question.relevant)) if question.relevant else set()
        if needed & {one.name for one in found[-1]}:
            found.append([])
        if question.name in wanted:
            found += [[]] if len(found[-1]) == PER_PAGE else []
            found[-1].append(question)
    return [page for page in found if page] or [[]]


def read_answer(question: Question, typed: Sequence[str]) -> tuple[Answer | None, Problem | None]:
    """Return the answer that was `typed` (trimmed, blanks left out), None for none, and what is wrong with it."""
    if question.kind == NOTE:
        return None, None
    if not typed:
        return None, NOT_ANSWERED if question.required else None
    return _READ[question.kind](question, typed)


def _read_one(question: Question, typed: Sequence[str]) -> tuple[Answer | None, Problem | None]:
    is_known = len(typed) == 1 and typed[0] in {choice.name for choice in question.choices}
    return (typed[0], None) if is_known else (None, NOT_OFFERED)


def _read_many(question: Question, typed: Sequence[str]) -> tuple[Answer | None, Problem | None]:
    names = tuple(choice.name for choice in question.choices if choice.name in typed)
    return (names, None) if set(typed) == set(names) else (None, NOT_OFFERED)


def _read_integer(question: Question, typed: Sequence[str]) -> tuple[Answer | None, Problem | None]:
    if not re.fullmatch(r"\d{1,9}", typed[0], re.ASCII):
        return None, NOT_WHOLE
    limits = {"low": question.low, "high": question.high}
    if not question.low <= int(typed[0]) <= question.high:
        return None, Problem("", "range", N_("请填 %(low)s 到 %(high)s 之间的数。"), limits)
    return int(typed[0]), None


def _read_text(_: Question, typed: Sequence[str]) -> tuple[Answer | None, Problem | None]:
    return (None, TOO_LONG) if len(typed[0]) > LONGEST_TEXT else (typed[0], None)


_READ = {ONE: _read_one, MANY: _read_many, INTEGER: _read_integer, TEXT: _read_text}


def is_right(question: Question, answer: Answer | None) -> bool:
    """Return whether `answer` is the right one; a question without one has none."""
    given = set(answer) if isinstance(answer, tuple) else {str(answer)}
    return bool(question.answer) and answer is not None and given == set(question.answer)
