"""What the register asks of a weak phone: the first pull, a search among all its doors, and opening by its PIN.

The phone is a coordinator's, in a real Chromium with the real pages. The network is emulated for the page, which is
what pulls; the worker fetches what it keeps beside it at full speed. DevTools slows the thread of the page, which is
what searches; the work factor of the PIN is another thread's, so there each process of the browser is held to a part of
a core instead (`bench/slower.py`), or, where that is not allowed, the derivation on this machine is counted again so
many times less one beside a slowed page.
"""

import argparse
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright, expect

from bench.demo import driver, phone
from bench.filled import EACH, filled
from bench.pages import SLOWER, slow_3g, slow_down
from bench.printed import print_aim
from bench.slower import slowed
from bench.storm import settings_of
from tests.browser.leader import Leader
from tests.browser.pin import PIN, enter_pin
from tests.support.county import GROUPS
from tests.support.server import Server

FIRST = GROUPS * EACH  # households of the first pull: those of one coordinator
AIMS = {"bytes": 300, "seconds": 5, "keystroke": 50, "unlock": 1000}
LONG = 180_000  # milliseconds for a pull of thousands
TYPED = ("wangxiu", "wxy", "3-201", "王秀", "0037", "chenjian", "12幢", "zzz")

# Until so many households lie on the phone; a page of pull is kept in one transaction.
PULLED = """async households => {
    const { name } = (await indexedDB.databases()).find(({ name }) => name.startsWith("sanshi-"));
    const db = await new Promise(done => {
        indexedDB.open(name).onsuccess = ({ target }) => done(target.result);
    });
    const kept = () => new Promise(done => {
        const there = db.transaction("mirror").objectStore("mirror").index("type").count("household");
        there.onsuccess = () => done(there.result);
    });
    while (await kept() < households) await new Promise(done => setTimeout(done, 20));
    const until = performance.now();
    db.close();
    const calls = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/sync/pull"));
    return {
        bytes: calls.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
        seconds: (until - calls[0].startTime) / 1000, calls: calls.length,
    };
}"""
# From the letter to the next picture: a frame after the one in which the script and the layout ran.
WATCH_KEYS = """() => {
    window.keys = [];
    addEventListener("input", ({ timeStamp }) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => window.keys.push(performance.now() - timeStamp);
        port2.postMessage(0);
    }), true);
}"""
WATCH_UNLOCK = """() => {
    addEventListener("submit", () => { window.triedAt = performance.now(); }, true);
    new MutationObserver(() => {
        if (!("vault" in document.body.dataset)) window.openAt ??= performance.now();
    }).observe(document.body, { attributes: true });
}"""
DERIVED = """async iterations => {
    const bytes = new TextEncoder().encode("730418");
    const base = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveBits"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(16), iterations };
    const begun = performance.now();
    await crypto.subtle.deriveBits(how, base, 256);
    return performance.now() - begun;
}"""
ITERATIONS = 600_000  # as static/js/vault/secret.js has it


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the phone may be told."""
    parser.add_argument("--doors", type=int, default=5000, help="households on the phone that searches")
    parser.add_argument("--pulls", type=int, default=3, help="first pulls, each by a new phone")
    parser.add_argument("--unlocks", type=int, default=5, help="times that the PIN is given")


def run(chosen: argparse.Namespace) -> bool:
    """Measure and print; return True: how long something takes fails nothing."""
    with tempfile.TemporaryDirectory(prefix="sanshi-bench-", ignore_cleanup_errors=True) as name, driver() as pw:
        folder = Path(name)
        with _serving(folder / "few", FIRST, EACH, chosen) as server:
            profile = _pull(pw, server, folder, chosen.pulls)
            _unlock(pw, server, profile, chosen.unlocks)
        with _serving(folder / "many", chosen.doors, chosen.doors // GROUPS, chosen) as server:
            _search(pw, server, folder / "searching", chosen.doors)
    return True


@contextmanager
def _serving(folder: Path, households: int, each: int, chosen: argparse.Namespace) -> Iterator[Server]:
    """Give a started server of one community with so many households, `each` in a group, a card for each."""
    server = Server(filled(folder / "county", households, each, with_cards=True).folder, **settings_of(chosen))
    server.start()
    try:
        yield server
    finally:
        server.stop()


def _opened(playwright: Playwright, server: Server, profile: Path) -> tuple[BrowserContext, Page]:
    """Return a phone on `profile` at the screen that asks for its PIN, and its page."""
    context = phone(playwright, profile)
    cookies = {"sanshi": "token-coordinator", "lang": "zh-Hans"}
    context.add_cookies([{"name": name, "value": value, "url": server.url} for name, value in cookies.items()])
    page = context.pages[0]
    page.goto(f"{server.url}/app")
    expect(page.locator("#vault form:visible input").first).to_be_focused()
    return context, page


def _pull(playwright: Playwright, server: Server, folder: Path, times: int) -> Path:
    """Measure the first pull by new phones; return the profile of the last."""
    found, profile = [], folder
    for turn in range(times):
        profile = folder / f"pull-{turn}"
        context, page = _opened(playwright, server, profile)
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        network.send("Network.emulateNetworkConditions", slow_3g())
        enter_pin(page)
        found.append(page.evaluate(PULLED, FIRST))
        network.send("Network.emulateNetworkConditions", slow_3g() | {"downloadThroughput": -1, "latency": 0})
        Leader(page, server).has_the_round()
        context.close()
    calls = f"{found[0]['calls']} calls"
    size, took = (statistics.median(each[name] for each in found) for name in ("bytes", "seconds"))
    print_aim(f"first pull of {FIRST} households, compressed", size / 1000, AIMS["bytes"], "KB", calls)
    print_aim(f"first pull of {FIRST} households, slow 3G, until the phone has them", took, AIMS["seconds"], "s")
    return profile


def _unlock(playwright: Playwright, server: Server, profile: Path, times: int) -> None:
    """Measure from the tap on the button of the PIN to the page; each time a browser of its own."""
    found, derived, ways = [], [], []
    for _ in range(times):
        context, page = _opened(playwright, server, profile)
        derived.append(float(page.evaluate(DERIVED, ITERATIONS)))
        page.evaluate(WATCH_UNLOCK)
        page.locator("#vault form:visible input").fill(PIN)
        with slowed(profile, SLOWER) as is_slowed:
            ways.append(is_slowed)
            if not is_slowed:
                slow_down(context, page)
            page.locator("#vault form:visible button[data-kind=primary]").click()
            page.wait_for_function("() => window.openAt")
            took = float(page.evaluate("() => openAt - triedAt"))
        found.append(took if is_slowed else took + (SLOWER - 1) * derived[-1])
        context.close()
    how = f"each process on 1/{SLOWER} of a core" if all(ways) else f"page slowed {SLOWER} times, and the derivation"
    alone = f"{how}; deriving alone on this machine {statistics.median(derived):.0f} ms"
    print_aim(f"PIN unlock, {SLOWER} times slower", statistics.median(found), AIMS["unlock"], "ms", alone)


def _search(playwright: Playwright, server: Server, profile: Path, doors: int) -> None:
    context, page = _opened(playwright, server, profile)
    enter_pin(page)
    page.evaluate(PULLED, doors)
    Leader(page, server).has_the_round()
    page.goto(f"{server.url}/app/round")
    page.locator("[data-list=buildings] a").first.wait_for(timeout=LONG)
    found = _keystrokes(context, page)
    context.close()
    name = f"search keystroke over {doors} doors, processor slowed {SLOWER} times"
    print_aim(name, statistics.median(found), AIMS["keystroke"], "ms", f"{len(found)} letters, worst {found[-1]:.0f}")


def _keystrokes(context: BrowserContext, page: Page) -> list[float]:
    """Return milliseconds from each letter to the next picture, the quickest first."""
    slow_down(context, page)
    page.evaluate(WATCH_KEYS)
    field, found = page.locator("[data-search] [name=q]"), []
    for words in TYPED:
        field.fill("")
        page.wait_for_timeout(300)
        page.evaluate("() => { window.keys = []; }")
        for letter in words:
            page.keyboard.press(letter) if letter.isascii() else page.keyboard.insert_text(letter)
            page.wait_for_timeout(150)
        page.wait_for_function(f"() => window.keys.length >= {len(words)}")
        found += page.evaluate("() => window.keys")
    return sorted(map(float, found))
