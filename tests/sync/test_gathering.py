"""Who waits at the same time shares one transaction and one fault, and nobody is forgotten."""

import fcntl
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.builders import World, event
from tests.support.outside import PATIENCE
from tests.support.pages import SAME_ORIGIN
from webapp.changes.models import Change
from webapp.core.db import db, table, transaction
from webapp.core.ids import new_id
from webapp.core.rows import insert_many
from webapp.sync import service, views

WAITING = 8
Ticket = service.Ticket


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list of how many were served together, each time."""
    found: list[int] = []
    push_all = service.push_all

    def counted(tickets: Sequence[Ticket]) -> None:
        found.append(len(tickets))
        push_all(tickets)

    monkeypatch.setattr(service, "push_all", counted)
    return found


def push_together(app: Flask, world: World) -> list[Any]:
    """Push one new entry each from several phones that all wait for the writers' turn; return the answers."""
    tokens = [world.open_session("leader") for _ in range(WAITING)]
    gatherer = app.extensions["gatherer"]

    def send(token: str) -> Any:
        client = app.test_client()
        client.set_cookie("sanshi", token)
        return client.post("/sync/push", json={"records": [event(world.units["group"])]}, headers=SAME_ORIGIN)

    with ThreadPoolExecutor(WAITING) as pool, Path(f"{db.engine.url.database}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        answers = [pool.submit(send, token) for token in tokens]
        until = time.monotonic() + PATIENCE
        while len(gatherer._waiting) < WAITING:
            assert time.monotonic() < until, "they do not come"
            time.sleep(0.01)
        fcntl.flock(lock, fcntl.LOCK_UN)
        return [answer.result(timeout=PATIENCE) for answer in answers]


@pytest.mark.one_database
def test_who_waits_together_is_served_together(app: Flask, world: World, sizes: list[int]) -> None:
    answers = push_together(app, world)
    assert [answer.get_json()["results"][0]["outcome"] for answer in answers] == ["created"] * WAITING
    assert sizes == [WAITING]


@pytest.mark.one_database
def test_a_fault_is_told_to_all_and_stores_nothing(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    app.testing = False

    def fail(_: object) -> None:
        raise OSError("the disk is gone")

    with monkeypatch.context() as patch:
        patch.setattr(service, "_hear", fail)  # after everything was written
        assert [answer.status_code for answer in push_together(app, world)] == [500] * WAITING
    assert db.session.execute(select(table(Change).c.seq)).all() == []
    assert [answer.status_code for answer in push_together(app, world)] == [200] * WAITING


@pytest.mark.one_database
def test_one_answer_that_fails_keeps_nobody_waiting(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    app.testing = False
    spelled = iter([True])
    spell = views._spell

    def fail_once(result: Any) -> Any:
        if next(spelled, False):
            raise OSError("cannot be told")
        return spell(result)

    monkeypatch.setattr(views, "_spell", fail_once)
    codes = sorted(answer.status_code for answer in push_together(app, world))
    assert codes == [200] * (WAITING - 1) + [500]


@pytest.mark.parametrize("count", [0, 1, 3, 64, 131])
def test_many_rows_are_inserted_as_they_are(app: Flask, count: int) -> None:
    rows = [
        {"seq": seq, "type": "event", "record_id": new_id(), "version": 1, "unit_id": new_id(), "month": 202611}
        for seq in range(1, count + 1)
    ]
    rows = [{**row, "deleted": bool(row["seq"] % 2), "more": "passed over"} for row in rows]
    with transaction():
        insert_many(Change, rows)
    stored = db.session.execute(select(table(Change)).order_by(table(Change).c.seq)).mappings().all()
    assert [{**row, "more": "passed over"} for row in stored] == rows
