"""Residents' pages: what a first view weighs, and how many policy pages a second the embedded server sends.

A page that somebody has is only asked about (`If-None-Match`); one that somebody has not is sent as it was packed.
"""

import argparse
import statistics
import tempfile
from http.client import HTTPConnection
from pathlib import Path

from playwright.sync_api import Playwright

from bench.demo import demonstration, driver, phone
from bench.generator import fire
from bench.printed import print_table
from tests.support.relay import Exchange, relayed
from tests.support.server import Server
from tests.support.weight import PAGE, of_parts

KB = 1000
MOST_BYTES = 30 * KB
POLICY = "/policies/childcare-subsidy"
VIEWS = {"home": "/", "policy page": POLICY}
AIM = 1000  # policy pages a second
WARM = 200  # requests before counting begins


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the residents' pages may be told."""
    parser.add_argument("--readings", type=int, default=5000, help="policy pages that are asked for, each way")
    parser.add_argument("--readers", type=int, default=32, help="connections that ask for them")


def run(chosen: argparse.Namespace) -> bool:
    """Measure and print; return whether the first views kept within their bytes."""
    with tempfile.TemporaryDirectory(prefix="sanshi-bench-") as name, driver() as playwright:
        folder = Path(name)
        with demonstration(folder / "data") as server:
            light = [_weigh(playwright, server, folder, view) for view in VIEWS]
            _read(server, chosen)
    return all(light)


def _weigh(playwright: Playwright, server: Server, folder: Path, view: str) -> bool:
    with phone(playwright, folder / view.replace(" ", "-")) as context, relayed(server) as relay:
        context.pages[0].goto(f"{relay.url}{VIEWS[view]}")
        relay.wait_until_quiet(3)
        found: list[Exchange] = list(relay.exchanges)
    print(f"first view of the {view}, cold")
    rows = [(part, *_weight(of_parts(found, part))) for part in (*PAGE, "kept for later", "home screen")]
    print_table(("", "requests", "bytes", "with heads"), [*rows, ("everything", *_weight(found))])
    return sum(exchange.body for exchange in found) <= MOST_BYTES


def _weight(exchanges: list[Exchange]) -> tuple[int, int, int]:
    body, head = sum(exchange.body for exchange in exchanges), sum(exchange.head for exchange in exchanges)
    return len(exchanges), body, body + head


def _read(server: Server, chosen: argparse.Namespace) -> None:
    plain = _request(server)
    ways = {"whole page": plain, "still the same": _request(server, f"If-None-Match: {_tag(server)}")}
    rows = []
    for way, request in ways.items():
        fire(server.port, [request] * WARM, chosen.readers)
        fired = fire(server.port, [request] * chosen.readings, chosen.readers)
        statuses = {answer[:12] for answer in fired.answers}
        assert statuses == {b"HTTP/1.1 200" if request == plain else b"HTTP/1.1 304"}, statuses
        rate, median = chosen.readings / fired.seconds, statistics.median(fired.latencies) * 1000
        rows.append((way, f"{rate:.0f}/s", f"{median:.1f} ms", "ok" if rate >= AIM else "under"))
    print(f"{chosen.readings} times {POLICY}, {chosen.readers} connections, aim {AIM}/s")
    print_table(("", "rate", "median", ""), rows)


def _request(server: Server, *more: str) -> bytes:
    lines = (f"GET {POLICY} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Accept-Encoding: br", *more)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _tag(server: Server) -> str:
    """Return the tag of the page as the server gives it now."""
    door = HTTPConnection("127.0.0.1", server.port, timeout=20)
    door.request("GET", POLICY, headers={"Accept-Encoding": "br"})
    tag = door.getresponse().headers["ETag"]
    door.close()
    return tag
