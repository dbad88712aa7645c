"""Reading the log of changes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, func, select

from webapp.changes.models import Change
from webapp.core.db import db
from webapp.core.rows import execute

COLUMNS = Change.__table__.c
LAST = select(func.max(COLUMNS.seq))


def last_seq() -> int:
    """Return the number of the newest change, 0 when there is none."""
    return execute(LAST).scalar() or 0


def changes_after(seq: int, limit: int, unit_ids: Select[Any] | None = None) -> Sequence[Row[Any]]:
    """Return at most `limit` changes numbered above `seq`, oldest first; only those of `unit_ids` when given."""
    query = select(Change.__table__).where(COLUMNS.seq > seq).order_by(COLUMNS.seq).limit(limit)
    if unit_ids is not None:
        query = query.where(COLUMNS.unit_id.in_(unit_ids))
    return db.session.execute(query).all()
