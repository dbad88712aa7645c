"""What the phone promises, in a real browser: thrown-away databases, old browsers, two tabs, two people."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, LocatorAssertions, Page, expect

from tests.browser.locks import let_time_pass, lock_screen
from tests.browser.pin import asks_each_time, enter_pin
from tests.support.server import Server

SignIn = Callable[[Page, Server, str], None]
NewContext = Callable[..., BrowserContext]

CONTROLLED = "() => Boolean(navigator.serviceWorker.controller)"
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


def sign_in_again(page: Page) -> None:
    """Go from the screen before the pages to the sign-in, and give the password there."""
    lock_screen(page, "signin").get_by_role("button").click()
    page.wait_for_url("**/sign-in?**")
    give_password(page)


def give_password(page: Page) -> None:
    """Fill in the sign-in."""
    page.fill("input[name=login]", "leader")
    page.fill("input[name=password]", "sanshi-demo")
    page.press("input[name=password]", "Enter")


def cut(page: Page) -> None:
    """Let nothing through to the server's sync, whatever else works."""
    page.context.route("**/sync/*", lambda route: route.abort())


def mend(page: Page) -> None:
    """Let everything through again, and have the page try."""
    page.context.unroute("**/sync/*")
    page.reload()


def test_a_session_that_ended_stops_nobody(leader: Page, shared_server: Server, sign_in: SignIn) -> None:
    leader.context.clear_cookies(name="sanshi")
    note(leader, shared_server)
    line(leader).to_have_text("还有 1 条在本机")
    expect(notice(leader, "signin")).to_contain_text("登录已过期")
    notice(leader, "signin").locator("a").click()
    give_password(leader)
    enter_pin(leader)
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
    let_time_pass(shared_server)
    leader.goto(f"{shared_server.url}/app")
    expect(lock_screen(leader, "signin")).to_contain_text("浏览器清除过本机的数据")
    expect(lock_screen(leader, "new")).to_be_hidden()
    sign_in_again(leader)
    expect(lock_screen(leader, "new")).to_be_visible()
    enter_pin(leader)
    expect(notice(leader, "wiped")).to_contain_text("还有 1 条没有上报")
    notice(leader, "wiped").locator("button").click()
    expect(notice(leader, "wiped")).to_have_count(0)
    leader.reload()
    line(leader).to_contain_text("已全部上报")
    expect(notice(leader, "wiped")).to_have_count(0)


def test_it_is_said_too_where_nothing_of_the_scripts_is_left(leader: Page, shared_server: Server) -> None:
    """As Safari does: the databases, the storage, and after a week what scripts put into cookies."""
    note(leader, shared_server)
    line(leader).to_contain_text("已全部上报")
    leader.goto(f"{shared_server.url}/about")
    leader.evaluate(FORGET_EVERYTHING)
    leader.evaluate("() => localStorage.clear()")
    leader.context.clear_cookies(name=re.compile("^phone-"))
    let_time_pass(shared_server)
    leader.goto(f"{shared_server.url}/app")
    sign_in_again(leader)
    enter_pin(leader)
    expect(notice(leader, "wiped")).to_contain_text("有没有没上报的已经查不到")
    expect(notice(leader, "wiped")).to_contain_text("服务器已收到这部手机 1 条")


def test_two_tabs_say_the_same(leader: Page, shared_server: Server) -> None:
    second = leader.context.new_page()
    second.goto(f"{shared_server.url}/app")
    cut(leader)
    note(leader, shared_server)
    line(second).to_have_text("还有 1 条在本机")
    leader.context.unroute("**/sync/*")
    second.reload()
    line(leader).to_contain_text("已全部上报")


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
    asks_each_time(page)
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
    later = leader.context.new_page()  # the one before may be loading itself anew this very moment
    later.goto(f"{shared_server.url}/app")
    later.wait_for_url(re.compile(r"/sign-in"))
