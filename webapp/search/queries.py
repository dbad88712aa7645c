"""Finding. The same subjects in the same order on every database: all that is reckoned with are whole numbers."""

import json
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select

from webapp.core.db import table
from webapp.core.rows import each_of, execute
from webapp.search.models import SearchPosting, SearchSubject, SearchWord
from webapp.search.rules import (
    MOST_MISSPELT,
    Lexicon,
    Reading,
    folded,
    idf,
    misspelt,
    number_of,
    readings,
    score,
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
LOOKED_AT = 200  # subjects that are compared closely
WHOLE = 1_000_000  # what it is worth to be called just as the query: more than any words

Among = Select[Any] | Collection[str] | None


def find(query: str, subject_type: str, *, among: Among = None, limit: int = 20) -> list[str]:
    """Return the ids of the subjects that answer `query`, the best first, at most `limit`.

    `among` bounds them: ids, or a question for ids; by default all subjects of the type are looked at.
    """
    found, whole = readings(query, lexicon()), wholes(query, lexicon())
    known = _known(subject_type, found, whole)
    of = execute(HOW_MANY, type=subject_type).scalar_one()
    asked = [[wanted(slot, known, of) for slot in reading] for reading in found]
    tells = {word: idf(known[word], of) for word in whole if word in known}
    for slot in chain.from_iterable(asked):
        tells |= {word: max(worth, tells.get(word, 0)) for word, worth in slot.tells.items()}
    ranked = []
    for subject_id, place, said in _saying(subject_type, tells, among):
        loudest = max((said.get(word, 0) for word in whole), default=0) * WHOLE
        worth = loudest + max((score(slots, said) for slots in asked), default=0)
        ranked += [(-worth, place, subject_id)] if worth else []
    return [subject_id for _, _, subject_id in sorted(ranked)[:limit]]


def _known(subject_type: str, found: Iterable[Reading], whole: Collection[str]) -> dict[str, int]:
    """Return how many subjects say each of the words that `found` asks for; slips are tried for what nobody says."""
    slots = set(chain.from_iterable(found))
    known = _subjects_saying(subject_type, {*whole, *(word for slot in slots for word in slot.words + slot.instead)})
    unknown = sorted(slot for slot in slots if slot.letters and not known.keys() & {*slot.words, *slot.instead})
    tried = {word for slot in unknown[:MOST_MISSPELT] for word in misspelt(slot)}
    return known | _subjects_saying(subject_type, tried)


def _subjects_saying(subject_type: str, words: Collection[str]) -> dict[str, int]:
    numbers = {number_of(subject_type, word): word for word in words}
    return {numbers[number]: count for number, count in execute(KNOWN, words=list(numbers))} if numbers else {}


def _saying(subject_type: str, tells: Mapping[str, int], among: Among) -> list[tuple[str, str, dict[str, int]]]:
    """Return the subjects that say the most of what is asked, `(id, place, {word: loudness})`, in no order."""
    words = {number_of(subject_type, word): word for word in tells}
    if not words:
        return []
    subjects = [number for number, _ in execute(_loudest({n: tells[word] for n, word in words.items()}, among))]
    found: dict[int, tuple[str, str, dict[str, int]]] = {}
    for number, word, weight, subject_id, place in execute(SAYING, subjects=subjects, words=list(words)):
        found.setdefault(number, (subject_id, place, {}))[2][words[word]] = weight
    return list(found.values())


def _loudest(tells: Mapping[int, int], among: Among) -> Select[Any]:
    worth = func.sum(POSTING.weight * case(tells, value=POSTING.word)).label("worth")
    query = select(POSTING.subject, worth).where(POSTING.word.in_(tells))
    if among is not None:
        query = query.where(POSTING.subject.in_(select(SUBJECT.number).where(SUBJECT.subject_id.in_(among))))
    return query.group_by(POSTING.subject).order_by(worth.desc(), POSTING.subject).limit(LOOKED_AT)


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
