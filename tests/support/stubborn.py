"""A stubborn phone: it sends a batch, the same bytes again and again, until the server has answered it."""

import json
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any, NamedTuple

from tests.support.county import Leader
from tests.support.notebook import Notebook
from tests.support.pages import SAME_ORIGIN
from webapp.core.canonical import content_hash

Json = dict[str, Any]
MOST = 50  # records in a batch, as on the phone
WAIT = 30.0  # seconds for an answer
CONTENT = ("data", "deleted", "id", "type")  # what the hash of a record covers


class Key(NamedTuple):
    """One version of one record; `hash` is the phone's own hash of its content."""

    type: str
    id: str
    version: int
    hash: str


@dataclass(frozen=True, eq=False)
class Batch:
    """What was frozen to be sent: the records, and the bytes that never change from then on."""

    records: Sequence[Json]
    body: bytes

    @property
    def keys(self) -> list[Key]:
        """Return what the server is to store, a key for each record, in their order."""
        return [key_of(record) for record in self.records]


def key_of(record: Json) -> Key:
    """Return the key of the version that `record` is to become."""
    content = {name: record[name] for name in CONTENT if name in record}
    return Key(record["type"], record["id"], record["base_version"] + 1, content_hash(content))


def frozen(records: Sequence[Json]) -> Batch:
    """Return `records` as a batch to send."""
    return Batch(records, json.dumps({"records": records}, ensure_ascii=False).encode())


class Line:
    """The road to the server: one connection, kept as long as it lasts. `awaits` says that a push is on its way."""

    def __init__(self, port: int, leader: Leader) -> None:
        self._port = port
        self._headers = {
            **SAME_ORIGIN, "Content-Type": "application/json",
            "Cookie": f"sanshi={leader.token}", "Sanshi-Account": leader.account_id,
        }  # fmt: skip
        self._connection: HTTPConnection | None = None
        self.awaits = False

    def push(self, batch: Batch) -> list[Json]:
        """Return the results for `batch`. Raises OSError or HTTPException when no whole answer comes."""
        try:
            self.send(batch)
            assert self._connection
            response = self._connection.getresponse()
            text = response.read()
        except (OSError, HTTPException):
            self.hang_up()
            raise
        finally:
            self.awaits = False
        assert response.status == 200, f"{response.status} {text[:500]!r}"
        results: list[Json] = json.loads(text)["results"]
        return results

    def send(self, batch: Batch) -> None:
        """Send `batch` and do not read the answer. Raises OSError without a server."""
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self._port, timeout=WAIT)
        self._connection.request("POST", "/sync/push", batch.body, self._headers)
        self.awaits = True

    def hang_up(self) -> None:
        """Close the connection, whatever may still come."""
        if self._connection:
            self._connection.close()
        self._connection = None


class StubbornPhone:
    """A phone whose leader never stops noting. `turn` is held while a push is on its way.

    `unanswered` is the frozen batch; `receipts` are those of the first answers; `heard_late` counts records whose first
    answer was `same`: they were stored without the phone's knowing; `surprises` must stay empty.
    """

    def __init__(self, port: int, leader: Leader, report: Json, seed: str) -> None:
        self._rng = random.Random(seed)
        self._notebook = Notebook(report, self._rng)
        self.line = Line(port, leader)
        self.turn = threading.Lock()
        self.unanswered: Batch | None = None
        self.sent: list[Batch] = []
        self.receipts: dict[Key, Json] = {}
        self.answers = 0
        self.heard_late = 0
        self.cut_off = 0
        self.surprises: list[str] = []

    def live(self, closing: threading.Event, abandoned: threading.Event) -> None:
        """Note and push until `closing`, then until all that was frozen is answered, or `abandoned`."""
        while not closing.is_set() or self.unanswered:
            if abandoned.is_set():
                return
            is_answered = self.exchange()
            if self._rng.random() < (0.5 if is_answered else 0.1):  # people note, whether there is a network or not
                self._notebook.note()
            time.sleep(self._rng.uniform(0, 0.02 if is_answered else 0.15))

    def exchange(self) -> bool:
        """Try to have a batch answered, the one that still waits or the next; return whether it was."""
        with self.turn:
            batch = self._freeze()
            try:
                results = self.line.push(batch)
            except (OSError, HTTPException):
                self.cut_off += 1
                return False
            self.answers += 1
            self._settle(batch, results)
            return True

    def _freeze(self) -> Batch:
        if not self.unanswered:
            if not self._notebook.outbox:
                self._notebook.note()
            self.unanswered = frozen(self._notebook.take(MOST))
            self.sent.append(self.unanswered)
        return self.unanswered

    def _settle(self, batch: Batch, results: Sequence[Json]) -> None:
        for key, record, result in zip(batch.keys, batch.records, results, strict=True):
            if not is_kept(key, result):
                self.surprises.append(f"{key}: {result}")
                continue
            self.receipts[key] = result["receipt"]
            self.heard_late += result["outcome"] == "same"
            self._notebook.settle(record)
        self.unanswered = None

    def repeat(self) -> None:
        """Send every batch that was ever sent once more; each record must be known, by its first receipt."""
        for batch in self.sent:
            for key, result in zip(batch.keys, self.line.push(batch), strict=True):
                if result["outcome"] != "same" or result["receipt"] != self.receipts.get(key):
                    self.surprises.append(f"repeated {key}: {result}")


def is_kept(key: Key, result: Json) -> bool:
    """Return whether `result` says that the server has exactly this version, and proves it."""
    is_stored = result["outcome"] in ("created", "updated", "same") and result["version"] == key.version
    return is_stored and result["id"] == key.id and (result["receipt"] or {}).get("hash") == key.hash
