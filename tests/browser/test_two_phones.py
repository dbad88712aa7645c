"""Two phones report the same month: the second sees both versions, the person chooses, nothing is lost."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from tests.browser import books
from tests.browser.leader import ALL_SENT, Leader
from tests.support.server import Server

NewContext = Callable[..., BrowserContext]


@pytest.fixture
def phones(new_context: NewContext, server: Server) -> tuple[Leader, Leader]:
    """Return two phones of one leader: the first reported 3 visits; the second 5 without a network, and came back."""
    first, second = (Leader(new_context().new_page(), server) for _ in range(2))
    for phone, visits in ((second, "5"), (first, "3")):
        phone.sign_in()
        if phone is second:
            phone.go_offline()
        phone.press("核对并上报")
        phone.has_started()
        phone.fill(**{"values.supplies_restocked": visits, "values.notices_delivered": "9"})
        phone.press("确认上报")
        phone.sees("月报凭条")
    first.state("已上报")
    second.go_online()
    second.sync_line("有 1 条需要你处理")
    return first, second


def visits(server: Server) -> list[int]:
    """Return the visits that each version of the report says, the first one first."""
    return [json.loads(version["values"])["supplies_restocked"] for version in books.report_of(server, "leader")]


def sees_both(phone: Leader) -> None:
    """Go to what needs the person, and see both versions where they differ, and only there."""
    phone.sees("这份月报还没有报上去，需要您处理。")
    phone.press("去处理")
    phone.sees("另一部手机先报了。两边不一样的地方：")
    facts = phone.page.locator("[data-list=differences] > div")
    assert [" ".join(fact.inner_text().split()) for fact in facts.all()] == ["领取点补货份数 我的：5 已上报的：3"]


def test_mine_goes_over_theirs_and_both_are_kept(phones: tuple[Leader, Leader], server: Server):
    first, second = phones
    sees_both(second)
    second.press("用我的")
    second.sync_line(ALL_SENT)
    assert visits(server) == [3, 5]
    versions = books.report_of(server, "leader")
    assert {version["newest"] for version in versions} == {2}
    assert len(books.receipts(server, versions[0]["report_id"])) == 2
    first.open()
    first.press("看凭条和回执")
    first.press("有错，改了再报")
    first.has_started()
    first.holds(**{"values.supplies_restocked": "5"})


def test_theirs_stays_and_mine_is_gone_by_my_choice_only(phones: tuple[Leader, Leader], server: Server):
    _, second = phones
    sees_both(second)
    second.press("用已上报的")
    second.sync_line(ALL_SENT)
    second.sees("没有要处理的，也没有等着上报的。")
    assert visits(server) == [3]
    second.open()
    second.state("已上报")
    second.press("看凭条和回执")
    (version,) = books.report_of(server, "leader")
    assert second.slot("number").replace(" ", "") == books.receipts(server, version["report_id"])[0]


def test_an_entry_changed_on_two_phones(new_context: NewContext, server: Server):
    first, second = (Leader(new_context().new_page(), server) for _ in range(2))
    first.sign_in()
    first.note("流入", persons="2", note="两部手机")
    first.sync_line(ALL_SENT)
    second.sign_in()
    second.go_offline()
    for phone, persons in ((second, "4"), (first, "3")):
        phone.open()
        phone.tap(phone.entries().filter(has_text="流入").filter(has_text="2 人").get_by_role("link").first)
        phone.page.wait_for_url("**/app/events/*")
        phone.has_started()
        phone.fill(persons=persons)
        phone.press("保存")
        phone.sees("已存本机")
    first.sync_line(ALL_SENT)
    second.go_online()
    second.sync_line("有 1 条需要你处理")
    second.press("去处理")
    second.sees("我的：4")
    second.sees("已上报的：3")
    second.press("用我的")
    second.sync_line(ALL_SENT)
    (row,) = books.noted(server, "两部手机")
    assert (row["persons"], row["version"], len(row["receipts"])) == (4, 3, 3)
