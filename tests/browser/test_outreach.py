"""Work for everybody: noted on a plain page, counted in the report by the phone alone, and seen where it comes from."""

import json
from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.browser import books
from tests.browser.conftest import PHONE
from tests.browser.leader import ALL_SENT, Leader
from tests.support.checks import axe_problems
from tests.support.server import Server

MEASURE = "notices_delivered"


def test_what_was_noted_is_in_the_report_without_a_network(
    new_context: Callable[..., BrowserContext], server: Server, shot: Callable
) -> None:
    leader = Leader(new_context(viewport=PHONE).new_page(), server)
    leader.sign_in()
    leader.open("/app/outreach")
    leader.tap(leader.page.get_by_role("link", name="通知送达").first)
    leader.fill(title="免费体检通知", households="25")
    shot(leader.page, "notice")
    assert not axe_problems(leader.page)
    leader.press("保存")
    leader.sees("记好了。")
    shot(leader.page, "list")
    assert not axe_problems(leader.page)
    leader.open()
    leader.sync_line(ALL_SENT)
    leader.go_offline()
    leader.press("核对并上报")
    row = leader.page.locator(f"[data-key='worked:{MEASURE}']")
    expect(row.locator("[data-slot=value]")).to_have_text("25")
    row.locator("summary").click()
    expect(row.locator("[data-slot=origin]")).to_contain_text("宣传和服务的记录")
    expect(row.locator("[data-list=source] a")).to_contain_text("免费体检通知 · 25")
    shot(leader.page, "report")
    leader.press("确认上报")
    leader.page.wait_for_url("**/app/slip/*")
    leader.go_online()
    leader.sync_line(ALL_SENT)
    (version,) = books.report_of(server, "leader")
    assert json.loads(version["values"])[MEASURE] == json.loads(version["computed"])[MEASURE] == 25
