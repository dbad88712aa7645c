"""What the phone promises, in a real browser: updates, thrown-away databases, old browsers, two tabs, two people."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, LocatorAssertions, Page, expect

from tests.support.server import Server
from tests.support.sources import ROOT

SignIn = Callable[[Page, Server, str], None]
NewContext = Callable[..., BrowserContext]

CONTROLLED = "() => Boolean(navigator.serviceWorker.controller)"
TEXTS_OF_CACHES = """async () => {
    const caches_ = await Promise.all((await caches.keys()).map(name => caches.open(name)));
    const answers = await Promise.all(caches_.map(async cache => {
        return Promise.all((await cache.keys()).map(async key => (await cache.match(key)).text()));
    }));
    return answers.flat();
}"""
FILL_THE_DISK = """() => {
    IDBObjectStore.prototype.put = () => { throw new DOMException("", "QuotaExceededError"); };
}"""
FORGET_EVERYTHING = """async () => {
    const found = await indexedDB.databases();
    await Promise.all(found.map(({name}) => new Promise(done => { indexedDB.deleteDatabase(name).onsuccess = done; })));
}"""


@pytest.fixture
def leader(new_context: NewContext, shared_server: Server, sign_in: SignIn) -> Page:
    """Return the leader's page on a phone that is ready to go without a network."""
    page = new_context().new_page()
    sign_in(page, shared_server, "leader")
    page.wait_for_function(CONTROLLED)
    return page


def note(page: Page, server: Server, kind: str = "birth") -> None:
    """Note an entry as a person does."""
    page.goto(f"{server.url}/app/events/new")
    page.locator(f"label:has(input[name=kind][value={kind}])").click()
    page.locator("form[data-record] button[type=submit]:not([name])").click()
    page.wait_for_url(re.compile(r"/app\?said="))


def line(page: Page) -> LocatorAssertions:
    """Return what can be expected of the sentence about sync."""
    return expect(page.locator("[data-sync-line]").first)


def notice(page: Page, name: str) -> Locator:
    """Return the notice called `name`."""
    return page.locator(f"[data-notice={name}]")


def cut(page: Page) -> None:
    """Let nothing through to the server's sync, whatever else works."""
    page.context.route("**/sync/*", lambda route: route.abort())


