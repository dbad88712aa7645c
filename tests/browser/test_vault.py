"""The vault of a phone in a real browser: who has the phone but not its PIN learns nothing, and nothing is lost."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import books
from tests.browser.leader import ALL_SENT, Leader, until
from tests.browser.locks import close_and_open, contents, lock_screen, try_pin
from tests.browser.pin import PIN, enter_pin
from tests.builders import PASSWORD
from tests.support.server import Server
from webapp.core import clock

NewContext = Callable[..., BrowserContext]

OTHER_PIN = "481516"
IDLE = 5 * 60_000 + 1
COUNT_FRAMES = """() => {
    window.drawn = window.drawnWhileBusy = 0;
    const tick = () => {
        window.drawn += 1;
        if (document.querySelector("#vault [aria-busy]")) window.drawnWhileBusy += 1;
        requestAnimationFrame(tick);
    };
    tick();
}"""


@pytest.fixture
def leader(tab: Page, server: Server) -> Leader:
    """Return the leader at a phone that can do without a network."""
    person = Leader(tab, server)
    person.sign_in()
    person.is_ready_offline()
    return person


def test_a_new_phone_asks_for_a_pin_that_is_not_easily_guessed(tab: Page, server: Server):
    Leader(tab, server).open("/sign-in?next=/app")
    tab.fill("[name=login]", "leader")
    tab.fill("[name=password]", PASSWORD)
    tab.keyboard.press("Enter")
    form = lock_screen(tab, "new")
    expect(form).to_be_visible()
    expect(tab.locator("main")).to_be_hidden()
    first, again = form.locator("input").all()
    for typed, repeated, sentence in (
        ("12345", "12345", "太短了"), ("123456", "123456", "太容易猜"), (PIN, OTHER_PIN, "两次不一样"),
    ):  # fmt: skip
        first.fill(typed)
        again.fill(repeated)
        tab.keyboard.press("Enter")
        expect(form.get_by_role("alert")).to_contain_text(sentence)
        expect(first).to_be_focused()
    form.get_by_role("button", name="用字母和数字").click()
    for field in (first, again):
        expect(field).to_have_attribute("inputmode", "text")
        field.fill("我家门前有棵树")
    tab.keyboard.press("Enter")
    expect(tab.locator("main")).to_be_visible()


def test_pages_follow_each_other_without_asking_and_a_start_asks(leader: Leader):
    for path in ("/app/events/new", "/app/outbox", "/app/me", "/app"):
        leader.open(path)
        leader.has_started()
        expect(leader.page.locator("#vault")).to_have_count(0)
    leader.page.reload()
    leader.has_started()
    leader.go_offline()
    close_and_open(leader)
    expect(leader.page.locator("main")).to_be_hidden()
    expect(leader.page.get_by_role("navigation")).to_be_hidden()
    leader.unlock()
    leader.sync_line(re.compile("上报"))


def test_wrong_pins_have_to_wait_and_ten_erase_the_copy_but_not_what_waits(leader: Leader, server: Server):
    page = leader.page
    page.clock.install()
    leader.go_offline()
    leader.note("出生", note="锁着也要送到")
    close_and_open(leader)
    for left in range(9, -1, -1):
        page.clock.fast_forward(16 * 60_000)
        try_pin(page, "000001")
        if left:
            expect(lock_screen(page).get_by_role("alert")).to_contain_text(
                f"还可以试 {left} 次" if left > 7 else re.compile("请等 .+再试")
            )
            expect(lock_screen(page).locator("input")).to_be_enabled()
    expect(lock_screen(page, "signin")).to_contain_text("没有上报的 1 条都在")
    leader.open()
    expect(lock_screen(page, "signin")).to_be_visible()
    assert contents(page) == {"mirror": 0, "drafts": 0, "index": 0, "records": 1}
    leader.go_online()
    lock_screen(page, "signin").get_by_role("button").click()
    expect(leader.page.locator("main [name=login]")).to_be_visible()
    leader.fill(login="leader", password=PASSWORD)
    leader.press("登录")
    page.wait_for_url("**/app")
    enter_pin(page, OTHER_PIN)
    leader.sync_line(ALL_SENT)
    assert len(books.noted(server, "锁着也要送到")) == 1
    expect(leader.entries().first).to_be_visible()


def test_what_waits_is_sent_while_nobody_opens_the_vault(leader: Leader, server: Server):
    leader.go_offline()
    leader.note("出生", note="没人解锁")
    close_and_open(leader)
    leader.go_online()
    until(leader.page, lambda: books.noted(server, "没人解锁"), bool)
    expect(lock_screen(leader.page)).to_be_visible()
    leader.unlock()
    leader.sync_line(ALL_SENT)
    assert len(books.noted(server, "没人解锁")) == 1


def test_after_five_minutes_without_a_touch_it_locks_and_what_was_typed_comes_back(leader: Leader):
    page = leader.page
    page.clock.install()
    leader.open("/app/events/new")
    leader.has_started()
    leader.choose("流入")
    leader.fill(persons="3", note="打了一半")
    page.clock.fast_forward(IDLE)
    expect(lock_screen(page)).to_be_visible()
    expect(page.locator("main")).to_be_hidden()
    assert "打了一半" not in page.content()
    leader.unlock()
    leader.holds(kind="move_in", persons="3", note="打了一半")


def test_a_touch_puts_it_off(leader: Leader):
    page = leader.page
    page.clock.install()
    leader.open("/app/events/new")
    leader.has_started()
    for _ in range(3):
        page.clock.fast_forward(IDLE - 60_000)
        leader.choose("流入")
    expect(page.locator("main")).to_be_visible()


def test_without_a_worker_what_is_typed_stays_under_the_lock(new_context: NewContext, server: Server):
    page = new_context(service_workers="block").new_page()
    leader = Leader(page, server)
    leader.sign_in()
    page.clock.install()
    leader.open("/app/events/new")
    leader.unlock()
    leader.has_started()
    leader.choose("流入")
    leader.fill(persons="3")
    page.context.set_offline(True)
    page.clock.fast_forward(IDLE)
    leader.unlock()
    leader.holds(kind="move_in", persons="3")
    leader.press("保存")
    leader.sees("已存本机")


def test_a_forgotten_pin_needs_a_network_and_then_a_sign_in(leader: Leader, server: Server):
    page = leader.page
    leader.go_offline()
    leader.note("出生", note="忘了密码")
    close_and_open(leader)
    leader.press("忘了本机密码")
    leader.press("去登录")
    expect(lock_screen(page, "forgot").get_by_role("alert")).to_contain_text("现在没有网络")
    leader.press("返回")
    leader.press("忘了本机密码")
    leader.page.context.route("**/sync/*", lambda route: route.abort())
    leader.go_online()
    leader.press("去登录")
    page.wait_for_url("**/sign-in?**")
    expect(leader.page.locator("main [name=login]")).to_be_visible()
    leader.fill(login="leader", password=PASSWORD)
    leader.press("登录")
    page.wait_for_url("**/app")
    leader.page.context.unroute("**/sync/*")
    enter_pin(page, OTHER_PIN)
    leader.sync_line(ALL_SENT)
    assert len(books.noted(server, "忘了密码")) == 1


def test_two_people_share_a_phone_and_not_a_vault(leader: Leader, server: Server):
    page = leader.page
    leader.note("出生", note="第一个人的")
    leader.open("/app/me")
    leader.has_started()
    leader.press("退出登录")
    page.wait_for_url("**/sign-in**")
    leader.fill(login="leader2", password=PASSWORD)
    leader.press("登录")
    expect(lock_screen(page, "new")).to_be_visible()
    enter_pin(page, OTHER_PIN)
    leader.open("/app/me")
    leader.has_started()
    leader.press("退出登录")
    page.wait_for_url("**/sign-in**")
    expect(leader.page.locator("main [name=login]")).to_be_visible()
    leader.fill(login="leader", password=PASSWORD)
    leader.press("登录")
    expect(lock_screen(page)).to_be_visible()
    try_pin(page, OTHER_PIN)
    expect(lock_screen(page).get_by_role("alert")).to_contain_text("密码不对")
    leader.unlock()
    leader.sync_line(ALL_SENT)


def test_leaving_and_locking_close_all_tabs(leader: Leader):
    second = leader.context.new_page()
    second.goto(f"{leader.url}/app")
    expect(second.locator("[data-sync-line]")).not_to_be_empty()
    leader.open("/app/me")
    leader.has_started()
    leader.press("现在锁上")
    expect(lock_screen(leader.page)).to_be_visible()
    expect(lock_screen(second)).to_be_visible()
    enter_pin(second)
    leader.unlock()
    leader.press("退出登录")
    leader.page.wait_for_url("**/sign-in**")
    expect(second.locator("main")).not_to_contain_text("第一小组")


def test_a_pin_is_changed_and_nothing_else(leader: Leader):
    page = leader.page
    leader.open("/app/me")
    leader.has_started()
    leader.unfold("改本机密码")
    for old, sentence in (("000001", "密码不对"), (PIN, "改好了")):
        for name, text in (("old", old), ("new", OTHER_PIN), ("again", OTHER_PIN)):
            page.fill(f"#pin-{name}", text)
        page.keyboard.press("Enter")
        expect(page.locator("form[data-pin]")).to_contain_text(sentence)
    close_and_open(leader)
    try_pin(page, PIN)
    expect(lock_screen(page).get_by_role("alert")).to_contain_text("密码不对")
    leader.unlock(OTHER_PIN)
    expect(leader.entries().first).to_be_visible()


def test_a_phone_that_was_signed_out_from_elsewhere_locks_and_keeps_what_waits(
    leader: Leader, new_context: NewContext, server: Server
):
    page = leader.page
    leader.go_offline()
    leader.note("出生", note="丢了的手机")
    other = Leader(new_context().new_page(), server)
    other.sign_in()
    other.open("/app/me")
    other.has_started()
    rows = other.page.locator("#devices ~ ul li, li.entry").filter(has_not_text="就是现在这台")
    row = rows.filter(has_text="最近联系").first
    row.locator("summary").click()
    row.get_by_role("button", name="让这台设备退出登录").click()
    other.sees("那台设备已经退出登录")
    leader.go_online()
    expect(lock_screen(page, "signin")).to_contain_text("已经被退出登录")
    expect(lock_screen(page, "signin")).to_contain_text("已全部上报")
    lock_screen(page, "signin").get_by_role("button").click()
    expect(leader.page.locator("main [name=login]")).to_be_visible()
    leader.fill(login="leader", password=PASSWORD)
    leader.press("登录")
    page.wait_for_url("**/app")
    leader.unlock()
    leader.sync_line(ALL_SENT)
    assert books.noted(server, "丢了的手机") == []  # nobody can tell who had the phone
    page.get_by_role("link", name="待核对的记录").click()
    page.get_by_role("button", name="收下", exact=True).click()
    until(page, lambda: len(books.noted(server, "丢了的手机")), lambda number: number == 1)


def test_after_thirty_days_without_contact_the_copy_is_gone(leader: Leader):
    page = leader.page
    leader.rests()
    page.clock.install(time=clock.now() + timedelta(days=31))
    leader.go_offline()
    close_and_open(leader)
    assert contents(page)["mirror"] == 0
    leader.sees("超过 30 天没有联系上")
    leader.unlock()
    leader.go_online()
    leader.sync_line(ALL_SENT)
    until(page, lambda: contents(page)["mirror"], bool)


def test_the_screen_goes_on_while_the_key_is_derived(leader: Leader):
    """The derivation is asynchronous: frames are drawn and the button says that it works."""
    close_and_open(leader)
    leader.page.evaluate(COUNT_FRAMES)
    leader.unlock()
    assert leader.page.evaluate("() => window.drawnWhileBusy") > 1
