"""Connections to PostgreSQL that outlive the app of one test: a new one learns all tables anew, which takes longest."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from psycopg import Connection
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from tests.support.postgres import TEST


@contextmanager
def passed_on() -> Iterator[None]:
    """Give what one app hangs up, when nothing is open on it, to the next that asks for the same database of a test."""
    free: dict[tuple[object, ...], list[Connection[Any]]] = {}
    used: dict[Connection[Any], tuple[object, ...]] = {}
    anew = PGDialect_psycopg.connect

    def connect(dialect: PGDialect_psycopg, *given: object, **named: object) -> Any:
        key = tuple(named.get(name) for name in ("host", "port", "user", "dbname"))
        waiting = free.get(key, [])
        while waiting:
            if is_good(line := waiting.pop()):
                return line
            line.close()
        line = anew(dialect, *given, **named)
        if named.get("dbname") == TEST:
            used[line] = key
        return line

    def hang_up(dialect: PGDialect_psycopg, line: Any) -> None:
        if line in used and line.info.transaction_status is TransactionStatus.IDLE:
            line._notice_handlers.clear()  # each engine brings its own
            free.setdefault(used[line], []).append(line)
        else:
            used.pop(line, None)
            line.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PGDialect_psycopg, "connect", connect)
        patch.setattr(PGDialect_psycopg, "do_close", hang_up)
        yield
        for line in used:
            line.close()


def is_good(line: Connection[Any]) -> bool:
    """Return whether the server still answers on `line`, which then has the settings of a new one."""
    return line.pgconn.exec_(b"RESET ALL").status == ExecStatus.COMMAND_OK
