"""The session of a phone is no way around its vault: who has it but not its PIN is shown nothing by the server."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import books
from tests.browser.leader import ALL_SENT, Leader, until
from tests.browser.locks import close_and_open, contents, end_sessions, lock_screen
from tests.browser.pin import enter_pin
from tests.builders import PASSWORD
from tests.support.server import Server

PAGES = ("/app/households", "/app/cards", "/app/round/list", "/app/me")


@pytest.fixture
def leader(tab: Page, server: Server) -> Leader:
    """Return the leader at a phone of which the server knows the vault."""
    person = Leader(tab, server)
    person.sign_in()
    person.is_ready_offline()
    until(tab, lambda: proofs(tab), bool)
    return person


def proofs(page: Page) -> list[object]:
    """Return the cookies that say that the vault is open."""
    return [cookie for cookie in page.context.cookies() if cookie["name"] == "sanshi-open"]


def lock(leader: Leader) -> None:
    """Lock the phone by hand."""
    leader.open("/app/me")
    leader.has_started()
    leader.press("现在锁上")
    expect(lock_screen(leader.page)).to_be_visible()
    until(leader.page, lambda: proofs(leader.page), lambda found: not found)


def source(leader: Leader, path: str) -> str:
    """Return what the server sends for an address that was typed in, whatever scripts make of it."""
    return leader.context.request.get(f"{leader.url}{path}", fail_on_status_code=False).text()


def test_a_locked_phone_is_shown_no_page_and_no_data(leader: Leader):
    person = leader.page.locator(".top [data-slot=unit]").inner_text()
    assert person in source(leader, "/app/households")
    assert source(leader, "/sync/pull").startswith('{"error":{"code":"closed"'), "not even while it is open"
    lock(leader)
    for path in PAGES:
        assert person not in source(leader, path)
        leader.open(path)
        expect(lock_screen(leader.page)).to_be_visible()
        expect(leader.page.locator("main")).to_be_hidden()
        assert person not in leader.page.content()
    assert source(leader, "/sync/pull").startswith('{"error":{"code":"closed"')
    leader.open("/app/households")
    leader.unlock()
    leader.page.wait_for_function("() => document.body && document.body.dataset.page !== 'closed'")
    expect(leader.page.locator("main h1")).to_be_visible()
    assert leader.page.url.endswith("/app/households")
    leader.open()
    leader.sync_line(ALL_SENT)


def test_a_session_left_without_a_network_shows_nothing_either(leader: Leader):
    lock(leader)
    leader.context.set_offline(True)
    leader.open()
    leader.unlock()
    leader.open("/app/me")
    leader.has_started()
    leader.press("退出登录")
    leader.page.wait_for_url("**/sign-in**")
    leader.context.set_offline(False)
    assert source(leader, "/sync/pull").startswith('{"error"')


def test_a_start_of_the_app_proves_the_vault_open_again(leader: Leader):
    leader.context.clear_cookies(name="sanshi-open")
    close_and_open(leader)
    leader.unlock()
    leader.open("/app/households")
    leader.page.wait_for_function("() => document.body && document.body.dataset.page !== 'closed'")
    expect(leader.page.locator("#vault")).to_have_count(0)


def test_a_locked_phone_hears_that_it_was_signed_out_and_lets_its_copy_go(leader: Leader, server: Server):
    leader.context.set_offline(True)
    leader.open()
    leader.note("出生", note="锁着被退出")
    close_and_open(leader)
    end_sessions(server, days_ago=31)  # so long ago that nothing more is taken from it
    leader.context.set_offline(False)
    leader.open()
    expect(lock_screen(leader.page, "signin")).to_contain_text("已经被退出登录")
    found = contents(leader.page)
    assert (found["mirror"], found["index"], found["records"]) == (0, 0, 1)
    lock_screen(leader.page, "signin").get_by_role("button").click()
    expect(leader.page.locator("main [name=login]")).to_be_visible()
    leader.fill(login="leader", password=PASSWORD)
    leader.press("登录")
    leader.page.wait_for_url("**/app")
    leader.unlock()
    leader.sync_line(ALL_SENT)
    assert len(books.noted(server, "锁着被退出")) == 1
    expect(leader.entries().first).to_be_visible()


def test_a_locked_phone_with_nothing_to_send_hears_it_too(leader: Leader, server: Server):
    lock(leader)
    end_sessions(server)
    leader.open()
    expect(lock_screen(leader.page, "signin")).to_contain_text("已经被退出登录")
    assert contents(leader.page)["mirror"] == 0


def test_without_script_the_cover_says_how_to_go_on(leader: Leader, server: Server, new_context):
    lock(leader)
    other = new_context(java_script_enabled=False)
    other.add_cookies(leader.context.cookies())
    page = other.new_page()
    page.goto(f"{server.url}/app/households")
    expect(page.locator("main")).to_contain_text("请打开 JavaScript，或者退出登录后重新登录")
    page.get_by_role("button", name="退出登录").click()
    expect(page.locator("main [name=login]")).to_be_visible()


def test_a_vault_that_was_thrown_away_and_chosen_anew_is_believed(leader: Leader):
    page = leader.page
    page.goto(f"{leader.url}/about")
    page.evaluate(
        """async () => {
            const found = await indexedDB.databases();
            await Promise.all(found.map(({name}) => new Promise(done => {
                indexedDB.deleteDatabase(name).onsuccess = done;
            })));
        }"""
    )
    page.context.clear_cookies(name="sanshi-open")
    page.goto(f"{leader.url}/app")
    enter_pin(page)
    leader.sync_line(ALL_SENT)
    assert proofs(page)
