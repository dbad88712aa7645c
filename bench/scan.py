"""From a card to its household on a weak phone without a network; and what the reader of codes weighs.

The second for which the address is shown is not counted: it is there to be read. A picture is read in the thread of the
page, which DevTools slows; so the time until a code is known is that of a phone, but for the camera itself.
"""

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from bench.demo import demonstration, driver, phone
from bench.pages import SLOWER, slow_down
from bench.printed import print_aim, print_table
from tests.browser.doors import Card, Clerk
from tests.browser.leader import Leader
from tests.support.camera import camera_flags, film
from webapp.core.assets import Assets

AIM = 500  # milliseconds from a card, or a number, to its household
WEIGHED = ("vendor/qr.js", "js/doors.js", "css/scan.css")
# When the first picture came, a whole number was typed, the address was shown, and the household's page was filled.
WATCH = """(() => {
    const mark = (name) => { window[name] ??= performance.now(); };
    document.addEventListener("playing", () => mark("pictureAt"), true);
    document.addEventListener("click", ({ target }) => {
        if (target.closest("[data-key]") && document.querySelector("[name=number]").value.length > 6) mark("typedAt");
    }, true);
    new MutationObserver(() => {
        if (document.querySelector("dialog[open] [data-slot=address]")?.textContent) mark("shownAt");
        if (document.querySelector("h1[data-slot=address]")?.textContent.includes("501")) mark("filledAt");
    }).observe(document, { childList: true, characterData: true, attributes: true, subtree: true });
})()"""


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the scan may be told."""
    parser.add_argument("--scans", type=int, default=5, help="times that a card is read, and a number typed")


def run(chosen: argparse.Namespace) -> bool:
    """Measure and print; return True: how long something takes fails nothing."""
    assets = Assets()
    rows = [(name, len(assets.find(name).content), len(assets.find(name).brotli)) for name in WEIGHED]
    print("files of the scan page")
    print_table(("", "bytes", "brotli"), rows)
    with tempfile.TemporaryDirectory(prefix="sanshi-bench-") as name, driver() as playwright:
        folder = Path(name)
        video = folder / "door.mjpeg"
        with demonstration(folder / "data") as server:
            clerk = Clerk(playwright, server)
            card = clerk.card(clerk.move_in("501"))
            film(video, card.text, blank=0)
            with phone(playwright, folder / "phone", flags=camera_flags(video)) as context:
                leader = Leader(context.pages[0], server)
                leader.sign_in()
                leader.has_the_round()
                _measure(context, leader, card, chosen.scans)
    return True


def _measure(context: BrowserContext, leader: Leader, card: Card, times: int) -> None:
    leader.go_offline()
    leader.page.add_init_script(WATCH)
    factor = slow_down(context, leader.page)
    scans = [_scanned(leader, card) for _ in range(times)]
    typed = [_typed(leader, card) for _ in range(times)]
    print(
        f"without a network, processor slowed {SLOWER} times (a loop of plain script took {factor:.1f} times as long)"
    )
    rows = [_row("picture to address", scans, 0), _row("number to address", typed, 0)]
    rows += [_row("address to household", [*scans, *typed], 1)]
    print_table(("median", "", "each time"), rows)
    for name, found in (("scan to household", scans), ("number to household", typed)):
        totals = [sum(each) for each in found]
        print_aim(name, statistics.median(totals), AIM, "ms", " ".join(f"{each:.0f}" for each in totals))


def _row(name: str, found: Sequence[tuple[float, float]], place: int) -> tuple[str, str, str]:
    figures = [each[place] for each in found]
    return name, f"{statistics.median(figures):.0f} ms", " ".join(f"{figure:.0f}" for figure in figures)


def _scanned(leader: Leader, card: Card) -> tuple[float, float]:
    """Return milliseconds from the first picture to the address, and from the tap on it to the household."""
    leader.open("/app/scan")
    leader.page.wait_for_function("() => window.shownAt && window.pictureAt")
    read = leader.page.evaluate("() => shownAt - pictureAt")
    return float(read), _filled(leader.page, card)


def _typed(leader: Leader, card: Card) -> tuple[float, float]:
    """Return milliseconds from the last digit to the address, and from the tap on it to the household."""
    leader.page.add_init_script("navigator.mediaDevices.getUserMedia = async () => { throw new Error('none'); }")
    leader.open("/app/scan")
    leader.has_started()
    for digit in card.number:
        leader.page.locator(f"[data-pad] [data-key='{digit}']").click()
    leader.page.wait_for_function("() => window.shownAt && window.typedAt")
    found = leader.page.evaluate("() => shownAt - typedAt")
    return float(found), _filled(leader.page, card)


def _filled(page: Page, card: Card) -> float:
    page.wait_for_url(f"**/app/households/{card.household}")
    page.wait_for_function("() => window.filledAt")
    return float(page.evaluate("() => filledAt"))
