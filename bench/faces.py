"""How long a code's public page takes to make, whatever the code is: nobody should learn from it which codes live.

That the same questions are asked of every code is a test (tests/web/doorstep); the seconds are looked at here.
"""

import argparse
import random
import statistics
import tempfile
import time
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from bench.filled import filled
from bench.printed import print_table
from tests.support.county import app_in
from webapp.accounts.queries import actor_of
from webapp.cards.models import Card
from webapp.cards.service import end, tokens_of
from webapp.core.db import db, transaction

HOUSEHOLDS = 200
WARM_UP = 20
UNKNOWN = "A" * 26


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the faces may be told."""
    parser.add_argument("--faces", type=int, default=300, help="requests for each kind of code")


def run(chosen: argparse.Namespace) -> bool:
    """Measure and print; return True: how long something takes fails nothing."""
    with tempfile.TemporaryDirectory(prefix="sanshi-bench-") as name:
        place = filled(Path(name) / "county", HOUSEHOLDS, with_cards=True)
        app = app_in(place.folder)
        with app.app_context():
            tokens = _tokens(place.household_ids)
            found = _measured(app, tokens, chosen.faces)
            db.session.remove()
            db.engine.dispose()
    base = statistics.median(found["unknown"])
    rows = []
    for kind, took in found.items():
        median, p95 = statistics.median(took), sorted(took)[int(len(took) * 0.95)]
        rows.append((kind, f"{median:.2f} ms", f"{p95:.2f} ms", f"{median / base:.3f}"))
    print(f"{chosen.faces} scans of each, taking turns, each from an address of its own")
    print_table(("code", "median", "p95", "to unknown"), rows)
    return True


def _tokens(household_ids: list[str]) -> dict[str, str]:
    """Return a code of each kind: live, ended in both ways, and one that nobody issued."""
    officer = actor_of("officer")
    assert officer
    live, revoked, lost = db.session.query(Card).filter(Card.household_id.in_(household_ids)).limit(3)
    found = tokens_of([live, revoked, lost])
    with transaction():
        end([revoked], "revoked", officer)
        end([lost], "lost", officer)
    return {"live": found[live.id], "revoked": found[revoked.id], "lost": found[lost.id], "unknown": UNKNOWN}


def _measured(app: Flask, tokens: dict[str, str], scans: int) -> dict[str, list[float]]:
    client, found = app.test_client(), {kind: [] for kind in tokens}  # type: ignore[var-annotated]
    kinds = list(tokens)
    for turn in range(WARM_UP + scans):
        random.shuffle(kinds)
        for kind in kinds:
            took = _asked(client, tokens[kind], f"10.{turn >> 8}.{turn & 255}.{kinds.index(kind) + 1}")
            if turn >= WARM_UP:
                found[kind].append(took)
    return found


def _asked(client: FlaskClient, token: str, address: str) -> float:
    """Return how many milliseconds a stranger's page took to make."""
    began = time.perf_counter()
    answer = client.get(f"/q/{token}", environ_overrides={"REMOTE_ADDR": address})
    took = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200, answer.status_code
    return took
