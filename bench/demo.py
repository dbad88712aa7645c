"""The demonstration behind the production server, and browsers to look at it with."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Playwright, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, PATIENCE, PHONE
from tests.support.server import Server


@contextmanager
def demonstration(folder: Path) -> Iterator[Server]:
    """Give a started server with the demonstration, its data in `folder`."""
    folder.mkdir()
    server = Server(folder, SANSHI_DEMO="1", SANSHI_WORKERS="2")
    server.flask("keys", "make")
    server.flask("db", "upgrade")
    server.flask("demo", "load", "--if-empty")
    server.start()
    try:
        yield server
    finally:
        server.stop()


def chromium() -> str:
    """Return where the system's Chromium is. Raises FileNotFoundError when there is none."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        raise FileNotFoundError("no Chromium: run `make setup-dev`")
    return found


@contextmanager
def driver() -> Iterator[Playwright]:
    """Give the driver of browsers, patient as on a busy machine."""
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        yield playwright


def phone(
    playwright: Playwright, profile: Path, flags: Sequence[str] = ("--no-sandbox",), **options: Any
) -> BrowserContext:
    """Start a browser of its own, 360x640, on `profile`; what it keeps is there when it is started again."""
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=chromium(), args=list(flags), viewport=PHONE, locale="zh-CN",
        timezone_id="Asia/Shanghai", **options,
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    return context
