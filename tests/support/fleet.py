"""Phones that do not give up: each keeps what it has no receipt for, and sends the same batch again until it has."""

import http.client
import json
import threading
from dataclasses import dataclass, field
from typing import Any

from tests.builders import event, report
from tests.support.county import Leader
from tests.support.pages import SAME_ORIGIN
from webapp.core import clock
from webapp.core.period import Month

Json = dict[str, Any]
KEPT = {"created", "updated", "same"}
BETWEEN_TRIES = 0.02  # seconds


def push(port: int, leader: Leader, batch: list[Json]) -> list[Json]:
    """Return the results for `batch`, pushed over a connection of its own. Raises OSError without a server."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {**SAME_ORIGIN, "Cookie": f"sanshi={leader.token}", "Content-Type": "application/json"}
    try:
        connection.request("POST", "/sync/push", json.dumps({"records": batch}), headers)
        response = connection.getresponse()
        body = response.read()
    except http.client.HTTPException as error:  # killed in the middle of an answer
        raise ConnectionError from error
    finally:
        connection.close()
    assert response.status == 200, body
    results: list[Json] = json.loads(body)["results"]
    return results


@dataclass
class Phone:
    """A phone and what it knows: `batch` is on its way, `receipts` holds the first receipt of each (id, version)."""

    port: int
    leader: Leader
    batch: list[Json] = field(default_factory=list)
    receipts: dict[tuple[str, int], Json] = field(default_factory=dict)
    newest: dict[str, tuple[Json, int]] = field(default_factory=dict)  # id -> record as sent, version

    def turn(self) -> None:
        """Send what waits; when there is nothing, note something first. Raises OSError without a server."""
        self.batch = self.batch or self._next_batch()
        self._settle(push(self.port, self.leader, self.batch))

    def _next_batch(self) -> list[Json]:
        """Return two new entries and a correction of an earlier one; the very first is a report."""
        unit = self.leader.unit_id
        if not self.newest:
            return [report(unit, month=str(Month.of(clock.today()))), event(unit)]
        corrected, version = next((r, v) for r, v in self.newest.values() if r["type"] == "event")
        persons = corrected["data"]["persons"] % 99 + 1
        mended = {**corrected, "base_version": version, "data": {**corrected["data"], "persons": persons}}
        return [event(unit), mended, event(unit, "move_in")]

    def _settle(self, results: list[Json]) -> None:
        for sent, result in zip(self.batch, results, strict=True):
            assert result["id"] == sent["id"] and result["outcome"] in KEPT, result
            key = (result["id"], result["version"])
            assert self.receipts.setdefault(key, result["receipt"]) == result["receipt"], "another receipt"
            self.newest[sent["id"]] = (sent, result["version"])
        self.batch = []


class Fleet:
    """Phones that push all the time, each in a thread of its own, but while `gate` is closed."""

    def __init__(self, port: int, leaders: list[Leader]) -> None:
        self.phones = [Phone(port, leader) for leader in leaders]
        self.gate = threading.Event()
        self._over = threading.Event()
        self._busy = threading.Semaphore(len(leaders))
        self._faults: list[BaseException] = []
        self._threads = [threading.Thread(target=self._run, args=[phone]) for phone in self.phones]

    def start(self) -> None:
        """Let the phones begin."""
        self.gate.set()
        for thread in self._threads:
            thread.start()

    def pause(self) -> None:
        """Close the gate; return when no phone has anything on its way. Raises what a phone stumbled over."""
        self.gate.clear()
        for _ in self.phones:
            assert self._busy.acquire(timeout=60)
        self._busy.release(len(self.phones))
        if self._faults:
            raise self._faults[0]

    def finish(self) -> None:
        """Let every phone get its last receipts, then end them."""
        self._over.set()
        self.gate.set()
        for thread in self._threads:
            thread.join(timeout=60)
        if self._faults:
            raise self._faults[0]

    def _run(self, phone: Phone) -> None:
        try:
            while not self._over.is_set() or phone.batch:
                self.gate.wait()
                with self._busy:
                    self._try(phone)
        except BaseException as error:  # noqa: BLE001 - told by whoever waits for the phones
            self._faults.append(error)

    def _try(self, phone: Phone) -> None:
        if not self.gate.is_set():
            return
        try:
            phone.turn()
        except OSError:
            self._over.wait(BETWEEN_TRIES)
