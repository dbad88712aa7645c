"""A server that is killed again and again, at moments of every kind, while phones push without a pause."""

import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.county import build, reports
from tests.support.moments import Moments, planned
from tests.support.outside import PATIENCE, Count, count_of, other_receipts, stored_keys
from tests.support.server import Server
from tests.support.stubborn import Batch, StubbornPhone

PHONES = 8


def chosen_seed() -> str:
    """Return the seed that SANSHI_SEED names, to repeat a plan, or any."""
    return os.environ.get("SANSHI_SEED") or str(random.SystemRandom().randrange(10**6))


@dataclass
class Tally:
    """What the kills did. A kill `hit` when it fell between the commit of a batch and its answer."""

    seed: str
    kills: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    batches_hit: int = 0
    records_hit: int = 0
    torn: int = 0
    records: int = 0
    cut_off: int = 0
    surprises: list[str] = field(default_factory=list)
    count: Count = field(default_factory=Count)

    def check(self) -> None:
        """Raise AssertionError unless every record is there once, with its first receipt, and kills did hit."""
        assert not self.count.lost.total() and not self.count.duplicated.total(), str(self)
        assert not self.count.other_receipts and not self.torn, str(self)
        assert not self.surprises, "\n".join([*self.surprises[:10], str(self)])
        assert self.hits.total() > 0, f"no kill fell between commit and answer: {self}"

    def __str__(self) -> str:
        """Return the figures; the first line is what must be 0."""
        kinds = ", ".join(f"{kind} {self.hits[kind]}/{kills}" for kind, kills in sorted(self.kills.items()))
        return (
            f"{self.count}\n{self.kills.total()} kills, {self.hits.total()} between commit and answer ({kinds}): "
            f"{self.batches_hit} batches, {self.records_hit} records\n"
            f"{self.records} records, {self.cut_off} pushes cut off, {self.torn} batches torn, seed {self.seed}"
        )


class Ordeal:
    """A county in `folder`, its server and stubborn phones. `seed` decides the plan, not the speed of the machine."""

    def __init__(self, folder: Path, seed: str) -> None:
        data = folder / "data"
        leaders = build(data, PHONES)
        self.server = Server(data, SANSHI_WORKERS="2")
        self.database = data / "sanshi.db"
        self.tally = Tally(seed)
        self.phones = [
            StubbornPhone(self.server.port, leader, report, f"{seed}-{number}")
            for number, (leader, report) in enumerate(zip(leaders, reports(data, leaders), strict=True))
        ]
        self._rng = random.Random(seed)
        self._moments = Moments(self.server, self.database, self.phones, self._rng, self._go_on)
        self._hit: set[Batch] = set()
        self._alive: list[Future[Any]] = []

    def run(self, kills: int, tell: Callable[[Tally], None] = lambda _: None) -> Tally:
        """Kill the server so many times, more if none hit, then compare everything; return what came of it."""
        with self._living_phones():
            for kind in planned(kills, self._rng):
                self._kill(kind, tell)
            while not self.tally.hits.total() and self.tally.kills.total() < 2 * kills:  # all missed, by chance
                self._kill("line_committed", tell)
            self.server.start()
        self._judge()
        return self.tally

    def _kill(self, kind: str, tell: Callable[[Tally], None]) -> None:
        self.server.launch()
        getattr(self._moments, kind)()
        self.server.kill()
        self._take_stock(kind)
        tell(self.tally)

    @contextmanager
    def _living_phones(self) -> Iterator[None]:
        """Let the phones push all through the block; at its end they get their last answers."""
        closing, abandoned = threading.Event(), threading.Event()
        with ThreadPoolExecutor(len(self.phones)) as pool:
            self._alive = [pool.submit(phone.live, closing, abandoned) for phone in self.phones]
            try:
                yield
                closing.set()
                for each in self._alive:
                    each.result(timeout=PATIENCE)
            except BaseException:
                abandoned.set()
                closing.set()
                self.server.kill()
                self._end()
                raise

    def _go_on(self) -> None:
        """Raise what a phone stumbled over, if one did."""
        for each in self._alive:
            if each.done():
                each.result()

    def _take_stock(self, kind: str) -> None:
        """Count the batches that are stored since this kill, though their phone has no answer."""
        waiting = [batch for phone in self.phones if (batch := self._unanswered(phone)) and batch not in self._hit]
        stored = stored_keys(self.database)
        found = [(batch, sum(key in stored for key in batch.keys)) for batch in waiting]
        hit = [batch for batch, there in found if there == len(batch.keys)]
        self.tally.torn += sum(0 < there < len(batch.keys) for batch, there in found)
        self.tally.kills[kind] += 1
        self.tally.hits[kind] += bool(hit)
        self.tally.batches_hit += len(hit)
        self.tally.records_hit += sum(len(batch.keys) for batch in hit)
        self._hit |= set(hit)

    @staticmethod
    def _unanswered(phone: StubbornPhone) -> Batch | None:
        with phone.turn:  # its push ends when the last process that has the other end is gone
            return phone.unanswered

    def _judge(self) -> None:
        """Compare phones and database, send everything once more, compare again, verify the ledger."""
        tally, phones = self.tally, self.phones
        tally.count = self._count()
        try:
            with ThreadPoolExecutor(len(phones)) as pool:
                list(pool.map(StubbornPhone.repeat, phones))
            self.server.flask("ledger", "verify")
        finally:
            self._end()
        tally.surprises = [surprise for phone in phones for surprise in phone.surprises]
        again = self._count()
        if again != tally.count:
            tally.surprises.append(f"after sending all once more: {again}")
        heard_late = sum(phone.heard_late for phone in phones)
        if heard_late != tally.records_hit:
            tally.surprises.append(
                f"{heard_late} records were known before their first answer, not {tally.records_hit}"
            )
        tally.records = sum(len(phone.receipts) for phone in phones)
        tally.cut_off = sum(phone.cut_off for phone in phones)

    def _count(self) -> Count:
        sent = (key for phone in self.phones for batch in phone.sent for key in batch.keys)
        held = {key: receipt for phone in self.phones for key, receipt in phone.receipts.items()}
        count = count_of(self.database, sent)
        count.other_receipts = other_receipts(self.database, held)
        return count

    def _end(self) -> None:
        self.server.stop()
        for phone in self.phones:
            phone.line.hang_up()
