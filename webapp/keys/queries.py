"""Reading wrapped keys."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection, Table, bindparam, func, inspect, select

from webapp.core.db import db, is_writing, table
from webapp.core.rows import each_of, execute
from webapp.keys.models import BoxKey, MasterKey, SubjectKey

SUBJECTS, BOXES = table(SubjectKey).c, table(BoxKey).c
BY_ID = select(SUBJECTS.subject_id, SUBJECTS.wrapped).where(SUBJECTS.subject_id.in_(each_of("ids")))
SUBJECT = select(SUBJECTS.subject_id).limit(1)
MARKS = select(table(MasterKey).c.fingerprint)
MASTERS = select(table(MasterKey).c.fingerprint, table(MasterKey).c.root)
ALL_BOXES = select(table(BoxKey)).order_by(BOXES.created_at, BOXES.kid)
LAST_BOX = select(func.max(BOXES.created_at))
MOST = 500  # ids in one question


def wrapped_keys(subject_ids: Collection[str]) -> dict[str, bytes]:
    """Return the wrapped keys of those of `subject_ids` that have one."""
    ids = list(dict.fromkeys(subject_ids))
    found: dict[str, bytes] = {}
    for start in range(0, len(ids), MOST):
        rows = execute(BY_ID, ids=ids[start : start + MOST]).all()
        found |= {subject_id: bytes(wrapped) for subject_id, wrapped in rows}
    return found


def has_tables() -> bool:
    """Return whether the database has been migrated so far as to have room for keys."""
    with _connection() as connection:
        return inspect(connection).has_table(MasterKey.__tablename__)


def masters() -> dict[str, bytes]:
    """Return the wrapped root key by the fingerprint of the master key in use; nothing when nothing was sealed yet."""
    if not has_tables():
        return {}
    with _connection() as connection:
        return {row.fingerprint: bytes(row.root) for row in connection.execute(MASTERS)}


def marks() -> set[str]:
    """Return the fingerprint of the master key in use, as the transaction that is open here sees it."""
    return set(execute(MARKS).scalars())


def has_subjects() -> bool:
    """Return whether there is any wrapped key of a household or message."""
    return execute(SUBJECT).first() is not None


def _connection() -> AbstractContextManager[Connection]:
    """Return the writer's connection; whoever only reads borrows one for a moment and holds nothing while it waits."""
    return nullcontext(db.session.connection()) if is_writing() else db.engine.connect()


def wrapped_in_parts(rows: Table, name: str) -> Iterator[Sequence[tuple[str, bytes]]]:
    """Yield `(name, wrapped)` of all rows of a table of keys, some hundred at a time, in the order of their names."""
    last = ""
    query = select(rows.c[name], rows.c.wrapped).where(rows.c[name] > bindparam("last")).order_by(rows.c[name])
    while part := [(key, bytes(wrapped)) for key, wrapped in execute(query.limit(MOST), last=last)]:
        yield part
        last = part[-1][0]


def last_box_at() -> datetime | None:
    """Return when the newest pair was made."""
    found: datetime | None = execute(LAST_BOX).scalar()
    return found


def out_of_use_since(day: datetime) -> list[str]:
    """Return the names of the pairs after which another was made before `day`, the oldest first."""
    made = db.session.execute(select(BOXES.kid, BOXES.created_at).order_by(BOXES.created_at, BOXES.kid)).all()
    return [kid for (kid, _), (_, replaced) in pairwise(made) if replaced < day]


def boxes() -> dict[str, tuple[bytes, bytes]]:
    """Return `(public, wrapped private)` of all pairs by their names, the newest last."""
    with _connection() as connection:
        return {row.kid: (bytes(row.public), bytes(row.wrapped)) for row in connection.execute(ALL_BOXES)}
