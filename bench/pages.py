"""The leader's pages on a weak phone and a bad network: bytes of the first load, a cold start without any network,
and thirty records that waited for slow 3G.

The processor is slowed and the network emulated by Chromium's DevTools. Both reach what the page does: the thread of
its script, and its own fetches, which are what sends. They do not reach the worker's thread.
"""

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import BrowserContext, Page, Playwright

from bench.demo import demonstration, driver, phone
from bench.printed import print_table
from tests.browser.leader import ALL_SENT, Leader, on_the_phone
from tests.support.relay import Exchange, relayed
from tests.support.server import Server
from tests.support.weight import BESIDE, PAGE, first_load, of_parts

KB = 1000
MOST_BYTES, MOST_REQUESTS = 40 * KB, 6
SLOWER = 4  # times
LATENCY, SPEED = 400, 400_000 / 8  # milliseconds, bytes a second: slow 3G
FIRST_PAGES = {"home": "/app", "form": "/app/events/new"}

# A page is usable once its script has filled it and taken over its forms; after that comes the line about sync.
WATCH_START = """new MutationObserver(() => {
    if (document.querySelector("[data-sync-line]")?.textContent) window.usableAt ??= performance.now();
}).observe(document, {childList: true, characterData: true, subtree: true});"""
STARTED = """() => ({
    painted: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
    usable: window.usableAt, network: performance.getEntriesByType("navigation")[0].transferSize,
})"""
BUSY = """() => {
    const begun = performance.now();
    let sum = 0;
    for (let i = 0; i < 3e7; i++) sum += i % 7;
    return performance.now() - begun;
}"""
WATCH_SENDING = """words => {
    addEventListener("online", () => { window.onlineAt = performance.now(); });
    const line = document.querySelector("[data-sync-line]");
    window.sentAt = new Promise(done => new MutationObserver(() => {
        if (line.textContent.startsWith(words)) done(performance.now());
    }).observe(line, {childList: true, characterData: true, subtree: true}));
}"""
SENT = """async () => {
    const sentAt = await window.sentAt;
    const calls = performance.getEntriesByType("resource")
        .filter(({name, startTime}) => name.includes("/sync/") && startTime >= window.onlineAt);
    return { seconds: (sentAt - window.onlineAt) / 1000, calls: calls.map(({duration}) => Math.round(duration)) };
}"""


