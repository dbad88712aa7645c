"""Catching up: recompute the cells that changes have touched, bottom up, by delete and insert.

Delete-and-insert rather than adding differences: a cell computed twice is still right, and a full rebuild must give
the same rows (a test compares).
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, select

from webapp.changes.queries import changes_after, last_seq
from webapp.core import clock
from webapp.core.db import db, table
from webapp.orgs.models import Unit
from webapp.reports.models import Report, ReportVersion
from webapp.reports.queries import COUNTED
from webapp.rollup.models import Fact, Mark
from webapp.rollup.queries import reached
from webapp.rollup.rules import facts_of

FACT, REPORT, VERSION, UNIT = table(Fact), table(Report), table(ReportVersion), table(Unit)
STEP = 2000  # changes taken at a time
CHUNK = 400  # ids in one statement


def catch_up(most: int | None = None) -> int:
    """Bring the facts up to the last change, or at most that many changes further; return how many were taken.

    The caller holds the transaction, and with it everybody's turn to write: who only reads asks for a little.
    """
    start, last = reached(), last_seq()
    goal = last if most is None else min(last, start + most)
    at = start
    while at < goal:
        rows = changes_after(at, min(STEP, goal - at))
        _take(rows)
        at = rows[-1].seq
    _reach(goal, is_all=goal == last)
    return goal - start


def _take(rows: Sequence[Row[Any]]) -> None:
    touched: dict[int, set[str]] = {}
    for row in rows:
        if row.type == "unit":
            _hang(row.unit_id)
        elif row.type == "report":
            touched.setdefault(row.month, set()).add(row.unit_id)
    for month, unit_ids in touched.items():
        recompute(month, unit_ids)


def rebuild() -> None:
    """Forget all facts and compute them anew from the reports. The caller holds the transaction."""
    db.session.execute(delete(Fact))
    months = db.session.scalars(select(REPORT.c.month).distinct()).all()
    for month in months:
        recompute(month, db.session.scalars(select(REPORT.c.unit_id).where(REPORT.c.month == month)).all())
    _reach(last_seq(), is_all=True)


def recompute(month: int, unit_ids: Collection[str]) -> None:
    """Compute the facts of the groups `unit_ids` for `month` anew, then those of all units above them."""
    _add_up(month, _store(month, unit_ids, _of_groups))


def _hang(unit_id: str) -> None:
    """Let a unit that was put elsewhere count there, in every month: boards show the tree as it stands today."""
    level = db.session.scalar(select(UNIT.c.level).where(UNIT.c.id == unit_id))
    for month in db.session.scalars(select(FACT.c.month).where(FACT.c.unit_id == unit_id).distinct()).all():
        if level == "group":
            recompute(month, [unit_id])
        else:
            _add_up(month, [unit_id])


def _add_up(month: int, unit_ids: Collection[str]) -> None:
    while unit_ids:
        unit_ids = _store(month, unit_ids, _of_children)


def _store(month: int, unit_ids: Collection[str], compute: Callable[..., list[dict[str, Any]]]) -> set[str]:
    """Replace the facts of units by what `compute` finds; return the units above them, then and now."""
    parents = _parents(unit_ids)
    above = set(parents.values())
    for chunk in _chunks(unit_ids):
        mine = and_(FACT.c.month == month, FACT.c.unit_id.in_(chunk))
        above |= set(db.session.scalars(select(FACT.c.parent_id).where(mine).distinct()))
        facts = compute(month, chunk, parents)
        db.session.execute(delete(FACT).where(mine))
        if facts:
            db.session.execute(insert(FACT), facts)
    return {parent for parent in above if parent}


def _of_groups(month: int, unit_ids: Collection[str], parents: Mapping[str, str | None]) -> list[dict[str, Any]]:
    columns = (REPORT.c.unit_id, REPORT.c.state, REPORT.c.late, VERSION.c["values"])
    query = select(*columns).join(VERSION, COUNTED).where(REPORT.c.month == month, REPORT.c.unit_id.in_(unit_ids))
    return [
        _fact(month, row["unit_id"], parents[row["unit_id"]], measure, value)
        for row in db.session.execute(query).mappings()
        for measure, value in facts_of(dict(row)).items()
    ]


def _of_children(month: int, unit_ids: Collection[str], parents: Mapping[str, str | None]) -> list[dict[str, Any]]:
    query = (
        select(FACT.c.parent_id, FACT.c.measure, func.sum(FACT.c.value))
        .where(FACT.c.month == month, FACT.c.parent_id.in_(unit_ids))
        .group_by(FACT.c.parent_id, FACT.c.measure)
    )
    rows = db.session.execute(query)
    return [_fact(month, unit, parents[unit], measure, int(value)) for unit, measure, value in rows]


def _fact(month: int, unit_id: str, parent_id: str | None, measure: str, value: int) -> dict[str, Any]:
    return {"month": month, "unit_id": unit_id, "parent_id": parent_id, "measure": measure, "value": value}


def _parents(unit_ids: Collection[str]) -> dict[str, str | None]:
    """Return the parent of each of `unit_ids`, as the tree stands today."""
    found: dict[str, str | None] = {}
    for chunk in _chunks(unit_ids):
        rows = db.session.execute(select(UNIT.c.id, UNIT.c.parent_id).where(UNIT.c.id.in_(chunk)))
        found.update({unit_id: parent_id for unit_id, parent_id in rows})
    return found


def _chunks(ids: Iterable[str]) -> Iterable[Sequence[str]]:
    ordered = sorted(ids)
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))


def _reach(seq: int, *, is_all: bool) -> None:
    mark = db.session.get(Mark, 1)
    if mark is None:
        mark = Mark(id=1, seq=seq, at=None)
        db.session.add(mark)
    mark.seq = seq
    mark.at = clock.now() if is_all else mark.at
    db.session.flush()
