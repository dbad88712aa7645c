"""The leader's first load stays light: by bytes and requests, which are the same on every machine; never by seconds."""

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.browser.conftest import PHONE
from tests.support.relay import relayed
from tests.support.server import Server
from tests.support.weight import BESIDE, PAGE, first_load, of_parts, part_of

KB = 1000
# Requests and bytes of all that a page is made of, and of what comes beside it.
MOST = {
    PAGE: (6, 40 * KB),
    ("data",): (1, 16 * KB),
    ("home screen",): (1, 2 * KB),
    # Once the page stands: the other pages, the round's with their script, the reader of codes.
    ("kept for later",): (8, 130 * KB),  # all other pages of a phone: the round, the report, the reader of codes
}


@pytest.mark.parametrize("path", ["/app", "/app/events/new"])
def test_the_first_page_is_light(playwright: Playwright, chromium_path: str, tmp_path: Path, server: Server, path: str):
    phone = playwright.chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=chromium_path, args=["--no-sandbox"], viewport=PHONE, locale="zh-CN"
    )
    with phone, relayed(server) as relay:
        found = first_load(phone, server, relay, path)
    assert {part_of(exchange) for exchange in found} == {*PAGE, *BESIDE}, "nothing escapes the scales"
    assert {exchange.status for exchange in found} == {200}
    for parts, (requests, size) in MOST.items():
        mine = of_parts(found, *parts)
        assert len(mine) <= requests, mine
        assert sum(exchange.body for exchange in mine) <= size, mine
