"""The register on the server: search, a household's page and a page of pull, with few and with very many households."""

import argparse
import http.client
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from bench.filled import EACH, Place, filled
from bench.printed import print_aim, print_table
from bench.storm import settings_of
from tests.support.server import Server

FEW = 1000
AIM = 30  # milliseconds
WARM_UP = 10
PAGES = ("search by name", "search by initials", "household", "pull page of 500")
Times = dict[str, dict[int, list[float]]]


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the register may be told."""
    parser.add_argument("--households", type=int, default=100_000, help="households of the larger county")
    parser.add_argument("--lookups", type=int, default=40, help="requests for each page")


def run(chosen: argparse.Namespace) -> bool:
    """Measure and print; return True: how long something takes fails nothing."""
    with tempfile.TemporaryDirectory(prefix="sanshi-bench-") as name:
        places = {count: filled(Path(name) / str(count) / "county", count) for count in (FEW, chosen.households)}
        servers = {count: Server(place.folder, **settings_of(chosen)) for count, place in places.items()}
        try:
            for server in servers.values():
                server.start()
            times = _measured(places, servers, chosen.lookups)
        finally:
            for server in servers.values():
                server.stop()
    print(f"{EACH} households a group, ten groups a community; {chosen.lookups} requests each")
    _print(times)
    return True


def _print(times: Times) -> None:
    rows = []
    for name, found in times.items():
        for count, took in found.items():
            p95 = took[int(len(took) * 0.95)]
            rows.append((name, count, f"{statistics.median(took):.1f} ms", f"{p95:.1f} ms"))
    print_table(("", "households", "median", "p95"), rows)
    for name, found in times.items():
        few, many = (statistics.median(took) for took in found.values())
        print_aim(f"{name}, {max(found)} households", many, AIM, "ms", f"{many / few:.2f} times that of {min(found)}")


def _measured(places: Mapping[int, Place], servers: Mapping[int, Server], lookups: int) -> Times:
    """Return the milliseconds of each page in each county, the quickest first; the counties take turns."""
    lines = {
        count: http.client.HTTPConnection("127.0.0.1", server.port, timeout=60) for count, server in servers.items()
    }
    found: Times = {name: {count: [] for count in places} for name in PAGES}
    for name, times in found.items():
        for turn in range(WARM_UP + lookups):
            for count, place in places.items():
                took = _asked(lines[count], name, place)
                if turn >= WARM_UP:
                    times[count].append(took)
    return {name: {count: sorted(took) for count, took in times.items()} for name, times in found.items()}


def _asked(line: http.client.HTTPConnection, name: str, place: Place) -> float:
    """Return how many milliseconds the answer took, as a reader on the same machine sees it.

    A coordinator pulls: the ten groups of her community have 500 households together.
    """
    method, path, body, login = {
        "search by name": ("POST", "/app/households", "q=%E7%8E%8B%E7%A7%80", "officer"),
        "search by initials": ("POST", "/app/households", "q=wxy", "officer"),
        "household": ("GET", f"/app/households/{place.household_ids[0]}", None, "officer"),
        "pull page of 500": ("GET", "/sync/pull", None, "coordinator"),
    }[name]
    headers = {"Cookie": f"sanshi=token-{login}", "Sec-Fetch-Site": "same-origin", "HX-Request": "true"}
    headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    headers |= {"Accept-Encoding": "gzip, deflate, br"}
    begun = time.perf_counter()
    line.request(method, path, body=body, headers=headers)
    answer = line.getresponse()
    answer.read()
    assert answer.status == 200, (name, answer.status)
    return (time.perf_counter() - begun) * 1000
