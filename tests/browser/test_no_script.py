"""Every form works without JavaScript: the leader's month, the office's review, people, looks."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser import books
from tests.browser.leader import Leader, day, this_month
from tests.builders import PASSWORD
from tests.support.server import Server

NewContext = Callable[..., BrowserContext]


class Plain(Leader):
    """A person whose browser runs no scripts."""

    def sign_in(self, login: str = "leader") -> None:
        """Sign in; what the page says comes from the server."""
        self.open("/sign-in?next=/app")
        self.fill(login=login, password=PASSWORD)
        self.press("登录")
        self.page.wait_for_url(re.compile("/app"))

    def note(self, kind: str, **fields: str) -> None:
        """Note an entry; it is on the server when the page says so."""
        self.press("记一笔")
        self.choose(kind)
        self.fill(**fields)
        self.press("保存")
        self.sees("已记下，也已上报")


@pytest.fixture
def plain(new_context: NewContext, server: Server) -> Callable[..., Plain]:
    """Return a function: login, or nobody -> a person at a browser of their own without scripts."""

    def sit_down(login: str = "") -> Plain:
        person = Plain(new_context(java_script_enabled=False).new_page(), server)
        if login:
            person.sign_in(login)
        return person

    return sit_down


def test_an_entry_is_noted_corrected_and_withdrawn(plain: Callable[..., Plain], server: Server, shot: Callable):
    leader = plain("leader")
    before = leader.entries().count()
    leader.note("流入", persons="３", households="1", place="温州市", date=day(1), note="无脚本")
    expect(leader.entries()).to_have_count(before + 1)
    shot(leader.page, "home")
    leader.press("流入 ")
    leader.holds(kind="move_in", persons="3", households="1", place="330300", date=day(1), note="无脚本")
    leader.fill(persons="2")
    leader.press("保存")
    leader.sees("已记下，也已上报")
    (row,) = books.noted(server, "无脚本")
    assert (row["persons"], row["version"]) == (2, 2)
    leader.press("流入 ")
    leader.press("删除这一笔")
    leader.sees("删除后，这一笔不再计入月报。")
    leader.press("删除")
    leader.sees("已删除")
    expect(leader.entries()).to_have_count(before)


def test_a_month_is_confirmed_given_back_mended_and_accepted(plain: Callable[..., Plain], server: Server):
    leader, officer = plain("leader"), plain("officer")
    leader.press("核对并上报")
    leader.fill(**{"values.notices_delivered": "3", "values.supplies_restocked": "9"})
    leader.press("确认上报")
    leader.state("已上报")
    officer.press("审核")
    officer.unfold("第一小组")
    officer.press("打开第一小组的月报")
    officer.press("退回修改")
    officer.sees("请写明哪里要改、为什么")
    cell = officer.page.locator(".cell", has_text="领取点补货份数")
    cell.locator("summary", has_text="退回这一项").click()
    officer.fill(**{"reason-supplies_restocked": "比计划多，请核对"})
    officer.press("退回修改")
    officer.sees("已退回，组长的手机下次连上就会看到原因。")
    leader.open()
    leader.state("退回修改")
    leader.sees("比计划多，请核对")
    leader.press("核对并上报")
    leader.fill(**{"values.supplies_restocked": "3"})
    leader.press("确认上报")
    leader.state("已上报")
    officer.open(f"/app/review/{this_month()}")
    officer.unfold("第一小组")
    officer.press("打开第一小组的月报")
    officer.press("接收")
    officer.sees("已接收。")
    leader.open()
    leader.state("已接收")
    leader.press("看凭条和回执")
    number = leader.slot("number").replace(" ", "")
    leader.press("看回执")
    leader.sees("这张回执是真的")
    assert [json.loads(version["values"])["supplies_restocked"] for version in books.report_of(server, "leader")] == [
        9,
        3,
    ]
    assert books.receipts(server, books.report_of(server, "leader")[0]["report_id"])[-1] == number


def test_a_number_is_changed_with_a_reason(plain: Callable[..., Plain], server: Server):
    leader = plain("leader")
    leader.press("核对并上报")
    leader.tap(leader.page.locator(".measure", has=leader.page.locator("[name='values.births']")).locator("summary"))
    leader.fill(**{"values.births": "4"})
    leader.press("确认上报")
    leader.sentence_at("reason.births", "请写明原因")
    leader.holds(**{"values.births": "4"})
    leader.fill(**{"reason.births": "月底补登记"})
    leader.press("确认上报")
    leader.state("已上报")
    (version,) = books.report_of(server, "leader")
    assert books.reasons(server, version) == ["月底补登记"]


def test_an_unchanged_month(plain: Callable[..., Plain], server: Server):
    leader = plain("leader2")
    while leader.entries().count():
        leader.tap(leader.entries().first.get_by_role("link"))
        leader.press("删除这一笔")
        leader.press("删除")
        leader.sees("已删除")
    leader.press("本月无变动")
    leader.press("确认上报")
    leader.state("已上报")
    (version,) = books.report_of(server, "leader2")
    assert version["nil"] == 1


def test_somebody_new_is_invited_and_comes_in(plain: Callable[..., Plain], server: Server):
    officer, leader = plain("officer"), plain()
    officer.press("人员")
    officer.press("邀请组长")
    officer.press("生成邀请")
    officer.sentence_at("name", "请填写")
    officer.fill(name="林新组", unit="第三小组")
    officer.press("生成邀请")
    link = officer.page.locator(".mono").inner_text().strip()
    leader.page.goto(link)
    leader.fill(login="linxin", password="三月里的小雨淅沥沥")
    leader.press("开始使用")
    leader.sentence_at("undertaking", "请先读完保密承诺")
    leader.holds(login="linxin")
    box = leader.page.get_by_label("我读过了，照这样做")
    leader.tap(box)
    leader.fill(password="12345678")
    leader.press("开始使用")
    leader.sentence_at("password", "这个密码太常见")
    leader.holds(login="linxin")
    expect(box).to_be_checked()
    leader.fill(password="三月里的小雨淅沥沥")
    leader.press("开始使用")
    leader.page.wait_for_url("**/app")
    leader.sees("记一笔")
    leader.page.goto(link)
    leader.sees("这个邀请链接不能再用了")


def test_looks_and_devices(plain: Callable[..., Plain], server: Server):
    leader = plain("leader")
    html = leader.page.locator("html")
    leader.press("长辈版")
    expect(html).to_have_class("large")
    leader.press("标准版")
    expect(html).not_to_have_class(re.compile("large"))
    leader.press("我的")
    leader.choose("深色")
    leader.choose("English")
    leader.press("换成这样")
    expect(html).to_have_attribute("lang", "en")
    expect(html).to_have_attribute("data-theme", "dark")
    leader.open("/app/me")
    leader.page.locator(".entry summary").first.click()
    leader.fill(name="红米手机")
    leader.page.locator("form[action$='/name'] button").first.click()
    leader.sees("红米手机")
    leader.page.locator("form[action='/sign-out'] button").click()
    leader.page.wait_for_url("**/sign-in*")


def test_a_second_phone_sees_both_versions(plain: Callable[..., Plain], server: Server):
    first, second = plain("leader"), plain("leader")
    for person, visits in ((first, "2"), (second, "6")):
        person.press("核对并上报")
        person.fill(**{"values.supplies_restocked": visits, "values.notices_delivered": "6"})
    first.press("确认上报")
    first.state("已上报")
    second.press("确认上报")
    second.sees("另一部手机先报了这个月")
    second.sees("已上报 2")
    second.holds(**{"values.supplies_restocked": "6"})
    second.press("确认上报")
    second.state("已上报")
    assert [json.loads(version["values"])["supplies_restocked"] for version in books.report_of(server, "leader")] == [
        2,
        6,
    ]


def test_the_way_in_leads_back_to_where_one_wanted_to_go(plain: Callable[..., Plain]):
    nobody = plain()
    nobody.open(f"/app/report/{this_month()}")
    nobody.fill(login="leader", password="不是这个密码")
    nobody.press("登录")
    nobody.sentence_at("password", "账号或密码不对")
    nobody.holds(login="leader")
    nobody.fill(password=PASSWORD)
    nobody.press("登录")
    nobody.page.wait_for_url(f"**/app/report/{this_month()}")
