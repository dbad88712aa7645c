"""A real server with the demo, a real Chromium on a small phone's screen, pictures when asked for."""

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from tests.browser.pin import enter_pin
from tests.builders import PASSWORD
from tests.support.chromium import Chromium
from tests.support.server import Server

PHONE = {"width": 360, "height": 640}
SHOTS = Path(__file__).parent / "shots"
PATIENCE = 30_000  # milliseconds; the machine may be busy, and no test waits longer than it needs
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# The same engine without windows and menus, which take most of the time in which a fresh profile is opened.
SHELL = ("chromium-headless-shell", *CHROMIUM)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests here, so that `-m "not browser"` leaves them out."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with the demo in it, made once for all workers of the run; who writes takes a copy."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with (shared / "demo.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = shared / "demo" / "data"
        if not folder.exists():
            made = shared / "demo-made" / "data"
            made.mkdir(parents=True)
            make_demo(made)
            made.parent.rename(folder.parent)
    return folder


def make_demo(folder: Path) -> None:
    """Load the demo into the empty `folder`."""
    server = Server(folder, SANSHI_DEMO="1")
    server.flask("keys", "make")
    server.flask("db", "upgrade")
    server.flask("demo", "load", "--if-empty")


@pytest.fixture(scope="session")
def shared_server(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give one server for tests that only read."""
    yield from serving(demo_data, tmp_path_factory.mktemp("shared") / "data")


@pytest.fixture
def server(demo_data: Path, tmp_path: Path) -> Iterator[Server]:
    """Give a server with data of its own, which the test may kill and restart."""
    yield from serving(demo_data, tmp_path / "data")


def serving(template: Path, folder: Path) -> Iterator[Server]:
    """Yield a started server on a copy of `template`; stop it afterwards."""
    shutil.copytree(template, folder)
    server = Server(folder, SANSHI_DEMO="1", SANSHI_DEVELOPMENT="1")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Give the driver of browsers."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return where the system's Chromium is."""
    return first_of(CHROMIUM)


def first_of(programs: Sequence[str]) -> str:
    """Return where the first of `programs` is that this machine has."""
    found = next(filter(None, map(shutil.which, programs)), None)
    assert found, "no Chromium: run `make setup-dev`"
    return found


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Give one Chromium for the run; each test gets a context, a browser profile of its own."""
    browser = playwright.chromium.launch(executable_path=first_of(SHELL), args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that opens a fresh profile: a phone of 360x640 unless told otherwise."""
    opened: list[BrowserContext] = []

    def open_context(**options: object) -> BrowserContext:
        defaults = {"viewport": PHONE, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        context = browser.new_context(**{**defaults, **options})
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield open_context
    for context in opened:
        context.close()


@pytest.fixture
def tab(new_context: Callable[..., BrowserContext]) -> Page:
    """Return a page of a fresh phone."""
    return new_context().new_page()


@pytest.fixture
def sign_in() -> Callable[[Page, Server, str], None]:
    """Return a function that signs a demo account in, as a person would; a phone is given its PIN."""

    def fill(page: Page, server: Server, login: str) -> None:
        page.goto(f"{server.url}/sign-in")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", PASSWORD)
        with page.expect_navigation():
            page.press("input[name=password]", "Enter")
        if page.locator("#vault-part").count():
            page.locator("#vault form:visible, [data-notice=store]").first.wait_for()
        if page.locator("#vault form:visible").count():
            enter_pin(page)

    return fill


@pytest.fixture
def shot(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Return a function that keeps a picture of a page under tests/browser/shots, when SANSHI_SHOTS=1."""

    def take(page: Page, name: str) -> None:
        if os.environ.get("SANSHI_SHOTS") != "1":
            return
        SHOTS.mkdir(exist_ok=True)
        test = re.sub(r"\W+", "-", request.node.name).strip("-")
        page.screenshot(path=SHOTS / f"{test}-{name}.png", full_page=True)

    return take


@pytest.fixture
def mortal_chromium(chromium_path: str, tmp_path: Path) -> Iterator[Chromium]:
    """Give a Chromium that a test may kill and start again on the same profile; the test starts it."""
    chromium = Chromium(chromium_path, tmp_path / "profile")
    yield chromium
    chromium.kill()
