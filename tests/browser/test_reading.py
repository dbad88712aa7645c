"""Residents' pages on a small phone: light at first, kept with what they work by, read without a network."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.browser import books
from tests.browser.conftest import PHONE
from tests.browser.leader import ALL_SENT, Leader, on_the_phone, until
from tests.browser.test_residents import HOME_OF_OFFICER, POLICY, ask
from tests.support.checks import axe_problems
from tests.support.relay import relayed
from tests.support.server import Server

NewContext = Callable[..., BrowserContext]
CLAIM = "/claims/childcare"
KB = 1000
MOST = 30 * KB
PAGES, FILES = "sanshi-read-pages", "sanshi-read-files"
REGISTER_READER = """async () => {
    const { installing } = await navigator.serviceWorker.register("/reader.js", { scope: "/" });
    await new Promise((done) => {
        const look = () => ["activated", "redundant"].includes(installing.state) && done();
        installing.addEventListener("statechange", look);
        look();
    });
}"""
KEPT = "async name => (await (await caches.open(name)).keys()).map(({url}) => new URL(url).pathname)"


def is_controlled(page: Page) -> None:
    """Wait until the readers' worker has the page."""
    until(page, lambda: page.evaluate("Boolean(navigator.serviceWorker.controller)"), bool)


@pytest.mark.parametrize("path", ["/", POLICY, CLAIM])
def test_a_first_view_is_light(
    playwright: Playwright, chromium_path: str, tmp_path: Path, shared_server: Server, path: str
):
    phone = playwright.chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=chromium_path, args=["--no-sandbox"], viewport=PHONE, locale="zh-CN"
    )
    with phone, relayed(shared_server) as relay:
        phone.pages[0].goto(f"{relay.url}{path}")
        is_controlled(phone.pages[0])
        relay.wait_until_quiet()
        found = list(relay.exchanges)
    assert {exchange.status for exchange in found} == {200}, found
    assert sum(exchange.head + exchange.body for exchange in found) <= MOST, found


def test_policies_are_read_without_a_network(new_context: NewContext, server: Server, shot: Callable):
    page = new_context().new_page()
    page.goto(f"{server.url}{CLAIM}")
    is_controlled(page)
    until(page, lambda: page.evaluate(KEPT, FILES), lambda kept: "/static/js/claims" in " ".join(kept))
    assert page.evaluate(KEPT, PAGES) == [CLAIM]
    for path in (POLICY, "/policies"):
        page.goto(f"{server.url}{path}")
        expect(page.locator("[data-kept]")).to_be_hidden()
        until(page, lambda: page.evaluate(KEPT, PAGES)[-1], path.__eq__)
    [place] = books.ask(server, HOME_OF_OFFICER)
    home = f"/?at={place['code']}"
    page.goto(f"{server.url}{home}")
    until(page, lambda: page.evaluate(KEPT, PAGES), lambda kept: len(kept) == 4)
    server.stop()
    seen = ((POLICY, "三岁以下的孩子"), ("/policies", "能领的钱和待遇"), (CLAIM, "每个三周岁以下"))
    for path, words in (*seen, (home, f"您看的是：{place['name']}")):
        page.goto(f"{server.url}{path}")
        expect(page.locator("main")).to_contain_text(words)
        expect(page.locator("[data-kept]")).to_contain_text(
            re.compile(r"手机里存的。最后一次核对：\d{4}-\d\d-\d\d \d\d:\d\d。")
        )
        if path == CLAIM:
            ask(page, "2025-12-31")
            expect(page.locator("#answer")).to_contain_text("2026年12月31日")
    shot(page, "kept")
    page.locator("summary", has_text="能领的钱和待遇").click()
    assert f"at={place['code']}" in (page.get_by_role("link", name=re.compile("育儿补贴")).get_attribute("href") or "")
    page.goto(f"{server.url}/policies/birth-registration")
    expect(page.locator("h1")).to_have_text("现在没有网络")
    assert not axe_problems(page)
    shot(page, "none")
    page.locator(f"main a[href='{POLICY}']").click()
    page.get_by_role("button", name="长辈版").click()
    expect(page.locator("html")).to_have_class("large")
    server.start()
    page.reload()
    expect(page.locator("h1")).to_contain_text("育儿补贴")
    expect(page.locator("[data-kept]")).to_be_hidden()
    assert set(page.evaluate(KEPT, PAGES)) == {CLAIM, POLICY, "/policies", "/"}, "nothing else is kept"


def test_the_staffs_worker_has_the_site_for_itself(new_context: NewContext, server: Server):
    """One browser reads first, then belongs to a leader; the home that is still open takes nothing from her."""
    resident = new_context().new_page()
    worker = "(navigator.serviceWorker.controller || {}).scriptURL || ''"
    resident.goto(server.url)
    is_controlled(resident)
    assert resident.evaluate(worker).endswith("/reader.js")
    leader = Leader(resident.context.new_page(), server)
    leader.sign_in()
    leader.go_offline()
    leader.open()
    leader.note("出生", note="没有网络")
    leader.sync_line(on_the_phone(1))
    leader.go_online()
    leader.sync_line(ALL_SENT)
    resident.evaluate(REGISTER_READER)  # as by a page that asked who is there a moment before the leader's came
    assert resident.evaluate(worker).endswith("/sw.js"), "who has the site keeps it"
    leader.go_offline()
    leader.open()
    expect(leader.marked("待同步")).to_have_count(0)
    leader.go_online()
    resident.goto(f"{server.url}/about")
    assert resident.evaluate(worker).endswith("/sw.js")
    resident.goto(f"{server.url}{POLICY}")
    until(resident, lambda: resident.evaluate(worker), lambda script: script.endswith("/reader.js"))


def test_looks_are_worn_at_once_although_pages_are_kept(new_context: NewContext, shared_server: Server):
    resident = new_context().new_page()
    resident.goto(f"{shared_server.url}{POLICY}")
    resident.get_by_role("button", name="English").click()
    expect(resident.locator("html")).to_have_attribute("lang", "en")
    resident.get_by_role("button", name="繁體中文").click()
    expect(resident.locator("h1")).to_contain_text("育兒補貼")
