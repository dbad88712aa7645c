"""Finding. The same subjects in the same order on every database: all that is reckoned with are whole numbers."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate, chain, groupby, pairwise
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, case, func, select, true

from webapp.core.db import table
from webapp.core.english import stem
from webapp.core.pieces import RUN
from webapp.core.pinyin import blurred
from webapp.core.rows import each_of, execute
from webapp.search.models import SearchPosting, SearchSubject, SearchWord
from webapp.search.rules import (
    LEAST_MET,
    MOST_MISSPELT,
    Lexicon,
    Reading,
    Wanted,
    folded,
    idf,
    in_place,
    is_han,
    misspelt,
    number_of,
    readings,
    score,
    spelled,
    wanted,
    wholes,
)

DATA = Path(__file__).parent / "data"
FILES = ("asking", "synonyms", "syllables")
SUBJECT, WORD, POSTING = table(SearchSubject).c, table(SearchWord).c, table(SearchPosting).c
HOW_MANY = select(func.count()).where(SUBJECT.subject_type == bindparam("type"))
KNOWN = select(WORD.word, WORD.subjects).where(WORD.word.in_(each_of("words")))
SAYING = (
    select(POSTING.subject, POSTING.word, POSTING.weight, SUBJECT.subject_id, SUBJECT.place)
    .join(table(SearchSubject), SUBJECT.number == POSTING.subject)
    .where(POSTING.subject.in_(each_of("subjects")), POSTING.word.in_(each_of("words")))
)
LOOKED_AT = 100  # subjects that are compared closely
ENOUGH = 20  # subjects found by rare words, so that common ones need not be looked for
MOST_READ = 2000  # lines of the index that are read to find subjects
WHOLE = 1_000_000  # what it is worth to be called just as the query: more than any words

LONGEST_EXCERPT = 100  # characters
_SENTENCE = re.compile(r"[^。！？；!?\n]+?(?:[。！？；!?]+|\.(?=\s)|\n|$)")
Saying = tuple[str, str, dict[str, int]]  # id, place, loudness by word
Among = Select[Any] | Collection[str] | None


class Found(NamedTuple):
    """What answers a query, the best first, and the words it was found by; `is_guess` when nothing really does."""

    ids: list[str]
    words: frozenset[str]
    is_guess: bool


def find(query: str, subject_type: str, *, among: Among = None, limit: int = 20) -> Found:
    """Return the subjects that answer `query`, at most `limit`; where none does, those that say a little of it.

    `among` bounds them: ids, or a question for ids; by default all subjects of the type are looked at.
    """
    found, whole = readings(query, lexicon()), wholes(query, lexicon())
    known = _known(subject_type, found, whole)
    of = execute(HOW_MANY, type=subject_type).scalar_one()
    asked = [wanted(reading, known, of) for reading in found]
    tells = {word: idf(known[word], of) for word in whole if word in known}
    for slot in chain.from_iterable(asked):
        tells |= {word: max(worth, tells.get(word, 0)) for word, worth in slot.tells.items()}
    said = _saying(subject_type, tells, known, among)
    ranked = _ranked(said, asked, whole)
    is_guess = not ranked
    ids = [subject_id for _, _, subject_id in (ranked or _ranked(said, asked, whole, least_met=0))[:limit]]
    return Found(ids, frozenset(tells), is_guess)


def _ranked(
    subjects: Iterable[Saying], asked: Sequence[Sequence[Wanted]], whole: Collection[str], least_met: int = LEAST_MET
) -> list[tuple[int, str, str]]:
    """Return the subjects that answer, sorted: `(how little, place, id)`."""
    found = []
    for subject_id, place, said in subjects:
        loudest = max((said.get(word, 0) for word in whole), default=0) * WHOLE
        worth = loudest + max((score(slots, said, least_met) for slots in asked), default=0)
        found += [(-worth, place, subject_id)] if worth else []
    return sorted(found)


def _known(subject_type: str, found: Iterable[Reading], whole: Collection[str]) -> dict[str, int]:
    """Return how many subjects say each of the words that `found` asks for; slips are tried for what nobody says."""
    slots = set(chain.from_iterable(reading.slots for reading in found))
    known = _subjects_saying(subject_type, {*whole, *(word for slot in slots for word in slot.words + slot.instead)})
    unknown = sorted(slot for slot in slots if slot.letters and not known.keys() & {*slot.words, *slot.instead})
    tried = {word for slot in unknown[:MOST_MISSPELT] for word in misspelt(slot)}
    return known | _subjects_saying(subject_type, tried)


def _subjects_saying(subject_type: str, words: Collection[str]) -> dict[str, int]:
    numbers = {number_of(subject_type, word): word for word in words}
    return {numbers[number]: count for number, count in execute(KNOWN, words=list(numbers))} if numbers else {}


def _saying(subject_type: str, tells: Mapping[str, int], known: Mapping[str, int], among: Among) -> list[Saying]:
    """Return the subjects that say the most of what is asked, in no order.

    They are looked for by the rarest words, unless too few are found so: reading on which thousands say a word that
    hardly tells anything is what takes time.
    """
    words = {number_of(subject_type, word): word for word in tells}
    rare = _rarest(tells, known)
    subjects: list[int] = []
    for asked in (rare, list(tells))[: 1 + (len(rare) < len(tells))] if tells else ():
        worth = {number_of(subject_type, word): tells[word] for word in asked}
        subjects = list(execute(_loudest(worth, among)).scalars())
        if len(subjects) >= ENOUGH:
            break
    found: dict[int, Saying] = {}
    for number, word, weight, subject_id, place in execute(SAYING, subjects=subjects, words=list(words)):
        found.setdefault(number, (subject_id, place, {}))[2][words[word]] = weight
    return list(found.values())


def _rarest(tells: Mapping[str, int], known: Mapping[str, int]) -> list[str]:
    """Return the words that the fewest subjects say, as many as are read on quickly; at least one."""
    by_rarity = sorted(tells, key=lambda word: (known[word], word))
    lines = accumulate(known[word] for word in by_rarity)
    return [word for word, so_far in zip(by_rarity, lines, strict=True) if so_far <= MOST_READ] or by_rarity[:1]


def _loudest(tells: Mapping[int, int], among: Among) -> Select[Any]:
    worth = func.sum(POSTING.weight * case(tells, value=POSTING.word)).label("worth")
    said = select(POSTING.subject, worth).where(POSTING.word.in_(tells)).group_by(POSTING.subject).subquery()
    query = select(said.c.subject).join(table(SearchSubject), SUBJECT.number == said.c.subject).where(_is_in(among))
    return query.order_by(said.c.worth.desc(), said.c.subject).limit(LOOKED_AT)


def _is_in(among: Among) -> ColumnElement[bool]:
    """Return the condition that bounds subjects: asked of each that is found, not of all that there are."""
    if among is None:
        return true()
    if isinstance(among, Select):
        [column] = among.selected_columns
        return among.where(column == SUBJECT.subject_id).correlate(table(SearchSubject)).exists()
    return SUBJECT.subject_id.in_(among)


@cache
def lexicon() -> Lexicon:
    """Return what queries are read with."""
    asking, said, syllables = (json.loads((DATA / f"{name}.json").read_text()) for name in FILES)
    instead: dict[str, list[str]] = {}
    for group in said:
        for word in group["said"]:
            instead.setdefault(folded(word), []).extend(map(folded, group["means"]))
    known = frozenset(chain.from_iterable(row.split() for row in syllables.values()))
    return Lexicon(known, tuple(sorted(map(folded, asking), key=len, reverse=True)), instead)


class Part(NamedTuple):
    """A part of a text, and whether it is what was asked for."""

    text: str
    is_marked: bool


class Marker:
    """Finds in texts what a query was found by."""

    def __init__(self, words: Collection[str]) -> None:
        """Look for `words` of the index."""
        self._words = words
        self._initials = [word[2:] for word in words if word.startswith("i:")]
        self._listens = any(word.startswith("p:") for word in words)
        self._reads_latin = any(word.startswith("w:") for word in words)
        self._has_single = any(len(word) == 1 for word in words)

    def cut(self, text: str) -> list[Part]:
        """Return `text` cut where what was asked for begins and ends."""
        groups = groupby(zip(text, self._marks(in_place(text)), strict=True), key=lambda pair: pair[1])
        return [Part("".join(character for character, _ in group), is_marked) for is_marked, group in groups]

    def excerpt(self, text: str) -> str:
        """Return the sentence of `text` that says the most of it, cut to what fits; the first one of equals."""
        alike, best, most = in_place(text), range(0), -1
        marks = self._marks(alike)
        for sentence in _SENTENCE.finditer(text):
            span = range(*sentence.span())
            said = {alike[start:end] for start, end in _stretches(marks, span)}
            if sum(map(len, said)) > most:  # saying the same twice is saying it once
                best, most = span, sum(map(len, said))
        if len(best) <= LONGEST_EXCERPT:
            return text[best.start : best.stop].strip()
        first = next((at for at in best if marks[at]), best.start)
        start = max(best.start, min(first - LONGEST_EXCERPT // 4, best.stop - LONGEST_EXCERPT))
        end = start + LONGEST_EXCERPT
        return f"{'…' if start > best.start else ''}{text[start:end].strip()}{'…' if end < best.stop else ''}"

    def _marks(self, alike: str) -> list[bool]:
        """Return for each character of a text that was folded in place whether it belongs to what was asked for."""
        found = [False] * len(alike)
        for run in RUN.finditer(alike):
            for start, end in self._said_in(run.group()):
                found[run.start() + start : run.start() + end] = [True] * (end - start)
        return found

    def _said_in(self, run: str) -> Iterator[tuple[int, int]]:
        """Yield where in `run` something stands that was asked for, from and up to."""
        if not is_han(run):
            yield from [(0, len(run))] if self._reads_latin and f"w:{stem(run)}" in self._words else []
            return
        if self._has_single:
            yield from ((at, at + 1) for at, one in enumerate(run) if one in self._words)
        yield from ((at, at + 2) for at in range(len(run) - 1) if run[at : at + 2] in self._words)
        if self._listens or self._initials:
            yield from self._heard_in(spelled(run))

    def _heard_in(self, parts: Sequence[str]) -> Iterator[tuple[int, int]]:
        sounds = enumerate(f"p:{blurred(one)}{blurred(other)}" for one, other in pairwise(parts))
        yield from ((at, at + 2) for at, sound in sounds if sound in self._words)
        letters = "".join(part[0] for part in parts)
        for each in self._initials:
            yield from ((at, at + len(each)) for at in range(len(letters)) if letters.startswith(each, at))


def _stretches(marks: Sequence[bool], span: range) -> Iterator[tuple[int, int]]:
    """Yield from where up to where marks stand together within `span`."""
    for is_marked, group in groupby(span, key=marks.__getitem__):
        places = list(group)
        if is_marked:
            yield places[0], places[-1] + 1
