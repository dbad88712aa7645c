"""Nothing that was noted gets lost or doubled, whatever dies, ends or is refused on the way."""

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import BrowserContext, Page, Playwright, Route, expect

from tests.browser import books
from tests.browser.leader import ALL_SENT, Leader, day, on_the_phone, until
from tests.browser.network import answer, cut, lose_the_answer, mend, pushed
from tests.browser.office import revoke_all
from tests.builders import PASSWORD
from tests.support.chromium import Chromium
from tests.support.server import Server

NewContext = Callable[..., BrowserContext]


def all_arrived(server: Server, *notes: str) -> None:
    """Check that each entry is in the database once, with one receipt."""
    for note in notes:
        found = books.noted(server, note)
        assert [(row["version"], len(row["receipts"])) for row in found] == [(1, 1)], note


def test_the_browser_is_killed_as_soon_as_it_says_saved(
    mortal_chromium: Chromium, playwright: Playwright, server: Server
):

    def start() -> Leader:
        return Leader(mortal_chromium.start(playwright).contexts[0].new_page(), server)

    leader = start()
    leader.sign_in()
    leader.is_ready_offline()
    mortal_chromium.quit()  # she signed in some days ago: the browser had time to write the session down
    server.stop()
    leader = start()
    leader.open()
    leader.unlock()
    for number in range(3):
        leader.note("出生", note=f"断电{number}")
        mortal_chromium.kill()
        leader = start()
        leader.open()
        leader.unlock()
        leader.sync_line(on_the_phone(number + 1))
        expect(leader.marked("待同步")).to_have_count(number + 1)
    server.start()
    leader.send_now()
    leader.sync_line(ALL_SENT)
    all_arrived(server, "断电0", "断电1", "断电2")


def test_the_server_is_killed_before_a_push_and_between_commit_and_answer(tab: Page, server: Server):
    leader = Leader(tab, server)
    leader.sign_in()
    leader.is_ready_offline()
    server.kill()
    leader.note("出生", note="停了以后")
    leader.note("死亡", note="还没回来")
    leader.sync_line(on_the_phone(2))
    lost = lose_the_answer(leader.context, server, kill=True)
    server.start()
    leader.send_now()
    until(tab, lambda: lost, bool)
    leader.sync_line(on_the_phone(2))
    mend(leader.context)
    before = [books.noted(server, note)[0]["receipts"] for note in ("停了以后", "还没回来")]
    server.start()
    leader.send_now()
    leader.sync_line(ALL_SENT)
    all_arrived(server, "停了以后", "还没回来")
    assert lost == [200]
    leader.press("本机记录")
    for (number,) in before:
        leader.sees(number)  # the first receipt is the one that the phone shows


def test_a_phone_that_is_signed_out_by_the_office_in_the_middle_of_a_queue(tab: Page, server: Server):
    leader = Leader(tab, server)
    leader.sign_in()
    leader.go_offline()
    notes = [f"中途{number}" for number in range(4)]
    for note in notes:
        leader.note("出生", note=note)
    passed: list[int] = []

    def two_at_a_time(route: Route, count: int) -> None:
        if count > 2:
            route.fulfill(status=413, body="")
            return
        if passed:
            revoke_all(server, "leader", days_ago=31)  # so long ago that nothing more is taken from it
        passed.append(count)
        route.continue_()

    answer(leader.context, two_at_a_time)
    leader.go_online()
    leader.sees("这部手机已经被退出登录，资料锁着。")
    leader.sees("没有上报的 2 条都在")
    assert passed[:2] == [2, 2]
    mend(leader.context)
    leader.press("去登录")
    tab.wait_for_url("**/sign-in**")
    expect(leader.page.locator("main [name=login]")).to_be_visible()
    leader.fill(login="leader", password=PASSWORD)
    leader.press("登录")
    leader.unlock()
    leader.sync_line(ALL_SENT)
    all_arrived(server, *notes)


def test_somebody_else_signs_in_on_the_same_phone(tab: Page, server: Server):
    leader = Leader(tab, server)
    leader.sign_in()
    leader.go_offline()
    leader.note("出生", note="吴的一笔")
    leader.press("我的")
    leader.press("退出登录")
    tab.wait_for_url("**/sign-in*")
    leader.go_online()
    leader.sign_in("leader2")
    leader.sees("第二小组")
    expect(leader.marked("待同步")).to_have_count(0)
    leader.press("本机记录")
    leader.sees("没有要处理的，也没有等着上报的。")
    leader.open()
    leader.note("死亡", note="周的一笔")
    leader.sync_line(ALL_SENT)
    assert books.noted(server, "吴的一笔") == []
    leader.press("我的")
    leader.press("退出登录")
    tab.wait_for_url("**/sign-in*")
    leader.sign_in()
    leader.sees("第一小组")
    all_arrived(server, "吴的一笔", "周的一笔")
    authors = [books.noted(server, note)[0]["author"] for note in ("吴的一笔", "周的一笔")]
    assert authors == ["leader", "leader2"]


def test_one_of_a_batch_is_refused(new_context: NewContext, server: Server):
    """A phone whose clock was put forward while it had no network takes the day after tomorrow for today."""
    tab = new_context().new_page()
    leader = Leader(tab, server)
    leader.sign_in()
    leader.go_offline()
    leader.note("出生", note="好的一")
    tab.clock.set_system_time(books.now() + timedelta(days=2))
    leader.open()
    leader.unlock()  # nobody has touched it for two days
    leader.note("死亡", note="日期不对")
    leader.open("/app/events/new")
    leader.has_started()
    leader.choose("出生")
    leader.fill(date=day(0), note="好的二")
    leader.press("保存")
    leader.sync_line(on_the_phone(3))
    leader.go_online()
    leader.sync_line("有 1 条需要你处理")
    all_arrived(server, "好的一", "好的二")
    assert books.noted(server, "日期不对") == []
    leader.press("去处理")
    leader.sees(f"日期不能晚于今天（{day(0)}）。")
    leader.press("去修改")
    leader.sentence_at("date", "日期不能晚于今天")
    leader.holds(note="日期不对", date=day(-2))
    leader.fill(date=day(0))
    leader.press("保存")
    leader.sync_line(ALL_SENT)
    all_arrived(server, "日期不对")
    assert books.noted(server, "日期不对")[0]["date"] == day(0)


def test_two_tabs_send_once(tab: Page, server: Server):
    leader = Leader(tab, server)
    leader.sign_in()
    leader.is_ready_offline()
    second = Leader(leader.context.new_page(), server)
    second.open()
    tab.bring_to_front()
    cut(leader.context)
    notes = [f"两页{number}" for number in range(3)]
    for note in notes:
        leader.note("出生", note=note)
    second.sync_line(on_the_phone(3))
    sent = pushed(leader.context)
    mend(leader.context)
    leader.context.set_offline(True)
    leader.context.set_offline(False)  # both tabs hear of it
    leader.sync_line(ALL_SENT)
    second.sync_line(ALL_SENT)
    assert sorted(map(len, sent)) == [3]
    all_arrived(server, *notes)
