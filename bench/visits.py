"""Storm of visits: those who went round come back into the network, and each phone sends its visits sealed, by twenty.

The server opens each record with its private key before it does with it what it does with a report. The reports of
the same machine stand in `python -m bench storm`; run both, since machines drift.
"""

import argparse
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, select

from bench.proof import results_of
from bench.storm import SANSHI, SHARES, Storm, Volley
from tests.support.county import Leader, Row, app_in, build
from webapp.accounts.queries import actors_of
from webapp.accounts.rules import token_hash
from webapp.core import clock
from webapp.core.crypto import from_text, record_place, seal_record
from webapp.core.db import db, transaction
from webapp.core.ids import new_id
from webapp.households.service import HOUSEHOLD
from webapp.intake.rules import Incoming, Push
from webapp.intake.service import apply, prepare
from webapp.keys.service import seal_key
from webapp.ledger.queries import broken_lines
from webapp.visits.models import Visit

BATCH = 20


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the storm of visits may be told."""
    parser.add_argument("--visited", type=int, default=5000, help="sealed visits, by twenty")


def run(chosen: argparse.Namespace) -> bool:
    """Run the storm and print its figures; return whether each visit is there once."""
    settings = {"SANSHI_WORKERS": str(chosen.workers), "SANSHI_THREADS": str(chosen.threads), "SANSHI_DEMO": "0"}
    with tempfile.TemporaryDirectory(prefix="sanshi-bench-") as name:
        folder = Path(name)
        leaders = build(folder / "county", chosen.visited // BATCH)
        batches = _sealed_visits(folder / "county", leaders)
        storm = Storm(folder, leaders, batches, chosen.connections, settings)
        print(f"{chosen.visited} sealed visits by {BATCH}, {chosen.connections} at once, {chosen.workers} workers")
        found = [_once(storm) for _ in range(chosen.times)]
    _print_median([volley for volley, _ in found])
    return all(is_whole for _, is_whole in found)


def _sealed_visits(folder: Path, leaders: Sequence[Leader]) -> list[list[Row]]:
    """Give each leader twenty households, and return a visit at each, as a phone sends it."""
    with app_in(folder).app_context():
        actors = actors_of({token_hash(leader.token) for leader in leaders})
        doors = {leader.unit_id: [new_id() for _ in range(BATCH)] for leader in leaders}
        for leader in leaders:
            actor = actors[token_hash(leader.token)]
            jobs = [
                prepare(_household(leader.unit_id, key, i), HOUSEHOLD) for i, key in enumerate(doors[leader.unit_id])
            ]
            with transaction():
                results = apply([Push(actor, jobs)], {"household": HOUSEHOLD})[0]
            assert all(result.outcome == "created" for result in results), results
        server = seal_key()
        batches = [[_visit(leader.unit_id, key, server) for key in doors[leader.unit_id]] for leader in leaders]
        db.session.remove()
        db.engine.dispose()
    return batches


def _household(unit_id: str, household_id: str, number: int) -> Incoming:
    address = {"building": f"{number // 10 + 1}幢", "door": f"{number % 10 // 2 + 1}0{number % 2 + 1}"}
    data = {"unit": unit_id, "kind": "resident", "address": address}
    return Incoming(household_id, "household", 0, clock.now(), data)


def _visit(unit_id: str, household_id: str, server: Row) -> Row:
    key, today = new_id(), clock.today().isoformat()
    data = {
        "unit": unit_id,
        "household": household_id,
        "date": today,
        "outcome": "met",
        "topics": [],
        "note": "一切都好",
    }
    sealed = seal_record(from_text(server["public"]), server["kid"], record_place(key, "visit"), data)
    declared = clock.to_local(clock.now()).isoformat(timespec="seconds")
    return {"id": key, "type": "visit", "schema": 1, "base_version": 0, "declared_at": declared, "sealed": sealed}


def _once(storm: Storm) -> tuple[Volley, bool]:
    """Return how one storm on a fresh copy went, and whether each visit was created, and is there once."""
    data = storm.folder / "sanshi"
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(storm.folder / "county", data)
    volley = storm.volley(data, SANSHI)
    created = sum(result["outcome"] == "created" for result in results_of(volley.fired.answers))
    with app_in(data).app_context():
        stored = db.session.execute(select(func.count()).select_from(Visit)).scalar_one()
        broken = len(list(broken_lines()))
        db.session.remove()
        db.engine.dispose()
    print(f"  {volley}\n  created {created}, stored {stored}, broken ledger lines {broken}", flush=True)
    return volley, created == stored == volley.records and not broken


def _print_median(volleys: Sequence[Volley]) -> None:
    p50, p95, p99 = (statistics.median(v.percentile(share) for v in volleys) for share in SHARES)
    rate = statistics.median(v.rate for v in volleys)
    print(f"median {rate:.0f} visits/s, a push of {BATCH}: p50 {p50:.0f}  p95 {p95:.0f}  p99 {p99:.0f} ms")
