"""Boards and totals in a large county: time and queries of the server, with few and with many past months."""

import argparse
import http.client
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, select

from bench.history import SILENT, TOKEN, live_through
from bench.printed import print_table
from tests.support.county import app_in, build
from tests.support.office import statements
from tests.support.server import Server
from webapp.core import clock
from webapp.core.db import db
from webapp.core.period import Month
from webapp.orgs.models import Unit

MOST_QUERIES = 12
FEW, MANY = 3, 36  # past months
WARM_UP = 20  # requests, so that both workers have compiled their templates
KINDS, LEVELS = ("board", "totals"), ("county", "township", "community")
HEADERS = {"Cookie": f"sanshi={TOKEN}", "Accept-Encoding": "gzip"}
SETTINGS = {"SANSHI_WORKERS": "2", "SANSHI_THREADS": "32", "SANSHI_DEMO": "0"}


class Times(NamedTuple):
    """Milliseconds of one page: the median, what 95 of 100 kept, and the longest."""

    median: float
    p95: float
    longest: float


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the boards may be told."""
    parser.add_argument("--groups", type=int, default=2000, help="groups of the county")
    parser.add_argument("--requests", type=int, default=50, help="requests for each page")


def run(chosen: argparse.Namespace) -> bool:
    """Measure and print; return whether no page asked too much of the database, or more of it with more months."""
    with tempfile.TemporaryDirectory(prefix="sanshi-bench-") as name:
        folders = {months: Path(name) / f"{months}" / "county" for months in (FEW, MANY)}
        for months, folder in folders.items():
            live_through(folder, build(folder, chosen.groups), months)
        queries = {months: _queries(folder, chosen.groups) for months, folder in folders.items()}
        took = _times(folders, chosen.requests)
    rows = [
        (page, months, *(f"{figure:.1f} ms" for figure in times), queries[months][page])
        for (page, months), times in took.items()
    ]
    print(f"a county of {chosen.groups} groups, {chosen.requests} requests each")
    print_table(("", "past months", "median", "p95", "longest", "queries"), rows)
    return queries[MANY] == queries[FEW] and max(queries[MANY].values()) <= MOST_QUERIES


def _pages(folder: Path) -> dict[str, str]:
    """Return the addresses of all pages: the board and the totals of a unit of each level."""
    month = Month.of(clock.today())
    with app_in(folder).app_context():
        query = select(Unit.level, func.min(Unit.path)).where(Unit.level.in_(LEVELS)).group_by(Unit.level)
        ids = {level: path.strip("/").rpartition("/")[2] for level, path in db.session.execute(query)}
        db.session.remove()
        db.engine.dispose()
    return {f"{kind} of a {level}": f"/app/{kind}/{month}?unit={ids[level]}" for kind in KINDS for level in LEVELS}


def _queries(folder: Path, groups: int) -> dict[str, int]:
    """Return how many queries each page takes, those of the way in included; the county's must tell of all reports."""
    app, found = app_in(folder), {}
    came = sum(1 for number in range(groups) if number % SILENT)
    for name, path in _pages(folder).items():
        with app.app_context(), statements() as asked:
            answer = app.test_client(use_cookies=False).get(path, headers={"Cookie": HEADERS["Cookie"]})
        assert answer.status_code == 200, answer.status
        assert "county" not in name or str(came) in answer.text.replace(",", ""), (
            f"{name} does not tell of {came} reports"
        )
        found[name] = len(asked)
    return found


def _times(folders: Mapping[int, Path], requests: int) -> dict[tuple[str, int], Times]:
    """Return the times of each page for each county; requests to them alternate, since machines drift."""
    servers = {months: Server(folder, **SETTINGS) for months, folder in folders.items()}
    pages = {months: _pages(folder) for months, folder in folders.items()}
    try:
        for server in servers.values():
            server.start()
        return {
            (name, months): _summed_up(took)
            for name in pages[FEW]
            for months, took in _alternating(
                {n: (server, pages[n][name]) for n, server in servers.items()}, WARM_UP + requests
            ).items()
        }
    finally:
        for server in servers.values():
            server.stop()


def _alternating(asked: Mapping[int, tuple[Server, str]], requests: int) -> dict[int, list[float]]:
    lines = {n: http.client.HTTPConnection("127.0.0.1", server.port, timeout=30) for n, (server, _) in asked.items()}
    took: dict[int, list[float]] = {months: [] for months in asked}
    for _ in range(requests):
        for months, (_, path) in asked.items():
            took[months].append(_asked(lines[months], path))
    for line in lines.values():
        line.close()
    return took


def _summed_up(took: list[float]) -> Times:
    kept = sorted(took[WARM_UP:])
    return Times(statistics.median(kept), kept[int(len(kept) * 0.95)], kept[-1])


def _asked(line: http.client.HTTPConnection, path: str) -> float:
    """Return how many milliseconds the whole answer took, as a reader on the same machine sees it."""
    begun = time.perf_counter()
    line.request("GET", path, headers=HEADERS)
    answer = line.getresponse()
    answer.read()
    assert answer.status == 200, answer.status
    return (time.perf_counter() - begun) * 1000
