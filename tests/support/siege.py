"""Killing the server again and again while phones push, and counting what came of it."""

import random
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.support.county import app_in, build
from tests.support.fleet import Fleet, Phone
from tests.support.server import Server
from webapp.core.db import db
from webapp.ledger.queries import broken_lines

PHONES = 12
LONGEST = 0.25  # seconds from letting the phones push to a kill at a random moment: some pushes of every phone
PATIENCE = 10.0


@dataclass
class Tally:
    """What the kills did: `between` versions were stored but not answered, `cut` neither; the others went wrong."""

    kills: int = 0
    kills_between: int = 0
    between: int = 0
    cut: int = 0
    pushed: int = 0
    lost: int = 0
    duplicated: int = 0
    other_receipts: int = 0
    broken_lines: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing was lost, stored twice, answered with another receipt or broken."""
        return not any((self.lost, self.duplicated, self.other_receipts, self.broken_lines))

    def __str__(self) -> str:
        """Return the tally in one line, beginning with what must be zero."""
        return (
            f"lost {self.lost} duplicated {self.duplicated} other receipts {self.other_receipts} "
            f"broken ledger lines {self.broken_lines}; {self.pushed} versions pushed, {self.kills} kills, "
            f"{self.kills_between} of them between commit and answer ({self.between} records), {self.cut} cut off"
        )


class Siege:
    """A county under siege: `run` kills its server so many times, at random moments and just after commits."""

    def __init__(self, folder: Path, kills: int, seed: int) -> None:
        self.data = folder / "data"
        leaders = build(self.data, PHONES)
        self.server = Server(self.data)
        self.fleet = Fleet(self.server.port, leaders)
        self.random = random.Random(seed)
        self.tally = Tally()
        self.kills = kills

    def run(self) -> Tally:
        """Return what came of it; nothing is left running."""
        self.server.start()
        self.fleet.start()
        try:
            for number in range(self.kills):
                self._strike(after_commit=number % 2 == 1)
        finally:
            if self.server.process is None:
                self.server.start()
            self.fleet.finish()
            self.server.stop()
        self._judge()
        return self.tally

    def _strike(self, *, after_commit: bool) -> None:
        """Kill, see what the phones know, start again, compare: what has a receipt must be there."""
        time.sleep(self.random.uniform(0, LONGEST))
        if after_commit:
            self._wait_for_commit()
        self.server.kill()
        self.fleet.pause()
        self.server.start()
        self._compare(self._stored())
        self.tally.kills += 1
        self.fleet.gate.set()

    def _wait_for_commit(self) -> None:
        """Return as soon as another connection has committed: the answers are then still being made."""
        with Reader(self.data) as reader:
            before, until = reader.version(), time.monotonic() + PATIENCE
            while reader.version() == before:
                assert time.monotonic() < until, "nobody pushes"

    def _stored(self) -> set[tuple[str, int]]:
        with Reader(self.data) as reader:
            return {(row[0], row[1]) for row in reader.rows("SELECT record_id, version FROM receipt")}

    def _compare(self, stored: set[tuple[str, int]]) -> None:
        self.tally.lost += sum(key not in stored for phone in self.fleet.phones for key in phone.receipts)
        waiting = [(r["id"], r["base_version"] + 1) for phone in self.fleet.phones for r in phone.batch]
        between = sum(key in stored for key in waiting)
        self.tally.between += between
        self.tally.kills_between += between > 0
        self.tally.cut += len(waiting) - between

    def _judge(self) -> None:
        """Compare all that the phones hold with all that is stored, row by row."""
        with Reader(self.data) as reader:
            kept = reader.rows("SELECT record_id, version, number, hash, signature FROM receipt")
            counts = [reader.rows(f"SELECT count(*) FROM {name}")[0][0] for name in ("receipt", "change")]
            lines = reader.rows("SELECT count(*) FROM ledger_line WHERE subject_type IN ('event', 'report')")
            versions = dict(reader.rows("SELECT id, version FROM event UNION ALL SELECT id, version FROM report"))
        held = {key: receipt for phone in self.fleet.phones for key, receipt in phone.receipts.items()}
        kept_by_key = {(row[0], row[1]): row[2:] for row in kept}
        tally = self.tally
        tally.pushed = len(held)
        tally.lost += len(held.keys() - kept_by_key.keys()) + sum(_is_lost(p, versions) for p in self.fleet.phones)
        tally.duplicated += sum(max(0, count - len(held)) for count in (*counts, lines[0][0]))
        tally.duplicated += len(kept_by_key.keys() - held.keys())
        tally.other_receipts += sum(
            kept_by_key.get(key) != (receipt["number"], receipt["hash"], receipt["signature"])
            for key, receipt in held.items()
        )
        with app_in(self.data).app_context():
            tally.broken_lines = len(list(broken_lines()))
            db.session.remove()
            db.engine.dispose()


def _is_lost(phone: Phone, versions: dict[str, int]) -> int:
    """Return how many records of `phone` the server keeps in another version than the phone was told."""
    return sum(versions.get(key) != version for key, (_, version) in phone.newest.items())


class Reader:
    """A look into the database from outside, which leaves nothing open."""

    def __init__(self, data: Path) -> None:
        self._connection = sqlite3.connect(f"file:{data / 'sanshi.db'}?mode=ro", uri=True, timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._connection.close()

    def version(self) -> int:
        """Return a number that changes when another connection commits (SQLite, PRAGMA data_version)."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of `query`."""
        return self._connection.execute(query).fetchall()
