"""The database seen from outside the server, read-only and past the code of the product."""

import fcntl
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.stubborn import Key

Json = dict[str, Any]
PATIENCE = 90.0  # seconds; nobody waits longer than it takes
KEPT = "SELECT record_type, record_id, version, hash FROM receipt"
NUMBERS = "SELECT record_type, record_id, version, hash, number, signature FROM receipt"
# What is stored for each version of a record, for each of a report, and for the newest of each record. Where a table
# keeps no hash, the row is as good as the receipt of the same version says.
HASH = "(SELECT hash FROM receipt WHERE receipt.record_id = {0} AND receipt.version = t.version)"
ALL_VERSIONS = {
    "receipt": KEPT,
    "ledger_line": """
        SELECT subject_type, subject_id, json_extract(detail, '$.version'), json_extract(detail, '$.hash')
        FROM ledger_line WHERE subject_type IN ('event', 'report')
    """,
    "change": f"SELECT type, record_id, version, {HASH.format('t.record_id')} FROM change AS t",
}
OF_REPORTS = {"report_version": "SELECT 'report', report_id, version, hash FROM report_version"}
NEWEST = {
    "event": "SELECT 'event', id, version, hash FROM event",
    "report": f"SELECT 'report', id, version, {HASH.format('t.id')} FROM report AS t",
}


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """Open `database` to look into it; nothing stays open."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=PATIENCE, isolation_level=None)
    try:
        yield connection
    finally:
        connection.close()


def stored_keys(database: Path) -> set[Key]:
    """Return all versions of records that are stored with a receipt."""
    with reading(database) as connection:
        return {Key(*row) for row in connection.execute(KEPT)}


@contextmanager
def writers_turn(database: Path) -> Iterator[None]:
    """Hold the writers' turn (core.db): whoever wants to write waits until the end of the block."""
    with Path(f"{database}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Watch:
    """Sees commits of others at once: SQLite's data_version changes with each."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._seen = self._version()

    def wait(self, commits: int, go_on: Callable[[], None]) -> None:
        """Return at the very moment when so many commits have been seen; `go_on` may raise to end the wait."""
        for _ in range(commits):
            until = time.monotonic() + PATIENCE
            while (now := self._version()) == self._seen:
                assert time.monotonic() < until, "nothing is committed"
                go_on()
            self._seen = now

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])


@dataclass
class Count:
    """What is missing and what is too much in each table, and the receipts that are not those the phones hold."""

    lost: Counter[str] = field(default_factory=Counter)
    duplicated: Counter[str] = field(default_factory=Counter)
    other_receipts: int = 0

    def compare(self, table: str, expected: Counter[Key], found: Counter[Key]) -> None:
        """Add the difference between the keys `expected` in `table` and those `found`."""
        self.lost[table] += (expected - found).total()
        self.duplicated[table] += (found - expected).total()

    def __str__(self) -> str:
        """Return the two figures that must be 0, and what stands behind them when they are not."""
        where = {"lost": dict(+self.lost), "duplicated": dict(+self.duplicated), "receipts": self.other_receipts}
        wrong = {name: tables for name, tables in where.items() if tables}
        return f"lost {self.lost.total()} duplicated {self.duplicated.total()}{f' {wrong}' if wrong else ''}"


def count_of(database: Path, keys: Iterable[Key]) -> Count:
    """Compare `keys`, all that was ever sent to `database`, with what it stores, row by row."""
    sent = Counter(keys)
    newest = {key.id: key for key in sorted(sent, key=lambda key: key.version)}
    count = Count()
    with reading(database) as connection:
        for table, query in ALL_VERSIONS.items():
            count.compare(table, sent, _keys(connection, query))
        for table, query in OF_REPORTS.items():
            count.compare(table, _only("report", sent), _keys(connection, query))
        for table, query in NEWEST.items():
            count.compare(table, _only(table, newest.values()), _keys(connection, query))
    return count


def other_receipts(database: Path, held: Mapping[Key, Json]) -> int:
    """Return how many of the receipts `held` are not what `database` has for that version."""
    with reading(database) as connection:
        kept = {Key(*row[:4]): row[4:] for row in connection.execute(NUMBERS)}
    return sum(kept.get(key) != (receipt["number"], receipt["signature"]) for key, receipt in held.items())


def _keys(connection: sqlite3.Connection, query: str) -> Counter[Key]:
    return Counter(Key(*row) for row in connection.execute(query))


def _only(kind: str, keys: Iterable[Key]) -> Counter[Key]:
    return Counter(key for key in keys if key.type == kind)
