"""A board never waits long for others who write, and says up to when it counted."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.builders import World, event
from tests.support.office import hand_in, plain, rows_of, words
from webapp.core import clock
from webapp.core.db import Busy, transaction
from webapp.dashboards import service
from webapp.rollup.queries import counted

PATIENCE = 60.0  # seconds; longer than any machine stands still


@contextmanager
def somebody_writes(app: Flask) -> Iterator[None]:
    """Let another thread hold the writers' turn meanwhile."""
    holds, lets_go = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), transaction():
            holds.set()
            lets_go.wait(PATIENCE)

    thread = threading.Thread(target=hold)
    thread.start()
    assert holds.wait(PATIENCE)
    try:
        yield
    finally:
        lets_go.set()
        thread.join()


def test_a_turn_may_be_given_up(app: Flask, world: World):
    with somebody_writes(app):
        began = time.monotonic()
        with pytest.raises(Busy), transaction(wait=0.05):
            pass
        assert time.monotonic() - began < PATIENCE / 2
    with transaction(wait=0.05):
        pass


def test_a_turn_that_comes_in_time_is_taken(app: Flask, world: World):
    with somebody_writes(app):
        threading.Timer(0.1, lambda: None).start()
    with transaction(wait=5):
        pass


def test_while_others_write_the_board_shows_what_is_counted(app: Flask, signed_in, phone, world: World, noon: datetime):
    plain(phone("leader"), world.units["group"])
    pages = signed_in("county")
    pages.get("/app/board/202611")
    plain(phone("stranger"), world.units["other_group"])
    with clock.frozen(noon + timedelta(minutes=5)), somebody_writes(app):
        soup = pages.get("/app/board/202611")
    assert rows_of(soup, "units")[-1][2] == "1"
    assert "数到 2026-11-21 12:00:00。后来的 1 条变动正在数" in words(soup)
    with clock.frozen(noon + timedelta(minutes=6)):
        soup = pages.get("/app/board/202611")
    assert rows_of(soup, "units")[-1][2] == "2"
    assert "数到 2026-11-21 12:06:00" in words(soup)
    assert "正在数" not in words(soup)


def test_before_the_first_count_the_board_says_so(app: Flask, signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"])
    pages = signed_in("county")
    with somebody_writes(app):
        soup = pages.get("/app/totals/202611")
    assert "正在数，还有 1 条变动没有数进来" in words(soup)


def test_a_community_reads_reports_and_never_waits(app: Flask, signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"])
    pages = signed_in("officer")
    with somebody_writes(app):
        soup = pages.get("/app/board/202611")
    assert [stat.strong.get_text() for stat in soup.select(".stat")][:2] == ["2", "1"]
    assert "正在数" not in words(soup)


def test_counting_goes_in_bites(phone, world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "BITE", 3)
    leader = phone("leader")
    leader.push(*[event(world.units["group"]) for _ in range(10)])
    taken: list[int | None] = []
    catch_up = service.catch_up

    def watched(most: int | None = None) -> int:
        taken.append(most)
        return catch_up(most)

    monkeypatch.setattr(service, "catch_up", watched)
    assert service.bring_up_to_date().left == 0
    assert taken == [3, 3, 3, 3]
    assert service.bring_up_to_date().left == 0
    assert len(taken) == 4, "nothing is new: nobody's turn is asked for"


def test_counting_stops_after_its_time(phone, world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "BITE", 1)
    monkeypatch.setattr(service, "LONGEST", -1.0)
    hand_in(phone("leader"), world.units["group"], births=1)
    hand_in(phone("leader2"), world.units["group2"], births=1)
    before = counted().left
    assert before > 1
    assert service.bring_up_to_date() == counted()
    assert counted().left == before - 1, "one bite however late it is: a page on a slow machine counts on, too"
