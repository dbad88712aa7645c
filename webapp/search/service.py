"""Keeping the index. The caller holds the transaction."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, delete, func, select, update

from webapp.core.db import table
from webapp.core.rows import each_of, execute, insert_many
from webapp.search.models import SearchPosting, SearchSubject, SearchWord
from webapp.search.rules import loudness, number_of

SUBJECT, WORD, POSTING = table(SearchSubject).c, table(SearchWord).c, table(SearchPosting).c
NUMBERS = select(SUBJECT.number).where(
    SUBJECT.subject_type == bindparam("type"), SUBJECT.subject_id.in_(each_of("ids"))
)
NEWEST = select(func.coalesce(func.max(SUBJECT.number), 0))
SAID = select(POSTING.word).where(POSTING.subject == bindparam("number"))
KNOWN = select(WORD.word).where(WORD.word.in_(each_of("words")))
COUNT = (
    update(table(SearchWord)).where(WORD.word.in_(each_of("words"))).values(subjects=WORD.subjects + bindparam("more"))
)
NOBODY_SAYS = delete(table(SearchWord)).where(WORD.word.in_(each_of("words")), WORD.subjects <= 0)
SILENCE = delete(table(SearchPosting)).where(POSTING.subject == bindparam("number"))
REMOVE = delete(table(SearchSubject)).where(SUBJECT.number == bindparam("number"))
AT_ONCE = 5000  # words in one statement


def index(subject_type: str, subject_id: str, fields: Mapping[str, Sequence[str]], *, place: str = "") -> None:
    """Let a subject be found by the plain texts of `fields` from now on, and by nothing that it said before.

    `fields` is `{"title"|"keywords"|"summary"|"body": texts}`, a text for each language; no markup. Of two subjects
    that say the words alike the one whose `place` comes first is found first: say something that is the same on every
    database. Raises KeyError for another field.
    """
    forget(subject_type, [subject_id])
    said = {number_of(subject_type, word): weight for word, weight in loudness(fields).items()}
    number = execute(NEWEST).scalar_one() + 1
    row = {"number": number, "subject_type": subject_type, "subject_id": subject_id, "place": place[:100]}
    insert_many(SearchSubject, [row])
    insert_many(SearchPosting, [{"word": word, "subject": number, "weight": said[word]} for word in sorted(said)])
    _count(sorted(said))


def _count(words: Sequence[int]) -> None:
    """Note that one subject more says `words`."""
    known = {word for part in _parts(words) for (word,) in execute(KNOWN, words=part)}
    insert_many(SearchWord, [{"word": word, "subjects": 1} for word in words if word not in known])
    for part in _parts(sorted(known)):
        execute(COUNT, words=part, more=1)


def forget(subject_type: str, subject_ids: Collection[str]) -> None:
    """Let subjects be found no more; those that never were are passed over."""
    for (number,) in execute(NUMBERS, type=subject_type, ids=list(subject_ids)).all() if subject_ids else ():
        words = sorted(word for (word,) in execute(SAID, number=number))
        for part in _parts(words):
            execute(COUNT, words=part, more=-1)
            execute(NOBODY_SAYS, words=part)
        execute(SILENCE, number=number)
        execute(REMOVE, number=number)


def _parts(words: Sequence[int]) -> list[Sequence[int]]:
    return [words[start : start + AT_ONCE] for start in range(0, len(words), AT_ONCE)]
