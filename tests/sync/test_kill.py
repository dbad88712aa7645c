"""The server is killed in the middle of whatever it does: every record is there once, with its first receipt."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.builders import event, report
from tests.support.county import Leader, build
from tests.support.fleet import push
from tests.support.server import Server
from tests.support.siege import Siege
from webapp.core import clock
from webapp.core.period import Month

KILLS = 20
AT_ONCE = 10


@pytest.mark.timeout(300)
def test_killing_the_server_neither_loses_nor_doubles_anything(tmp_path: Path) -> None:
    seed = random.randrange(10**9)
    tally = Siege(tmp_path, KILLS, seed).run()
    assert tally.holds, f"{tally} (seed {seed})"
    assert tally.kills == KILLS
    assert tally.kills_between >= 1, "no kill fell between commit and answer: this tests too little"


@pytest.fixture
def leader(tmp_path: Path) -> Leader:
    return build(tmp_path / "data", groups=1)[0]


@pytest.fixture
def server(tmp_path: Path, leader: Leader) -> Iterator[Server]:
    server = Server(tmp_path / "data", SANSHI_WORKERS="2")
    server.start()
    yield server
    server.stop()


def test_ten_times_at_once_to_two_processes_is_stored_once(server: Server, leader: Leader) -> None:
    unit, month = leader.unit_id, str(Month.of(clock.today()))
    for batch in ([report(unit, month)], [event(unit), event(unit, "death")]):
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(lambda _, sent=batch: push(server.port, leader, sent), range(AT_ONCE)))
        outcomes = sorted(result["outcome"] for answer in answers for result in answer)
        assert outcomes == ["created"] * len(batch) + ["same"] * len(batch) * (AT_ONCE - 1)
        for number in range(len(batch)):
            assert len({answer[number]["receipt"]["number"] for answer in answers}) == 1
        again = push(server.port, leader, batch)
        assert [result["receipt"] for result in again] == [result["receipt"] for result in answers[0]]
