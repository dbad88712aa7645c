"""Without a service worker (WeChat on iPhones has none) everything works but starting without a network."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser import books
from tests.browser.leader import ALL_SENT, Leader, on_the_phone
from tests.browser.pin import asks_each_time
from tests.support.server import Server

NewContext = Callable[..., BrowserContext]


@pytest.fixture
def leader(new_context: NewContext, server: Server) -> Leader:
    """Return the leader at a browser without workers."""
    person = Leader(new_context(service_workers="block").new_page(), server)
    person.sign_in()
    asks_each_time(person.page)
    return person


def test_the_month(leader: Leader, server: Server):
    before = leader.entries().count()
    leader.note("出生", note="没有代理")
    leader.sync_line(ALL_SENT)
    leader.note("流入", persons="2", note="要删的")
    leader.sync_line(ALL_SENT)
    leader.withdraw(leader.entries().filter(has_text="流入").first)
    leader.sync_line(ALL_SENT)
    expect(leader.entries()).to_have_count(before + 1)
    leader.confirm()  # the slip is asked for before the server has heard of the report
    leader.state("已上报")
    (version,) = books.report_of(server, "leader")
    assert leader.slot("number").replace(" ", "") in books.receipts(server, version["report_id"])
    assert (len(books.noted(server, "没有代理")), books.noted(server, "要删的")[0]["deleted"]) == (1, 1)


def test_an_open_form_saves_without_a_network_and_takes_the_next_one(leader: Leader, server: Server):
    leader.press("记一笔")
    leader.has_started()
    leader.context.set_offline(True)
    for number in range(2):
        leader.choose("出生")
        leader.fill(note=f"页面开着{number}")
        leader.press("保存")
        leader.sees("已存本机，有网就上报")
        leader.sync_line(on_the_phone(number + 1))
        leader.holds(note="")
    leader.context.set_offline(False)
    leader.sync_line(ALL_SENT)
    assert [len(books.noted(server, f"页面开着{number}")) for number in range(2)] == [1, 1]


def test_an_open_report_saves_without_a_network(leader: Leader, server: Server):
    leader.press("核对并上报")
    leader.has_started()
    leader.context.set_offline(True)
    leader.fill(**{"values.supplies_restocked": "4", "values.notices_delivered": "4"})
    leader.press("确认上报")
    leader.sees("已存本机，有网就上报")
    leader.state("已存本机")
    leader.context.set_offline(False)
    leader.state("已上报")
    assert len(books.report_of(server, "leader")) == 1
