"""Reading what all offices under a unit have to display: sums for each duty, and who is behind.

Whatever the number of units: seven questions to the database, and as many rows as fit on a page.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, select, tuple_

from webapp.core.clock import to_local
from webapp.core.db import db
from webapp.orgs.models import Unit
from webapp.orgs.queries import open_on, within
from webapp.policies.models import Display, Edition
from webapp.publishing.queries import began, duties
from webapp.publishing.rules import Duty, Term, due, terms

Owed = Sequence[tuple[Duty, Term]]


class Tally(NamedTuple):
    """One duty in one period: how many `units` owe it; of those `kept` it, or have it on display now.

    The others have still to (`due`), did not while it was time (`overdue`), or took it down too `early`.
    """

    duty: Duty
    term: Term
    units: int
    kept: int
    due: int
    overdue: int
    early: int


class Behind(NamedTuple):
    """Units that displayed nothing while it was time, `(id, name, how many duties)`, by code."""

    total: int
    units: list[tuple[str, str, int]]


def tallies(path: str, day: date) -> list[Tally]:
    """Return the sums of this period and the one before over the units under `path`, the latest period first."""
    owed = _owed(path, day)
    sizes, noted, early = _sizes(path, day, owed), _noted(path, day, owed), _early(path, day, owed)
    return [_tally(duty, term, day, sizes, noted, early) for duty, term in owed]


def behind(path: str, day: date, start: int, most: int) -> Behind:
    """Return which units under `path` are overdue with anything: `most` of them from `start` on."""
    ended = [(duty, term) for duty, term in _owed(path, day) if term.last < day]
    if not ended:
        return Behind(0, [])
    pairs = [(duty.code, term.code) for duty, term in ended]
    done = select(Display.unit_id, func.count().label("n")).where(tuple_(Display.duty, Display.period).in_(pairs))
    counted = done.group_by(Display.unit_id).subquery()
    missing = (_owes(ended) - func.coalesce(counted.c.n, 0)).label("missing")
    query = select(Unit.id, Unit.name, missing).outerjoin(counted, counted.c.unit_id == Unit.id)
    query = query.where(_under(path, day), missing > 0)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.execute(query.order_by(Unit.code, Unit.path).offset(start).limit(most))
    return Behind(total, [(row.id, row.name, row.missing) for row in rows])


def _owed(path: str, day: date) -> Owed:
    """Return every duty in this period and the one before, the latest first, as far back as the county works here."""
    since = began(path)
    every = [(duty, term) for duty in duties() for term in terms(duty.every, day, since)]
    return sorted(every, key=lambda pair: (-pair[1].last.toordinal(), pair[0].code))


def _under(path: str, day: date) -> ColumnElement[bool]:
    return and_(within(path), Unit.path != path, open_on(day))


def _owes(ended: Owed) -> Any:
    """Return the number of duties that a unit owed; nothing of a time before it was there."""
    each: Iterator[Any] = (
        case((and_(Unit.level.in_(list(duty.levels)), Unit.opened <= term.last), 1), else_=0) for duty, term in ended
    )
    return sum(each, start=0)


def _sizes(path: str, day: date, owed: Owed) -> Counter[tuple[str, str]]:
    """Return how many units were there before the end of a period, by period and level."""
    periods = {term.code: term for _, term in owed}
    columns = [func.sum(case((Unit.opened <= term.last, 1), else_=0)) for term in periods.values()]
    rows = db.session.execute(select(Unit.level, *columns).where(_under(path, day)).group_by(Unit.level))
    return Counter(
        {(code, level): count for level, *counts in rows for code, count in zip(periods, counts, strict=True)}
    )


def _noted(path: str, day: date, owed: Owed) -> Counter[tuple[str, str, str]]:
    """Return how many units noted a display, by duty, period and level."""
    query = select(Display.duty, Display.period, Unit.level, func.count()).join(Unit, Unit.id == Display.unit_id)
    query = query.where(_under(path, day), Display.period.in_({term.code for _, term in owed}))
    rows = db.session.execute(query.group_by(Display.duty, Display.period, Unit.level))
    return Counter({(duty, period, level): count for duty, period, level, count in rows})


def _early(path: str, day: date, owed: Owed) -> Counter[tuple[str, str, str]]:
    """Return how many units took down what they displayed before its least days were over, as `_noted` does."""
    columns = (Display.duty, Display.period, Unit.level, Display.shown_from, Edition.taken_down_at)
    query = select(*columns).join(Unit, Unit.id == Display.unit_id).join(Edition, Edition.id == Display.edition_id)
    query = query.where(_under(path, day), Edition.taken_down_at.is_not(None))
    rows = db.session.execute(query.where(Display.period.in_({term.code for _, term in owed})))
    known = {(duty.code, term.code): (duty, term) for duty, term in owed}
    return Counter(
        (row.duty, row.period, row.level)
        for row in rows
        if (pair := known.get((row.duty, row.period)))
        and due(*pair, row.shown_from, day, to_local(row.taken_down_at).date()).state == "early"
    )


def _tally(
    duty: Duty, term: Term, day: date,
    sizes: Counter[tuple[str, str]], noted: Counter[tuple[str, str, str]], early: Counter[tuple[str, str, str]],
) -> Tally:  # fmt: skip
    units = sum(sizes[term.code, level] for level in duty.levels)
    done, cut = (sum(each[duty.code, term.code, level] for level in duty.levels) for each in (noted, early))
    open_ones, is_over = units - done, term.last < day
    return Tally(duty, term, units, done - cut, 0 if is_over else open_ones, open_ones if is_over else 0, cut)
