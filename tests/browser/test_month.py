"""The month, end to end: noted and confirmed without a network, proved, accepted, and seen on the phone again."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect

from tests.browser import books
from tests.browser.conftest import PATIENCE, PHONE
from tests.browser.leader import ALL_SENT, Leader, day, on_the_phone, this_month
from tests.support.server import Server
from tests.support.sources import ROOT

DESK = {"width": 1280, "height": 800}
FIVE = (
    ("出生", {"persons": "1"}),
    ("死亡", {"persons": "1", "date": day(0)}),
    ("流入", {"persons": "3", "households": "1", "place": "温州市"}),
    ("流出", {"persons": "2", "households": "0", "region": "310000"}),
    ("服务", {"service": "走访慰问"}),
)
FEW_TAPS = 3


@pytest.fixture
def pocket(playwright: Playwright, chromium_path: str, tmp_path: Path) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that opens the one browser of a phone, again and again, on the same profile."""
    opened: list[BrowserContext] = []

    def take_out(*, offline: bool = False) -> BrowserContext:
        context = playwright.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=chromium_path, args=["--no-sandbox"], viewport=PHONE,
            locale="zh-CN", timezone_id="Asia/Shanghai", offline=offline,
        )  # fmt: skip
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield take_out
    for context in opened:
        context.close()


def test_from_a_phone_without_network_to_the_board_and_back(
    pocket: Callable[..., BrowserContext], new_context: Callable[..., BrowserContext], server: Server,
    sign_in: Callable, shot: Callable,
):  # fmt: skip
    phone = pocket()
    code = month_without_network(Leader(phone.pages[0], server), shot)
    phone.close()
    phone = pocket(offline=True)
    leader = Leader(phone.pages[0], server)
    still_there(leader, code)
    number = sent_and_proved(leader, code, shot)
    receipt_is_public(new_context().new_page(), server, number, code)
    accepted(new_context(viewport=DESK).new_page(), server, sign_in)
    leader.open()
    leader.state("已接收")
    (version,) = books.report_of(server, "leader")
    assert (version["state"], version["nil"], books.receipts(server, version["report_id"])) == ("accepted", 0, [number])


def month_without_network(leader: Leader, shot: Callable) -> str:
    """Note five entries and confirm the month without a network; return the short code of the slip."""
    leader.sign_in()
    before = leader.entries().count()
    leader.go_offline()
    for n, (kind, fields) in enumerate(FIVE, start=1):
        leader.note(kind, **fields)
        leader.sync_line(on_the_phone(n))
        expect(leader.entries()).to_have_count(before + n)
    shot(leader.page, "noted")
    leader.taps = 0
    leader.confirm()
    assert leader.taps <= FEW_TAPS, "five entries are confirmed in a few seconds: no number had to be touched"
    leader.state("已存本机")
    shot(leader.page, "slip-waiting")
    return leader.slot("code")


def still_there(leader: Leader, code: str) -> None:
    """See everything again after the browser was closed, still without a network."""
    leader.open()
    leader.unlock()
    leader.sync_line(on_the_phone(6))
    expect(leader.page).to_have_title(f"{leader.page.locator('h1').inner_text()} · 三十")
    for kind, _ in FIVE:
        expect(leader.marked("待同步").filter(has_text=kind)).to_have_count(1)
    leader.state("已存本机")
    leader.press("看凭条和回执")
    assert leader.slot("code") == code


def sent_and_proved(leader: Leader, code: str, shot: Callable) -> str:
    """Come into the network with the slip open; return the number of the receipt that appears on it."""
    leader.go_online()
    leader.sync_line(ALL_SENT)
    leader.state("已上报")
    leader.sees("已上报，社区收到了。")
    shot(leader.page, "slip-arrived")
    assert leader.slot("code") == code
    return leader.slot("number").replace(" ", "")


def receipt_is_public(page: Page, server: Server, number: str, code: str) -> None:
    """Look the receipt up without an account: genuine, with the same code, and without a single number of the month."""
    page.goto(f"{server.url}/receipts/{number}")
    expect(page.get_by_text("这张回执是真的")).to_be_visible()
    expect(page.locator(".code-big")).to_have_text(code)
    text = page.locator("main").inner_text()
    form = json.loads((ROOT / "webapp/forms/data/monthly-1.json").read_text("utf-8"))
    assert not [measure["code"] for measure in form["measures"] if measure["label"]["zh-Hans"] in text]
    page.goto(f"{server.url}/receipts")
    page.fill("input[name=q]", code)
    page.press("input[name=q]", "Enter")
    page.wait_for_url(f"**/receipts/{number}")


def accepted(page: Page, server: Server, sign_in: Callable) -> None:
    """Accept the report from the queue of the community's officer."""
    sign_in(page, server, "officer")
    page.get_by_role("link", name="审核").click()
    item = page.locator("details.queued", has_text="第一小组")
    item.locator("summary").first.click()
    item.get_by_role("button", name="接收", exact=True).click()
    expect(page.locator("details.queued", has_text="第一小组").locator(".badge").first).to_have_text("已接收")


def test_an_unchanged_month_takes_three_taps_at_most(tab: Page, server: Server):
    leader = Leader(tab, server)
    leader.sign_in("leader2")
    while leader.entries().count():  # the demonstration noted something for her
        leader.withdraw(leader.entries().first)
    leader.go_offline()
    leader.open()
    leader.taps = 0
    leader.press("本月无变动")
    leader.sees("没有出生、死亡、流入、流出和服务")
    leader.press("确认上报")
    leader.sees("月报凭条")
    assert leader.taps <= FEW_TAPS
    leader.state("已存本机")
    leader.go_online()
    leader.state("已上报")
    (version,) = books.report_of(server, "leader2")
    assert version["nil"] == 1
    assert json.loads(version["values"])["births"] == 0


def test_a_month_that_was_confirmed_takes_no_more_entries(tab: Page, server: Server):
    leader = Leader(tab, server)
    leader.sign_in()
    leader.note("出生", note="报前")
    leader.confirm()
    leader.state("已上报")
    leader.open()
    leader.note("死亡", note="报后")
    leader.sync_line(ALL_SENT)
    expect(leader.marked("补报").filter(has_text="死亡")).to_have_count(1)
    (before,), (after,) = books.noted(server, "报前"), books.noted(server, "报后")
    assert (before["month"], before["late"]) == (int(this_month()), 0)
    assert after["month"] > before["month"] and after["late"] == 1
