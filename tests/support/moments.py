"""Moments at which a server is killed; each method returns when its moment has come."""

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support.outside import PATIENCE, Watch, reading, writers_turn
from tests.support.server import Server
from tests.support.stubborn import StubbornPhone

# Out of twenty kills so many come while the server starts, at any moment of its work, at once after a commit (what is
# stored must not be stored again) or after an answer (what is answered must not be lost). Twice for each of these all
# phones were made to stand in line first, so that one commit is for all of them.
KINDS = {"starting": 3, "working": 5, "committed": 4, "answered": 4, "line_committed": 2, "line_answered": 2}
LONGEST_WORK, MOST_COMMITS = 0.4, 12
ALL_ARE_IN = 0.1  # seconds from the last push sent to all of them standing in line


def planned(kills: int, rng: random.Random) -> list[str]:
    """Return the names of so many moments, mixed."""
    twenty = [kind for kind, times in KINDS.items() for _ in range(times)]
    plan = (twenty * (kills // len(twenty) + 1))[:kills]
    rng.shuffle(plan)
    return plan


class Moments:
    """Waits for a moment in the life of `server`, which has just been launched; `go_on` may raise to end any wait."""

    def __init__(
        self,
        server: Server,
        database: Path,
        phones: Sequence[StubbornPhone],
        rng: random.Random,
        go_on: Callable[[], None],
    ) -> None:
        self._server = server
        self._database = database
        self._phones = phones
        self._rng = rng
        self._go_on = go_on
        self._start_takes = 1.5  # seconds, measured as we go

    def starting(self) -> None:
        """Wait for a moment before the server answers, or hardly after."""
        time.sleep(self._rng.uniform(0, 1.2 * self._start_takes))

    def working(self) -> None:
        """Wait for any moment of the work."""
        self._wait_until_ready()
        time.sleep(self._rng.uniform(0, LONGEST_WORK))

    def committed(self) -> None:
        """Wait for the moment after any commit."""
        self._wait_until_ready()
        with reading(self._database) as connection:
            Watch(connection).wait(self._rng.randint(1, MOST_COMMITS), self._go_on)

    def answered(self) -> None:
        """Wait for the moment in which any phone has its answer."""
        self._wait_until_ready()
        self._wait_for_answers(self._rng.randint(1, MOST_COMMITS))

    def line_committed(self) -> None:
        """Wait for the moment after the commit for which all phones stood in line."""
        with reading(self._database) as connection:
            with writers_turn(self._database):
                self._wait_for_line()
                watch = Watch(connection)
            watch.wait(1, self._go_on)

    def line_answered(self) -> None:
        """Wait for the first answer of those for which all phones stood in line."""
        with writers_turn(self._database):
            self._wait_for_line()
        self._wait_for_answers(1)

    def _wait_until_ready(self) -> None:
        begun = time.monotonic()
        self._server.wait()
        self._start_takes = time.monotonic() - begun

    def _wait_for_line(self) -> None:
        """Return when every phone waits for an answer. The caller has the writers' turn."""
        self._wait_until_ready()
        self._wait_until(lambda: all(phone.line.awaits for phone in self._phones), pause=0.005)
        time.sleep(ALL_ARE_IN)

    def _wait_for_answers(self, more: int) -> None:
        before = sum(phone.answers for phone in self._phones)
        self._wait_until(lambda: sum(phone.answers for phone in self._phones) >= before + more)

    def _wait_until(self, reached: Callable[[], bool], pause: float = 0) -> None:
        until = time.monotonic() + PATIENCE
        while not reached():
            assert time.monotonic() < until, "the phones do not push"
            self._go_on()
            time.sleep(pause)
