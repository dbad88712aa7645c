"""The round in a real browser, without a network: from door to door, and what the month's report makes of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Playwright, expect

from tests.browser import books
from tests.browser.doors import Clerk
from tests.browser.leader import ALL_SENT, Leader, on_the_phone, until
from tests.support.server import Server

FEW_TAPS = 5
BUILDING = "金桂苑3幢 2单元"
DOORS = ("101", "102", "201")
# Touched as soon as there is a page: before any script of ours has run.
TOUCH_AT_ONCE = """addEventListener("readystatechange", () =>
    document.querySelector("main [name=outcome][value=not_home]")?.click(), { capture: true, once: true })"""


class Walker(Leader):
    """A leader or coordinator who goes from door to door."""

    def doors(self, number: str) -> Locator:
        """The door of that number in the building of this test."""
        building = self.page.locator("section.card", has=self.page.get_by_role("heading", name=BUILDING))
        return building.locator("a.door", has_text=number)

    def door(self, number: str) -> None:
        """Open a door of the round."""
        self.tap(self.doors(number))
        self.page.wait_for_url("**/app/households/*")
        expect(self.page.locator("h1")).to_have_text(f"{BUILDING} {number}")

    def chip(self, name: str) -> None:
        """Touch a chip."""
        self.tap(self.page.locator("main .chip:visible", has_text=name).first)

    def measure(self, label: str) -> int:
        """Return what the report's page says of a measure."""
        row = self.page.locator(".measure", has=self.page.get_by_text(label, exact=True)).first
        return int(row.locator("[data-slot=value], input[data-set]").first.inner_text())


@pytest.fixture
def homes(playwright: Playwright, server: Server) -> list[str]:
    """Register three doors of the leader's group; return their ids."""
    clerk = Clerk(playwright, server)
    return [clerk.move_in(door, name) for door, name in zip(DOORS, ("王春生", "李秀英", "陈小满"), strict=True)]


@pytest.fixture
def walker(tab: Page, server: Server, homes: list[str]) -> Walker:
    """Return the leader of that group, whose phone has heard of the doors."""
    person = Walker(tab, server)
    person.sign_in()
    person.is_ready_offline()
    person.has_the_round()
    return person


def test_an_ordinary_visit_takes_five_taps(walker: Walker, shot: Callable):
    walker.press("走访")
    walker.go_offline()
    walker.door("101")
    shot(walker.page, "household")
    walker.taps = 0
    walker.press("记走访")
    walker.chip("已访")
    walker.tap(walker.page.locator("#topics .chip:visible").first)
    shot(walker.page, "visit")
    walker.press("保存")
    walker.sees("已存本机")
    assert walker.taps <= FEW_TAPS
    walker.sync_line(on_the_phone(2))
    shot(walker.page, "next")
    walker.press("下一户")
    expect(walker.page.locator("h1")).to_contain_text("102")


def test_a_visit_without_network_moves_the_month(walker: Walker, shot: Callable):
    walker.open("/app/report")
    walker.page.wait_for_url("**/app/report/*")
    walker.has_started()
    report = walker.page.url
    people, made = walker.measure("流入人数"), walker.measure("已走访户数")
    walker.go_offline()
    walker.open("/app/round")
    walker.door("102")
    walker.press("记走访")
    walker.chip("已访")
    walker.unfold("人有变动")
    for _ in range(2):
        walker.press("流入 加一")
    walker.unfold("有需求")
    walker.tap(walker.page.locator("#needs .chip:visible").first)
    walker.press("保存")
    walker.sees("已存本机")
    walker.sync_line(on_the_phone(3))
    expect(walker.doors("102")).to_contain_text("已访")
    walker.go_online()
    walker.sync_line(ALL_SENT)
    walker.page.goto(report)
    walker.has_started()
    assert (walker.measure("流入人数"), walker.measure("已走访户数")) == (people + 2, made + 1)
    behind = walker.page.locator(".measure", has=walker.page.get_by_text("已走访户数", exact=True)).first
    behind.locator("summary").click()
    behind.get_by_role("link", name="102").click()
    walker.page.wait_for_url("**/app/visits/*")
    walker.sees("这次走访进了月报的哪些数")
    walker.sees("流入人数")
    shot(walker.page, "visit-page")


def test_a_door_handed_over_says_so(walker: Walker, homes: list[str], playwright: Playwright, server: Server):
    walker.go_offline()
    walker.open("/app/round")
    walker.door("101")
    walker.press("记走访")
    walker.chip("已访")
    walker.press("保存")
    walker.sees("已存本机")
    office = Clerk(playwright, server, "officer")
    other = str(books.account(server, "leader2")["unit_id"])
    form = {
        "from": str(books.account(server, "leader")["unit_id"]),
        "to": other,
        "household": homes[0],
        "reason": "balance",
    }
    answer = office.wire.post("/app/hand-over", form=form, max_redirects=0)
    assert answer.status == 303, answer.text()
    walker.go_online()
    walker.sync_line(ALL_SENT)
    until(walker.page, walker.doors("101").count, lambda count: count == 0)
    walker.open(f"/app/households/{homes[0]}")
    walker.sees("这一户已不归您负责。")


def test_not_home_is_an_outcome_like_any_other(walker: Walker):
    walker.open("/app/round")
    walker.door("201")
    walker.press("记走访")
    walker.chip("不在家")
    expect(walker.page.locator("[name=not_before]")).not_to_have_value("")
    walker.press("保存")
    walker.sees("已存本机")
    expect(walker.doors("201")).to_contain_text("不在家")


def test_an_outcome_touched_before_the_script_listens_counts_all_the_same(walker: Walker, homes: list[str]):
    walker.page.add_init_script(TOUCH_AT_ONCE)
    walker.open(f"/app/households/{homes[2]}/visit")
    expect(walker.page.locator("[name=not_before]")).not_to_have_value("")
    walker.holds(outcome="not_home")


def test_a_door_is_found_by_name_and_initials(walker: Walker):
    walker.open("/app/round")
    for typed in ("金桂苑 王春", "金桂苑 wangch", "jgy wcs", "金桂苑3幢 101"):
        walker.page.fill("#q", typed)
        expect(walker.page.locator("[data-list=found] > li")).to_have_count(1)
        expect(walker.page.locator("[data-list=found]")).to_contain_text("101")
    walker.page.fill("#q", "没有的人")
    walker.sees("没有找到")


def test_a_coordinator_goes_round_without_network(tab: Page, server: Server, homes: list[str], shot: Callable):
    person = Walker(tab, server)
    person.sign_in("coordinator")
    person.has_the_round()
    person.context.set_offline(True)
    person.open()
    shot(person.page, "home")
    person.press("去走访")
    person.door("101")
    person.press("显示")
    person.sees("王春生")
    person.press("遮住")
    person.sees("王**")
    shot(person.page, "household")
    person.press("我的")
    person.sees("流动人口协管员")
    expect(person.page.get_by_text("组长", exact=True)).to_be_hidden()


def test_a_consent_is_taken_back_by_one_tap_and_can_be_put_back(walker: Walker, homes: list[str]):
    walker.go_offline()
    walker.open("/app/round")
    walker.door("101")
    walker.taps = 0
    walker.press("撤回同意：联系人和电话")
    assert walker.taps == 1
    walker.sees("已撤回，联系人和电话已删除。")
    expect(walker.page.locator("#contact")).to_be_hidden()
    walker.press("撤销")
    expect(walker.page.locator("#contact")).to_be_visible()
