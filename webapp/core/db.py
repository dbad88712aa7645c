"""The database: one handle, one way to write.

Every write goes through `transaction()`. Writers take turns: on SQLite by a lock file, because waiting on its own
busy handler sleeps in steps and starves under load; on PostgreSQL by an advisory lock. Because of the turns, the
numbers that a writer gives out (ledger lines, changes) appear in the order of their commits.
"""

import fcntl
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, String, Table, event, text
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from webapp.core.private import make_file

Id = String(36)
# A storm changes the same pages again and again: moved from the log to their place every 16 MB, not every 4, they are
# written less often, and the move, for which all writers wait, comes seldom.
# What is deleted is written over: a key that was destroyed must not lie on in a page that is free.
PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", "wal_autocheckpoint=4000",
    "secure_delete=ON",
)  # fmt: skip
MEMORY = ":memory:"
WRITERS = 330030  # the key of PostgreSQL's advisory lock; any constant does
BETWEEN_TRIES = 0.005  # seconds; asked for a turn only by those who can do without one

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of all tables; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMES)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC without a zone in the database, alike on both engines."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` as the database keeps it. Raises ValueError for an instant without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored `value` as an aware instant."""
        return None if value is None else value.replace(tzinfo=UTC)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def table(model: type[Base]) -> Table:
    """Return the table of `model`, for statements that pass the unit of work by (many rows, or the hot path)."""
    return cast(Table, model.__table__)


_writing: ContextVar[bool] = ContextVar("writing", default=False)


def is_writing() -> bool:
    """Return whether a writing transaction is open here."""
    return _writing.get()


def prepare_engine(engine: Engine) -> None:
    """Set up a SQLite `engine`: WAL, full durability, foreign keys, explicit BEGIN, a file for its owner only.

    Others are left alone.
    """
    if engine.dialect.name != "sqlite":
        return
    if engine.url.database and engine.url.database != MEMORY:
        make_file(Path(engine.url.database))  # SQLite gives what it keeps beside a database the same rights
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own transaction handling commits behind savepoints; BEGIN is said by _begin_sqlite instead.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # A reader that turns writer fails at once when somebody wrote in between: writers say so from the start.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


class Busy(Exception):
    """Others are writing, and one's turn did not come within the time one was ready to wait."""


@contextmanager
def transaction(wait: float | None = None) -> Iterator[Session]:
    """Open the one writing transaction of a request; commit at the end, roll back on any error.

    What the session had read before is let go, so that the writer sees the newest state. The turn is waited for as
    long as it takes, or for at most `wait` seconds: then Busy is raised. Raises RuntimeError when a transaction is
    open already: use-cases never open their own.
    """
    if _writing.get():
        raise RuntimeError("a transaction is open already")
    session = cast(Session, db.session())
    session.rollback()
    token = _writing.set(True)
    try:
        with _turn(wait):
            _take_lock(session, wait)
            yield session
            session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        _writing.reset(token)


def _turn(wait: float | None) -> Any:
    """Return the writers' turn for SQLite: a lock file beside the database; nothing elsewhere."""
    engine = db.engine
    if engine.dialect.name != "sqlite" or not engine.url.database or engine.url.database == MEMORY:
        return nullcontext()
    return _file_lock(engine.url.database + ".lock", wait)


@contextmanager
def _file_lock(path: str, wait: float | None) -> Iterator[None]:
    with Path(path).open("a") as lock:
        if wait is None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        else:
            _try_for(wait, lambda: _lock_at_once(lock.fileno()))
        yield


def _lock_at_once(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _take_lock(session: Session, wait: float | None) -> None:
    session.connection()
    if session.get_bind().dialect.name != "postgresql":
        return
    if wait is None:
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITERS})
    else:
        trying = text("SELECT pg_try_advisory_xact_lock(:key)")
        _try_for(wait, lambda: bool(session.execute(trying, {"key": WRITERS}).scalar_one()))


def _try_for(wait: float, attempt: Callable[[], bool]) -> None:
    """Return once `attempt` succeeds. Raises Busy when it does not within `wait` seconds."""
    until = time.monotonic() + wait
    while not attempt():
        if time.monotonic() >= until:
            raise Busy
        time.sleep(BETWEEN_TRIES)
