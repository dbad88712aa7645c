"""What Lighthouse says of the first pages, as on a weak phone over slow 3G, each visit by a new browser.

The times are those of really slowed runs (`devtools` throttling), not of its simulation. The session is in the
browser's own jar: a Cookie among `--extra-headers` does not reach what the page fetches, which then finds itself
signed out.
"""

import argparse
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from bench.demo import chromium, demonstration, driver
from bench.printed import print_table
from tests.support.chromium import Chromium
from tests.support.server import Server
from tests.support.sources import ROOT
from tests.support.weight import sign_in

PROGRAM = ROOT / "bench" / "node_modules" / ".bin" / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
AUDITS = {"LCP": "largest-contentful-paint", "TBT": "total-blocking-time", "TTI": "interactive"}
FLAGS = (
    "--quiet",
    "--output=json",
    "--output-path=stdout",
    f"--only-categories={','.join(CATEGORIES)}",
    "--throttling-method=devtools",
    "--throttling.cpuSlowdownMultiplier=4",
    "--throttling.requestLatencyMs=400",
    "--throttling.downloadThroughputKbps=400",
    "--throttling.uploadThroughputKbps=400",
)
PAGES = {
    "public home": "/",
    "policy page": "/policies/childcare-subsidy",
    "sign-in": "/sign-in",
    "leader's home": "/app",
}
OF_LEADER = {"/app"}
Figures = dict[str, float]


def options(parser: argparse.ArgumentParser) -> None:
    """Add what Lighthouse may be told."""
    parser.add_argument("--visits", type=int, default=3, help="runs of Lighthouse for each page; medians are printed")


def run(chosen: argparse.Namespace) -> bool:
    """Measure and print; nothing here has to hold."""
    with tempfile.TemporaryDirectory(prefix="sanshi-bench-") as name, demonstration(Path(name) / "data") as server:
        visits = {page: [_visit(server, path) for _ in range(chosen.visits)] for page, path in PAGES.items()}
    print(f"processor slowed 4 times, 400 ms, 400 kbit/s; median of {chosen.visits}")
    print_table(("", *CATEGORIES, *AUDITS), [_row(page, figures) for page, figures in visits.items()])
    return True


def _row(page: str, visits: list[Figures]) -> tuple[str, ...]:
    median = {name: statistics.median(figures[name] for figures in visits) for name in visits[0]}
    scores = (f"{median[name]:.0f}" for name in CATEGORIES)
    return page, *scores, *(f"{median[name]:.0f} ms" for name in AUDITS)


def _visit(server: Server, path: str) -> Figures:
    """Return the scores (0 to 100) and the times (milliseconds) of one visit."""
    with tempfile.TemporaryDirectory(prefix="sanshi-bench-", ignore_cleanup_errors=True) as profile:
        browser = Chromium(chromium(), Path(profile))
        try:
            with driver() as playwright:
                context = browser.start(playwright).contexts[0]
                if path in OF_LEADER:
                    sign_in(context, server)
            return _figures(_ask(f"{server.url}{path}", browser.port))
        finally:
            browser.kill()


def _ask(address: str, port: int) -> dict[str, Any]:
    """Return what Lighthouse says about `address`, which it visits with the browser that listens on `port`."""
    command = [str(PROGRAM), address, *FLAGS, f"--port={port}"]
    environment = {**os.environ, "CHROME_PATH": chromium()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise RuntimeError(f"lighthouse {address}:\n{done.stderr[-2000:]}")
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["finalDisplayedUrl"] == address, said["finalDisplayedUrl"]
    return said


def _figures(said: dict[str, Any]) -> Figures:
    scores = {name: said["categories"][name]["score"] * 100 for name in CATEGORIES}
    return scores | {name: said["audits"][audit]["numericValue"] for name, audit in AUDITS.items()}