def mend(page: Page) -> None:
    """Let everything through again, and have the page try."""
    page.context.unroute("**/sync/*")
    page.reload()


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the program that a test may change; servers started from now on run it."""
    copy = tmp_path / "house"
    for folder in ("webapp", "templates", "static", "sw", "translations", "migrations"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "node_modules").symlink_to(ROOT / "node_modules")
    monkeypatch.setattr("tests.support.server.ROOT", copy)
    return copy


def test_an_update_asks_and_leaves_the_outbox_alone(
    house: Path, server: Server, new_context: NewContext, sign_in: SignIn
) -> None:
    page = new_context().new_page()
    sign_in(page, server, "leader")
    page.wait_for_function(CONTROLLED)
    page.context.set_offline(True)
    note(page, server)
    note(page, server, "death")
    line(page).to_have_text("还有 2 条在本机")
    server.stop()
    changed = house / "templates" / "offline" / "none.html"
    changed.write_text(changed.read_text() + "<!-- new -->")
    server.start()
    cut(page)
    page.context.set_offline(False)
    page.goto(f"{server.url}/app")
    page.evaluate("() => navigator.serviceWorker.getRegistration().then(found => found.update())")
    expect(notice(page, "update")).to_contain_text("有新版本")
    before = page.evaluate("() => caches.keys()")
    with page.expect_navigation():
        notice(page, "update").locator("button").click()
    line(page).to_have_text("还有 2 条在本机")
    expect(notice(page, "update")).to_have_count(0)
    assert len(before) == len(page.evaluate("() => caches.keys()")) + 1
    mend(page)
    line(page).to_contain_text("已全部上报")


def test_nothing_of_anybody_lies_in_the_workers_caches(leader: Page) -> None:
    account = json.loads(leader.locator("meta[name=sanshi-account]").get_attribute("content") or "")
    kept = "".join(leader.evaluate(TEXTS_OF_CACHES))
    assert "<html" in kept
    assert not [text for text in (account["id"], account["name"], account["unit"]["id"]) if text in kept]


def test_a_session_that_ended_stops_nobody(leader: Page, shared_server: Server, sign_in: SignIn) -> None:
    leader.context.clear_cookies(name="sanshi")
    note(leader, shared_server)
    line(leader).to_have_text("还有 1 条在本机")
    expect(notice(leader, "signin")).to_contain_text("登录已过期")
    notice(leader, "signin").locator("a").click()
    leader.fill("input[name=login]", "leader")
    leader.fill("input[name=password]", "sanshi-demo")
    leader.press("input[name=password]", "Enter")
    line(leader).to_contain_text("已全部上报")
    expect(notice(leader, "signin")).to_have_count(0)


def test_records_are_never_sent_for_somebody_else(leader: Page, shared_server: Server, sign_in: SignIn) -> None:
    cut(leader)
    note(leader, shared_server)
    leader.context.clear_cookies(name="sanshi")
    other = leader.context.new_page()
    sign_in(other, shared_server, "leader2")
    leader.context.unroute("**/sync/*")
    leader.reload()
    line(other).to_contain_text("已全部上报")
    expect(other.locator(".top [data-slot=unit]")).to_have_text("第二小组")
    other.close()
    leader.context.clear_cookies(name="sanshi")
    sign_in(leader, shared_server, "leader")
    expect(leader.locator(".top [data-slot=unit]")).to_have_text("第一小组")
    line(leader).to_contain_text("已全部上报")
    expect(leader.locator("li.entry[data-kind=birth]").first).to_be_visible()


def test_a_database_that_was_thrown_away_is_said(leader: Page, shared_server: Server) -> None:
    cut(leader)
    note(leader, shared_server)
    line(leader).to_have_text("还有 1 条在本机")
    leader.goto(f"{shared_server.url}/about")
    leader.evaluate(FORGET_EVERYTHING)
    leader.context.unroute("**/sync/*")
    leader.goto(f"{shared_server.url}/app")
    expect(notice(leader, "wiped")).to_contain_text("还有 1 条没有上报")
    notice(leader, "wiped").locator("button").click()
    expect(notice(leader, "wiped")).to_have_count(0)
    leader.reload()
    line(leader).to_contain_text("已全部上报")
    expect(notice(leader, "wiped")).to_have_count(0)


def test_two_tabs_say_the_same(leader: Page, shared_server: Server) -> None:
    second = leader.context.new_page()
    second.goto(f"{shared_server.url}/app")
    cut(leader)
    note(leader, shared_server)
    line(second).to_have_text("还有 1 条在本机")
    leader.context.unroute("**/sync/*")
    second.reload()
    line(leader).to_contain_text("已全部上报")


def test_a_full_disk_keeps_the_form_open(leader: Page, shared_server: Server) -> None:
    leader.goto(f"{shared_server.url}/app/events/new")
    leader.locator("label:has(input[name=kind][value=move_in])").click()
    leader.evaluate(FILL_THE_DISK)
    leader.locator("form[data-record] button[type=submit]:not([name])").click()
    expect(leader.locator("main")).to_contain_text("手机存满了")
    expect(leader.locator("input[name=kind][value=move_in]")).to_be_checked()


def test_without_a_database_forms_post(new_context: NewContext, shared_server: Server, sign_in: SignIn) -> None:
    context = new_context()
    context.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    page = context.new_page()
    sign_in(page, shared_server, "leader")
    for _ in range(2):  # the second time there is a worker
        note(page, shared_server)
        expect(page.locator("main")).to_contain_text("已记下，也已上报")
        expect(notice(page, "store")).to_be_visible()


def test_without_a_worker_all_works(new_context: NewContext, shared_server: Server, sign_in: SignIn) -> None:
    page = new_context(service_workers="block").new_page()
    sign_in(page, shared_server, "leader")
    note(page, shared_server)
    line(page).to_contain_text("已全部上报")
    page.locator("button[data-looks][name=size]").click()
    expect(page.locator("html")).to_have_class("large")
    expect(page.locator("button[data-looks][name=size]")).to_contain_text("标准版")


def test_looks_change_without_a_network_too(leader: Page, shared_server: Server) -> None:
    leader.context.set_offline(True)
    leader.locator("button[data-looks][name=size]").click()
    expect(leader.locator("html")).to_have_class("large")
    leader.goto(f"{shared_server.url}/app/events/new")
    expect(leader.locator("html")).to_have_class("large")
    leader.locator("button[data-looks][name=size]").click()
    expect(leader.locator("html")).not_to_have_class("large")


def test_signing_out_without_a_network_hides_at_once(leader: Page, shared_server: Server) -> None:
    leader.context.set_offline(True)
    note(leader, shared_server)
    leader.goto(f"{shared_server.url}/app/me")
    leader.locator("form[action='/sign-out'] button").click()
    leader.wait_for_url("**/sign-in")
    leader.goto(f"{shared_server.url}/app")
    expect(notice(leader, "signin")).to_contain_text("请先登录")
    assert leader.locator("li.entry").count() == 0
    leader.context.set_offline(False)
    leader.goto(f"{shared_server.url}/app")
    leader.wait_for_url(re.compile(r"/sign-in"))