class Start(NamedTuple):
    """One cold start: milliseconds from the tap to the first paint and to the usable page."""

    painted: float
    usable: float


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the pages may be told."""
    parser.add_argument("--starts", type=int, default=5, help="cold starts of the browser, for each page")
    parser.add_argument("--queues", type=int, default=3, help="times that records wait for the network")
    parser.add_argument("--queued", type=int, default=30, help="records that wait")


def run(chosen: argparse.Namespace) -> bool:
    """Measure and print; return whether the first load kept within its bytes and requests."""
    with tempfile.TemporaryDirectory(prefix="sanshi-bench-") as name, driver() as playwright:
        folder = Path(name)
        with demonstration(folder / "data") as server:
            light = [_weigh(playwright, server, folder, page) for page in FIRST_PAGES]
            print(f"{chosen.queued} records that waited, over slow 3G ({LATENCY} ms, {SPEED * 8 / KB:.0f} kbit/s)")
            _send(playwright, server, folder, chosen)
            print(f"cold start without a network, processor slowed {SLOWER} times")
            _start(playwright, server, folder, chosen.starts)
    return all(light)


def _weigh(playwright: Playwright, server: Server, folder: Path, name: str) -> bool:
    context = phone(playwright, folder / f"first-{name}")
    with context, relayed(server) as relay:
        found = first_load(context, server, relay, FIRST_PAGES[name])
    print(f"first load of the {name}, cold, signed in")
    page = of_parts(found, *PAGE)
    rows = [_weighed(part, of_parts(found, part)) for part in (*PAGE, *BESIDE)]
    rows[len(PAGE) : len(PAGE)] = [_weighed("the page", page)]
    print_table(("", "requests", "bytes", "with heads"), [*rows, _weighed("everything", found)])
    return len(page) <= MOST_REQUESTS and sum(exchange.body for exchange in page) <= MOST_BYTES


def _weighed(name: str, exchanges: Sequence[Exchange]) -> tuple[str, int, int, int]:
    body, head = sum(exchange.body for exchange in exchanges), sum(exchange.head for exchange in exchanges)
    return name, len(exchanges), body, body + head


def _send(playwright: Playwright, server: Server, folder: Path, chosen: argparse.Namespace) -> None:
    rows = []
    for turn in range(chosen.queues):
        with phone(playwright, folder / f"queue-{turn}") as context:
            sent = _sent(Leader(context.pages[0], server), chosen.queued)
        assert min(sent["calls"]) >= LATENCY, f"the network was not slow: {sent}"
        rows.append((f"time {turn + 1}", f"{sent['seconds']:.2f} s", " + ".join(map(str, sent["calls"]))))
    median = statistics.median(float(row[1].removesuffix(" s")) for row in rows)
    print_table(("", "all sent", "calls, ms"), [*rows, ("median", f"{median:.2f} s", "")])


def _sent(leader: Leader, queued: int) -> dict[str, Any]:
    """Note so many entries without a network, then give it back slow; return how long sending took, and its calls."""
    leader.sign_in()
    leader.is_ready_offline()
    network = leader.context.new_cdp_session(leader.page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", slow_3g(offline=True))
    for _ in range(queued):
        leader.note("流入", persons="3", households="1", region="330000")
    leader.sync_line(on_the_phone(queued))
    leader.page.evaluate(WATCH_SENDING, ALL_SENT.pattern[: ALL_SENT.pattern.index("（")])
    network.send("Network.emulateNetworkConditions", slow_3g())
    found: dict[str, Any] = leader.page.evaluate(SENT)
    leader.sync_line(ALL_SENT)
    return found


def slow_3g(*, offline: bool = False) -> dict[str, Any]:
    """Return the network that Chromium is to emulate for a page."""
    return {"offline": offline, "latency": LATENCY, "downloadThroughput": SPEED, "uploadThroughput": SPEED}


def _start(playwright: Playwright, server: Server, folder: Path, times: int) -> None:
    """Start a browser anew, again and again, on the profile of a leader; the server is gone by then."""
    profile = folder / "starts"
    with phone(playwright, profile) as context:
        leader = Leader(context.pages[0], server)
        leader.sign_in()
        leader.is_ready_offline()
    server.stop()
    rows, slowed = [], []
    for name, path in FIRST_PAGES.items():
        starts = []
        for _ in range(times):
            with phone(playwright, profile, offline=True) as context:
                context.add_init_script(WATCH_START)
                slowed.append(slow_down(context, context.pages[0]))
                starts.append(_started(Leader(context.pages[0], server), path))
        painted, usable = (statistics.median(figures) for figures in zip(*starts, strict=True))
        every = " ".join(f"{start.usable:.0f}" for start in starts)
        rows.append((name, f"{painted:.0f} ms", f"{usable:.0f} ms", every))
    print_table(("median", "painted", "usable", "usable each time"), rows)
    print(f"  (a loop of plain script took {statistics.median(slowed):.1f} times as long as without)")


def slow_down(context: BrowserContext, page: Page) -> float:
    """Slow the processor for `page`; return how many times longer a loop takes than before."""
    free = min(page.evaluate(BUSY) for _ in range(3))
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return float(min(page.evaluate(BUSY) for _ in range(3)) / free)


def _started(leader: Leader, path: str) -> Start:
    leader.open(path)
    leader.has_started()
    found = leader.page.evaluate(STARTED)
    assert found["network"] == 0, "came from the network"
    return Start(found["painted"], found["usable"])
