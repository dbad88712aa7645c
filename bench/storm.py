"""Storm of the 30th: every leader sends a report at once, through the production server on the embedded database.

Beside it, alternating with it, the bare ceilings (`bench/bare.py`) under the same load: machines drift, ratios stay.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.bare import WRITERS
from bench.generator import Fired, body_of, fire
from bench.processes import Used, all_used, used_by
from bench.proof import Proof, prove, results_of
from tests.support.county import Leader, Row, as_requests, build, reports
from tests.support.server import START, Server

MILLI = 1000
SHARES = (0.50, 0.95, 0.99)
SANSHI, BARE = ("flask", "serve"), ("bench.bare",)


@dataclass(frozen=True)
class Volley:
    """One run: what the generator saw, what the server's processes used, and how busy the machine was besides."""

    fired: Fired
    used: Used
    others: float
    records: int

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.records / self.fired.seconds

    def percentile(self, share: float) -> float:
        """Return the latency in milliseconds that `share` of the requests kept."""
        ordered = sorted(self.fired.latencies)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * MILLI

    def __str__(self) -> str:
        """Return the figures in one line."""
        p50, p95, p99 = (self.percentile(share) for share in SHARES)
        each = self.used.cpu / self.records * MILLI * MILLI
        return (
            f"{self.rate:6.0f}/s   p50 {p50:4.0f}  p95 {p95:4.0f}  p99 {p99:4.0f} ms   "
            f"{self.used.memory:4.0f} MB   processor {each:4.0f} us a record, "
            f"generator {self.fired.cpu / self.fired.seconds:3.0%} of a core, others {self.others:3.0%}"
        )


@dataclass(frozen=True)
class Storm:
    """What one storm needs: the county as it was before, its leaders and their reports, the server's settings."""

    folder: Path
    leaders: Sequence[Leader]
    batches: Sequence[Sequence[Row]]
    connections: int
    settings: dict[str, str]

    def sanshi(self) -> tuple[Volley, Proof]:
        """Return how Sanshi did on a fresh copy of the county, and the proof of it."""
        data = self._fresh("sanshi")
        shutil.copytree(self.folder / "county", data)
        volley = self.volley(data, SANSHI)
        records = [record for batch in self.batches for record in batch]
        return volley, prove(data, records, results_of(volley.fired.answers))

    def bare(self, kind: str) -> Volley:
        """Return how the bare ceiling of this kind did."""
        data = self._fresh(kind)
        data.mkdir()
        volley = self.volley(data, BARE, BARE=kind)
        for answer in volley.fired.answers:
            body_of(answer)
        return volley

    def _fresh(self, name: str) -> Path:
        path = self.folder / name
        shutil.rmtree(path, ignore_errors=True)
        return path

    def volley(self, data: Path, program: Sequence[str], **more: str) -> Volley:
        """Return how a server of `program` on `data` did with all requests at once."""
        server = Server(data, program, **self.settings, **more)
        server.start()
        try:
            assert server.process
            _wait_for_all(server, int(self.settings["SANSHI_WORKERS"]))
            requests = as_requests(server.port, self.leaders, self.batches)
            before, all_before, begun = used_by(server.process.pid), all_used(), time.perf_counter()
            fired = fire(server.port, requests, self.connections)
            seconds, everything, after = time.perf_counter() - begun, all_used(), used_by(server.process.pid)
        finally:
            server.stop()
        used = Used(after.cpu - before.cpu, after.memory)
        others = max(0.0, everything - all_before - used.cpu - fired.cpu) / seconds
        return Volley(fired, used, others, sum(map(len, self.batches)))


def _wait_for_all(server: Server, workers: int) -> None:
    """Return when all workers have started: the first alone would take all connections, and keep them."""
    until = time.monotonic() + START
    while server.log.read_text().count("Started worker-") < workers:
        if time.monotonic() > until:
            raise RuntimeError("not all workers started")
        time.sleep(0.05)
    time.sleep(1)  # they say so just before they take connections


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the storm may be told."""
    parser.add_argument("--n", type=int, default=5000, help="leaders, one report each")
    parser.add_argument("--connections", type=int, default=128, help="requests on their way at once")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--threads", type=int, default=32)
    parser.add_argument("--times", type=int, default=3, help="repetitions; medians are printed")


def run(chosen: argparse.Namespace) -> bool:
    """Run the storm and print its figures; return whether nothing was lost, doubled or false."""
    with tempfile.TemporaryDirectory(prefix="sanshi-bench-") as name:
        storm = of_reports(Path(name), chosen)
        print(f"{chosen.n} reports, {chosen.connections} at once, {chosen.workers} workers x {chosen.threads} threads")
        return _repeat(storm, chosen.times)


def settings_of(chosen: argparse.Namespace) -> dict[str, str]:
    """Return the settings of a server with the workers and threads of the command line."""
    return {"SANSHI_WORKERS": str(chosen.workers), "SANSHI_THREADS": str(chosen.threads), "SANSHI_DEMO": "0"}


def of_reports(folder: Path, chosen: argparse.Namespace) -> Storm:
    """Return the storm of the 30th in `folder`: a county of leaders, one report each."""
    leaders = build(folder / "county", chosen.n)
    batches = [[report] for report in reports(folder / "county", leaders)]
    return Storm(folder, leaders, batches, chosen.connections, settings_of(chosen))


def _repeat(storm: Storm, times: int) -> bool:
    """Let the three alternate, since machines drift; return whether every proof holds."""
    volleys: dict[str, list[Volley]] = {"plain": [], "swift": [], "sanshi": []}
    proofs: list[Proof] = []
    for _ in range(times):
        for kind in WRITERS:
            volleys[kind].append(storm.bare(kind))
            print(f"  bare, {kind}  {volleys[kind][-1]}", flush=True)
        volley, proof = storm.sanshi()
        volleys["sanshi"].append(volley)
        proofs.append(proof)
        print(f"  sanshi       {volley}\n               {proof}", flush=True)
    _print_medians(volleys)
    return all(proof.holds for proof in proofs)


def _print_medians(volleys: Mapping[str, Sequence[Volley]]) -> None:
    sanshi = volleys["sanshi"]
    p50, p95, p99 = (statistics.median(v.percentile(share) for v in sanshi) for share in SHARES)
    rates = {kind: statistics.median(v.rate for v in found) for kind, found in volleys.items()}
    memory = statistics.median(v.used.memory for v in sanshi)
    times = f"p50 {p50:.0f}  p95 {p95:.0f}  p99 {p99:.0f} ms"
    print(f"median {rates['sanshi']:.0f} reports/s, {times}, {memory:.0f} MB")
    for kind in WRITERS:
        pairs = zip(sanshi, volleys[kind], strict=True)
        ratio = statistics.median(mine.rate / theirs.rate for mine, theirs in pairs)
        print(f"       {ratio:.2f} of the bare ceiling ({kind}: {rates[kind]:.0f}/s)")
