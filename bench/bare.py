"""The bare ceiling: the least that takes the same body and answers after it is on the disk.

The same server with the same workers and threads parses the body and inserts two rows; requests that wait share one
transaction, and writers take turns by a file lock. No rules, no accounts, no receipts: what Sanshi reaches of this is
what its work costs, whatever the machine does today.

There are two of them. `plain` is the first thing that comes to mind, and the one by which the aim was set: those who
wait share one lock. In `swift` each sleeps on a lock of its own, as in Sanshi.

    BARE=plain SANSHI_DATA=folder PORT=8001 SANSHI_WORKERS=2 SANSHI_THREADS=32 python -m bench.bare
"""

import fcntl
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces

TABLES = (
    "CREATE TABLE IF NOT EXISTS report (id TEXT PRIMARY KEY, body TEXT)",
    "CREATE TABLE IF NOT EXISTS receipt (number TEXT PRIMARY KEY, report_id TEXT)",
)


class Waiting:
    """One record, the flag that it is stored, and a lock for its request to sleep on."""

    __slots__ = ("call", "is_stored", "record")

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record
        self.is_stored = False
        self.call = threading.Lock()
        self.call.acquire()


class Plain:
    """Stores what waits in this process at the same time in one transaction; those who wait share one lock."""

    def __init__(self, folder: Path) -> None:
        self.lock_file = (folder / "bare.lock").open("a")
        self.database = sqlite3.connect(folder / "bare.db", isolation_level=None, check_same_thread=False, timeout=30)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            self.database.execute(f"PRAGMA {pragma}")
        for statement in TABLES:
            self.database.execute(statement)
        self.door, self.turn = threading.Lock(), threading.Lock()
        self.room: list[Waiting] = []

    def store(self, record: dict[str, Any]) -> None:
        """Return once `record` is on the disk."""
        mine = Waiting(record)
        with self.door:
            self.room.append(mine)
        with self.turn:
            if not mine.is_stored:
                self.store_all()

    def store_all(self) -> list[Waiting]:
        """Store all that waits, and return it."""
        fcntl.flock(self.lock_file, fcntl.LOCK_EX)
        try:
            self.database.execute("BEGIN IMMEDIATE")
            with self.door:
                batch, self.room = self.room, []
            rows = [(waiting.record["id"], json.dumps(waiting.record)) for waiting in batch]
            self.database.executemany("INSERT INTO report VALUES (?, ?)", rows)
            self.database.executemany("INSERT INTO receipt VALUES (?, ?)", [(row[0][:16], row[0]) for row in rows])
            self.database.execute("COMMIT")
        finally:
            fcntl.flock(self.lock_file, fcntl.LOCK_UN)
        for waiting in batch:
            waiting.is_stored = True
        return batch


class Swift(Plain):
    """The same, but each request sleeps on a lock of its own."""

    is_storing = False

    def store(self, record: dict[str, Any]) -> None:
        """Return once `record` is on the disk."""
        mine = Waiting(record)
        with self.door:
            self.room.append(mine)
            is_alone, self.is_storing = not self.is_storing, True
        if not is_alone:
            mine.call.acquire()
        if mine.is_stored:
            return
        batch = self.store_all()
        with self.door:
            self.is_storing = bool(self.room)
            if self.room:
                self.room[0].call.release()
        for waiting in batch:
            waiting.call.release()


WRITERS = {"plain": Plain, "swift": Swift}
_made: list[Plain] = []
_making = threading.Lock()


def writer() -> Plain:
    """Return the writer of this process."""
    with _making:
        if not _made:
            _made.append(WRITERS[os.environ["BARE"]](Path(os.environ["SANSHI_DATA"])))
    return _made[0]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer any POST by storing its records, anything else by `ready`."""
    answer = _store(environ) if environ["REQUEST_METHOD"] == "POST" else b"ready"
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [answer]


def _store(environ: dict[str, Any]) -> bytes:
    records = json.loads(environ["wsgi.input"].read())["records"]
    for record in records:
        writer().store(record)
    return json.dumps({"results": [{"id": record["id"], "outcome": "created"} for record in records]}).encode()


def main() -> None:
    """Serve on the loopback address, as the settings of Sanshi say."""
    # Two workers that both find no file get in each other's way making it.
    Plain(Path(os.environ["SANSHI_DATA"])).database.close()
    Granian(
        "bench.bare:application",
        port=int(os.environ["PORT"]),
        interface=Interfaces.WSGI,
        workers=int(os.environ["SANSHI_WORKERS"]),
        blocking_threads=int(os.environ["SANSHI_THREADS"]),
        backlog=8192,
    ).serve()


if __name__ == "__main__":
    main()
