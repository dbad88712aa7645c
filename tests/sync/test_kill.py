"""What is sent again, because its answer never came, is stored once and answered with the first receipt."""

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from tests.builders import event
from tests.support.county import Leader, build, reports
from tests.support.ordeal import Ordeal, chosen_seed
from tests.support.outside import PATIENCE, count_of, stored_keys
from tests.support.server import Server
from tests.support.stubborn import Batch, Line, frozen, is_kept

Json = dict[str, Any]
KILLS = 20
AT_ONCE = 10


@pytest.fixture
def leader(tmp_path: Path) -> Leader:
    return build(tmp_path / "data", groups=1)[0]


@pytest.fixture
def server(tmp_path: Path, leader: Leader) -> Iterator[Server]:
    """Give a server with two processes, as in production."""
    server = Server(tmp_path / "data", SANSHI_WORKERS="2")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def batch(server: Server, leader: Leader) -> Batch:
    """Return the month's report, and two entries that come after it."""
    unit = leader.unit_id
    return frozen([*reports(server.data, [leader]), event(unit), event(unit, "death")])


def push(server: Server, leader: Leader, batch: Batch) -> list[Json]:
    """Return the results of one push over a connection of its own."""
    line = Line(server.port, leader)
    try:
        return line.push(batch)
    finally:
        line.hang_up()


def outcomes(answers: list[list[Json]]) -> list[str]:
    return sorted(result["outcome"] for answer in answers for result in answer)


def check_once(server: Server, batch: Batch, answers: list[list[Json]]) -> None:
    """Check that each record of `batch` is there once, and all `answers` show the one receipt of each."""
    for key, *results in zip(batch.keys, *answers, strict=True):
        assert all(is_kept(key, result) for result in results)
        assert len({result["receipt"]["signature"] for result in results}) == 1
    count = count_of(server.data / "sanshi.db", batch.keys)
    assert not count.lost.total() and not count.duplicated.total(), str(count)
    assert "whole" in server.flask("ledger", "verify")


def test_the_same_batch_twice(server: Server, leader: Leader, batch: Batch) -> None:
    answers = [push(server, leader, batch) for _ in range(2)]
    assert [[result["outcome"] for result in answer] for answer in answers] == [["created"] * 3, ["same"] * 3]
    check_once(server, batch, answers)


def test_ten_times_in_parallel(server: Server, leader: Leader, batch: Batch) -> None:
    together = Barrier(AT_ONCE)

    def send(_: int) -> list[Json]:
        together.wait(PATIENCE)
        return push(server, leader, batch)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(send, range(AT_ONCE)))
    assert outcomes(answers) == ["created"] * 3 + ["same"] * 3 * (AT_ONCE - 1)
    check_once(server, batch, answers)


@pytest.mark.parametrize("is_killed", [False, True], ids=["hung up", "killed"])
def test_stored_and_the_answer_lost(server: Server, leader: Leader, batch: Batch, is_killed: bool) -> None:
    line = Line(server.port, leader)
    line.send(batch)
    until = time.monotonic() + PATIENCE
    while not set(batch.keys) <= stored_keys(server.data / "sanshi.db"):
        assert time.monotonic() < until
    if is_killed:
        server.kill()
    line.hang_up()  # nothing of the answer was read
    if is_killed:
        server.start()
    answers = [push(server, leader, batch) for _ in range(2)]
    assert outcomes(answers) == ["same"] * 6
    check_once(server, batch, answers)


@pytest.mark.timeout(900)
def test_random_kills(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tally = Ordeal(tmp_path, chosen_seed()).run(KILLS)
    with capsys.disabled():
        sys.stdout.write(f"\n{tally}\n")
    tally.check()
    assert tally.kills.total() >= KILLS
