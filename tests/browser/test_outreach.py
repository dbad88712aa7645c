"""Work for everybody: noted on a plain page, counted in the report by the phone alone, and seen where it comes from."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as Late

from tests.browser import books
from tests.browser.conftest import PHONE
from tests.browser.leader import ALL_SENT, Leader
from tests.support.checks import axe_problems
from tests.support.server import Server

MEASURE = "notices_delivered"


def change_size(page: Page) -> None:
    """Change between usual and large letters, and see that the page was not loaded anew for it."""
    page.get_by_role("button", name=re.compile("长辈版|标准版")).click()
    with pytest.raises(Late):
        page.wait_for_event("framenavigated", timeout=1000)


def test_what_was_noted_is_in_the_report_without_a_network(
    new_context: Callable[..., BrowserContext], server: Server, shot: Callable
) -> None:
    leader = Leader(new_context(viewport=PHONE).new_page(), server)
    leader.sign_in()
    leader.open("/app/outreach")
    leader.tap(leader.page.get_by_role("link", name="通知送达").first)
    leader.page.wait_for_url("**/app/outreach/new/**")
    leader.fill(title="免费体检通知", households="25")
    change_size(leader.page)
    change_size(leader.page)
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
