"""Reading facts: the numbers of a unit and of the units just under it, whatever lies further down."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from webapp.changes.queries import last_seq
from webapp.core import clock
from webapp.core.db import db
from webapp.rollup.models import Fact, Mark

Facts = dict[str, dict[str, int]]


class Counted(NamedTuple):
    """How far the facts have come: all that was written until `at` (None: nothing yet), but for `left` changes."""

    at: datetime | None
    left: int


def reached() -> int:
    """Return the last change that the facts contain."""
    return db.session.scalar(select(Mark.seq).where(Mark.id == 1)) or 0


def counted() -> Counted:
    """Return how far the facts have come."""
    mark = db.session.execute(select(Mark.seq, Mark.at).where(Mark.id == 1)).first()
    left = last_seq() - (mark.seq if mark else 0)
    if not left:
        return Counted(clock.now(), 0)
    return Counted(mark.at if mark else None, left)


def facts_of_children(unit_id: str, month: int) -> Facts:
    """Return the facts of the units just under `unit_id` as `{unit id: {measure: value}}`; missing means zero."""
    return _facts(Fact.month == month, Fact.parent_id == unit_id)


def facts_of_units(unit_ids: Collection[str], month: int) -> Facts:
    """Return the facts of `unit_ids` as `{unit id: {measure: value}}`; missing means zero."""
    return _facts(Fact.month == month, Fact.unit_id.in_(unit_ids))


def _facts(*conditions: Any) -> Facts:
    found: Facts = {}
    for unit_id, measure, value in db.session.execute(
        select(Fact.unit_id, Fact.measure, Fact.value).where(*conditions)
    ):
        found.setdefault(unit_id, {})[measure] = value
    return found
