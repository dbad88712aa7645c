"""What a survey may be, when it takes answers, and what becomes of one: numbers that are added, no row of its own."""

import hashlib
import re
from base64 import b32encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from webapp.core.conditions import Answer, Answers
from webapp.core.errors import N_, Problem
from webapp.core.samples import allotted, drawn
from webapp.questionnaires.rules import INTEGER, MANY, ONE, TEXT, Question, Questionnaire, asked, is_right

KINDS: Mapping[str, str] = {
    "satisfaction": N_("满意度调查"),
    "knowledge": N_("知晓率调查"),
    "quiz": N_("知识竞答"),
}
WITH_ANSWERS = frozenset({"knowledge", "quiz"})
DRAFT, OPEN, CLOSED = "draft", "open", "closed"
PLACE, VISIT, PHONE = "open", "visit", "phone"  # by which road an answer came: a code on a wall, a card, a call

TOKEN_LETTERS = 26  # of base32: 130 bits
_TOKEN = re.compile(rf"[A-Z2-7]{{{TOKEN_LETTERS}}}\Z")
MOST_INVITED = 20_000
PER_BOX = 200  # texts that are sealed together
LONGEST_RUN = timedelta(days=366)
WINDOW = timedelta(hours=1)
MOST_GUESSES, MOST_FROM, MOST_BY = 60, 60, 300  # within the window: unknown codes and answers from one network, by one

NO_SAMPLE = Problem("size", "range", N_("样本数要在 %(least)s（每个单位至少一户）到 %(most)s 之间。"))
NO_FRAME = Problem("size", "frame", N_("这里还没有登记住户，不能按户抽。可以改成每个单位发同样多的卡。"))
NO_ROAD = Problem("", "road", N_("先抽样发卡，或者加一个张贴的码，才能开始。"))
BUSY = Problem("", "too_many", N_("从这里来的次数太多了，过一个小时再试。"))
PAST = Problem("until", "past", N_("截止日期不能早于今天，也不能晚于一年后。"))

BLANK, NOT_ASKED = "", "/"  # the columns of people who left a question out, and of those whom it was not for


def token_from(raw: bytes) -> str:
    """Return the token that the first 17 of `raw` bytes make: 26 letters of base32."""
    return b32encode(raw[:17]).decode()[:TOKEN_LETTERS]


def token_hash(token: str) -> bytes:
    """Return what the database keeps of an invitation's token, however its letters are written: its SHA-256."""
    return hashlib.sha256(token.upper().encode("utf-8", "surrogatepass")).digest()


def looks_like_token(text: str) -> bool:
    """Return whether `text` can be a token at all."""
    return _TOKEN.match(text.upper()) is not None


def printed_address(root: str, token: str) -> str:
    """Return the address in a code, all in capitals, which takes less room; `root` is `https://host/`."""
    return f"{root}s/{token}".upper()


def standing(state: str, until: date, today: date) -> str:
    """Return how a survey stands on a day: one whose last day is over is closed, whatever was stored."""
    return CLOSED if state == OPEN and until < today else state


def sampled(seed: str, frame: Mapping[str, Sequence[str]], size: int) -> dict[str, list[str]]:
    """Return which ids of each stratum of `frame` are drawn. Raises ValueError when `size` fits no such strata."""
    sizes = allotted({unit: len(ids) for unit, ids in frame.items()}, size)
    return {unit: drawn(seed, ids, sizes[unit]) for unit, ids in frame.items()}


def digest_of(frame: Mapping[str, Iterable[str]]) -> str:
    """Return what tells one frame from another: the SHA-256 of its ids in order."""
    return hashlib.sha256("\n".join(sorted(one for ids in frame.values() for one in ids)).encode()).hexdigest()


def columns(question: Question) -> list[str]:
    """Return what answers to a question are counted under; a text is not counted."""
    if question.kind == INTEGER:
        found = [_band(low, high) for low, high in question.bands()]
    else:
        found = [choice.name for choice in question.choices]
    found += [] if question.required else [BLANK]
    return [*found, NOT_ASKED] if question.relevant else found


def _band(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}–{high}"


def counted(form: Questionnaire) -> list[Question]:
    """Return the questions of a form whose answers are counted."""
    return [question for question in form.questions if question.kind in (ONE, MANY, INTEGER)]


def no_counts(form: Questionnaire) -> dict[str, dict[str, int]]:
    """Return the counts before the first answer: all there will ever be, so that their order tells nothing."""
    return {question.name: dict.fromkeys(columns(question), 0) for question in counted(form)}


def added(counts: Mapping[str, Mapping[str, int]], form: Questionnaire, answers: Answers) -> dict[str, dict[str, int]]:
    """Return `counts` with one person's answers added."""
    known = {question.name for question in asked(form.questions, answers)}
    found = {name: dict(columns) for name, columns in counts.items()}
    for question in counted(form):
        answer = answers.get(question.name)
        for column in _columns_of(question, answer) if question.name in known else (NOT_ASKED,):
            found[question.name][column] += 1
    return found


def _columns_of(question: Question, answer: Answer | None) -> tuple[str, ...]:
    if answer is None:
        return (BLANK,)
    if isinstance(answer, int):
        return tuple(_band(low, high) for low, high in question.bands() if low <= answer <= high)
    return answer if isinstance(answer, tuple) else (answer,)


def texts_in(form: Questionnaire, answers: Answers) -> list[tuple[str, str]]:
    """Return what somebody wrote in their own words, by question."""
    found = [(question.name, answers.get(question.name)) for question in asked(form.questions, answers)]
    kinds = {question.name: question.kind for question in form.questions}
    return [(name, text) for name, text in found if kinds[name] == TEXT and isinstance(text, str)]


def score(form: Questionnaire, answers: Answers) -> tuple[int, int]:
    """Return how many of a person's answers are right, and of how many that have a right one."""
    marked = [question for question in asked(form.questions, answers) if question.answer]
    return sum(is_right(question, answers.get(question.name)) for question in marked), len(marked)


def plan_of(frame: Mapping[str, Sequence[str]], chosen: Mapping[str, int], **given: Any) -> dict[str, Any]:
    """Return how a sample was drawn, as it is stored: `given` (seed, basis, how, on) and the size of each stratum."""
    strata = {unit: {"frame": len(frame.get(unit, ())), "drawn": count} for unit, count in chosen.items()}
    return {**given, "digest": digest_of(frame), "strata": strata}
