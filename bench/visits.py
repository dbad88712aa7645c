"""Storm of visits: those who went round come back into the network, and each phone sends its visits sealed, by twenty.

The server opens each record with its private key before it does with it what it does with a report. Beside it,
alternating with it since machines drift, the storm of the 30th: as many reports, one to a push.
"""

import argparse
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import func, select

from bench.filled import register
from bench.proof import results_of
from bench.storm import SANSHI, SHARES, Storm, Volley, of_reports, settings_of
from tests.support.county import Leader, Row, app_in, build
from tests.support.seal import seal_record
from webapp.core import clock
from webapp.core.crypto import from_text, record_place
from webapp.core.db import db
from webapp.core.ids import new_id
from webapp.intake.rules import Incoming
from webapp.keys.service import seal_key
from webapp.ledger.queries import broken_lines
from webapp.visits.models import Visit

BATCH = 20


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the storm of visits may be told."""
    parser.add_argument("--visited", type=int, default=5000, help="sealed visits, by twenty")


def run(chosen: argparse.Namespace) -> bool:
    """Run the storms and print their figures; return whether each visit and each report is there once."""
    with tempfile.TemporaryDirectory(prefix="sanshi-bench-") as name:
        storm, beside = _of_visits(Path(name) / "visits", chosen), of_reports(Path(name) / "reports", chosen)
        print(f"{chosen.visited} sealed visits by {BATCH}, {chosen.connections} at once, {chosen.workers} workers")
        pairs = [(_once(storm), _reports(beside)) for _ in range(chosen.times)]
    _print_median([visits for (visits, _), _ in pairs], [reports for _, (reports, _) in pairs])
    return all(visits_hold and reports_hold for (_, visits_hold), (_, reports_hold) in pairs)


def _of_visits(folder: Path, chosen: argparse.Namespace) -> Storm:
    leaders = build(folder / "county", max(chosen.visited // BATCH, 1))
    return Storm(folder, leaders, _sealed_visits(folder / "county", leaders), chosen.connections, settings_of(chosen))


def _reports(storm: Storm) -> tuple[Volley, bool]:
    volley, proof = storm.sanshi()
    print(f"  reports {volley}\n          {proof}", flush=True)
    return volley, proof.holds


def _sealed_visits(folder: Path, leaders: Sequence[Leader]) -> list[list[Row]]:
    """Give each leader twenty households, and return a visit at each, as a phone sends it."""
    with app_in(folder).app_context():
        doors = {leader.unit_id: [new_id() for _ in range(BATCH)] for leader in leaders}
        for leader in leaders:
            mine = doors[leader.unit_id]
            register(leader, [_household(leader.unit_id, key, number) for number, key in enumerate(mine)])
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
    print(f"  visits  {volley}\n          created {created}, stored {stored}, broken ledger lines {broken}", flush=True)
    return volley, created == stored == volley.records and not broken


def _print_median(visits: Sequence[Volley], reports: Sequence[Volley]) -> None:
    p50, p95, p99 = (statistics.median(v.percentile(share) for v in visits) for share in SHARES)
    rate, beside = (statistics.median(v.rate for v in volleys) for volleys in (visits, reports))
    ratio = statistics.median(mine.rate / theirs.rate for mine, theirs in zip(visits, reports, strict=True))
    print(f"median {rate:.0f} visits/s, a push of {BATCH}: p50 {p50:.0f}  p95 {p95:.0f}  p99 {p99:.0f} ms")
    print(f"       {beside:.0f} reports/s beside it, one to a push: {ratio:.2f} visits for each")
