"""A resident with a small phone and no account: finds, reads, reckons, complains, follows the case."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import books
from tests.browser.conftest import PHONE
from tests.support.checks import axe_problems
from tests.support.server import Server

NewContext = Callable[..., BrowserContext]
POLICY = "/policies/childcare-subsidy"
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
FAST = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
HOME_OF_OFFICER = """SELECT unit.code, unit.name, up.name AS township FROM account
    JOIN unit ON unit.id = account.unit_id JOIN unit AS up ON up.id = unit.parent_id WHERE login = 'officer'"""


@pytest.fixture
def resident(new_context: NewContext) -> Page:
    """Return a fresh phone whose owner has no account."""
    return new_context(accept_downloads=True).new_page()


def test_all_of_it_works_without_scripts(new_context: NewContext, shared_server: Server):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(shared_server.url)
    page.get_by_role("link", name="换一个地方").click()
    page.get_by_role("link", name="松源街道").click()
    page.locator(".titles a").first.click()
    expect(page.locator("h1")).to_contain_text("居民服务")
    place = page.url.partition("at=")[2]
    page.locator("summary", has_text="能领的钱和待遇").click()
    page.get_by_role("link", name=re.compile("育儿补贴")).click()
    expect(page).to_have_url(re.compile(f"at={place}"))
    page.locator("summary", has_text="看某一天的规定").click()
    page.fill("[name=on]", "2024-05-01")
    page.get_by_role("button", name="看那一天的").click()
    expect(page.locator("main")).to_contain_text("那天，这里还没有公布过这一项")
    page.get_by_role("button", name="长辈版").click()
    expect(page.locator("html")).to_have_class("large")
    expect(page).to_have_url(re.compile("on=2024-05-01"))


def test_what_is_typed_stays_when_the_language_is_changed(resident: Page, shared_server: Server):
    resident.goto(f"{shared_server.url}/feedback/new?kind=help")
    resident.fill("[name=text]", "写了很久的一件事\n第二行")
    resident.get_by_role("button", name="English").click()
    expect(resident.locator("html")).to_have_attribute("lang", "en")
    expect(resident.locator("[name=text]")).to_have_value("写了很久的一件事\n第二行")
    resident.locator("main form").get_by_role("button").first.click()  # no place was chosen: the form comes back
    expect(resident.locator("[aria-invalid=true]").first).to_be_visible()
    resident.fill("[name=text]", "写了更久的一件事")
    resident.get_by_role("button", name="繁體中文").click()
    expect(resident.locator("html")).to_have_attribute("lang", "zh-Hant")
    expect(resident.locator("[name=text]")).to_have_value("写了更久的一件事")
    assert resident.evaluate("sessionStorage.length") == 0


def ask(page: Page, born: str) -> None:
    """Have the last day of the childcare subsidy worked out."""
    page.fill("[name=born]", born)
    page.locator("label.chip:has([name=home][value=here])").click()
    page.get_by_role("button", name="算一算").click()


def write(page: Page, text: str) -> tuple[str, str]:
    """Complain about the group's leader without a name; return number and secret."""
    page.get_by_role("link", name="投诉、求助和建议").first.click()
    page.get_by_role("link", name=re.compile("^投诉")).first.click()
    page.locator("label.chip:has([name=about][value=leader])").click()
    page.fill("[name=text]", text)
    page.wait_for_timeout(3_100)  # nobody reads and fills in the form in less, so what comes sooner is a program's
    page.get_by_role("button", name="发送").click()
    expect(page.locator("h1")).to_have_text("收到了，请记下号码和密码")
    return page.locator("#key .code-big").inner_text(), page.locator(".secret").inner_text()


def follow(page: Page, server: Server, number: str, secret: str) -> None:
    """Look a case up as somebody who wrote number and secret down."""
    page.goto(f"{server.url}/feedback/follow")
    page.fill("[name=number]", number)
    page.fill("[name=secret]", secret)
    with page.expect_navigation():
        page.get_by_role("button", name="查一查").click()


def read(page: Page, server: Server, home: books.Row) -> None:
    """Choose the place, find the childcare subsidy by its name and read it in large type."""
    page.goto(server.url)
    page.get_by_role("link", name="换一个地方").click()
    page.get_by_role("link", name=home["township"], exact=True).click()
    page.get_by_role("link", name=home["name"], exact=True).click()
    page.fill("[name=q]", "育儿补贴")
    page.get_by_role("button", name="搜索").click()
    page.locator(f"main a[href^='{POLICY}']").first.click()
    expect(page.locator("h1")).to_contain_text("育儿补贴")
    page.get_by_role("button", name="长辈版").click()
    expect(page.locator("html")).to_have_class("large")
    expect(page.locator(".prose")).to_contain_text("3,600 元")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def reckon(page: Page) -> None:
    """Work out two last days, and take the one to come into the calendar."""
    page.get_by_role("link", name="能领什么、几时办").click()
    page.get_by_role("link", name=re.compile("育儿补贴")).click()
    ask(page, "2024-12-31")
    expect(page.locator("#answer")).to_contain_text("2025年12月31日）已经过了")
    ask(page, "2025-12-31")
    expect(page.locator("#answer")).to_contain_text("2026年12月31日")
    with page.expect_download() as taken:
        page.get_by_role("link", name="记进手机日历").click()
    assert "DTSTART;VALUE=DATE:20261231" in Path(taken.value.path()).read_text()


def answer(office: Page, server: Server, number: str, words: str) -> None:
    """Answer the case with `number` as the office that it is for."""
    office.goto(f"{server.url}/app/cases")
    office.get_by_role("link", name=number).click()
    expect(office.locator("main")).to_contain_text("材料费")
    office.fill("#words", words)
    office.get_by_role("button", name="发出答复").click()
    expect(office.locator("main")).to_contain_text("答复发出了。")


def test_from_the_question_to_the_answer(
    resident: Page, new_context: NewContext, server: Server, sign_in: Callable, shot: Callable
):
    """On slow 3G: found, read in large type, reckoned, noted in the calendar, complained, answered, taken further."""
    [home] = books.ask(server, HOME_OF_OFFICER)
    network = resident.context.new_cdp_session(resident)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", SLOW_3G)
    read(resident, server, home)
    shot(resident, "policy")
    reckon(resident)
    network.send("Network.emulateNetworkConditions", FAST)
    resident.goto(f"{server.url}/?at={home['code']}")
    number, secret = write(resident, "组长说补贴要先交材料费。")
    shot(resident, "taken")
    office = new_context(viewport={"width": 1280, "height": 800}).new_page()
    sign_in(office, server, "officer")
    answer(office, server, number, "不收任何费用，已经和组长说清楚了。")
    follow(resident, server, number, secret)
    expect(resident.locator("main")).to_contain_text("不收任何费用")
    resident.fill("[name=words]", "钱还没有退。")
    resident.get_by_role("button", name="转到上一级").click()
    expect(resident.locator("main")).to_contain_text("转到上一级了")
    expect(resident.locator("#now")).to_contain_text(home["township"])
    shot(resident, "escalated")
    office.goto(f"{server.url}/app/cases")
    expect(office.locator("main")).not_to_contain_text(number)


@pytest.mark.parametrize("size", ["", "large"])
def test_pages_behind_forms_have_no_barriers(resident: Page, shared_server: Server, size: str):
    """A crawl follows links; these pages answer a form."""
    resident.context.add_cookies([{"name": "size", "value": size, "url": shared_server.url}])
    problems: list[str] = []

    def look(at: str) -> None:
        problems.extend(f"{at}: {problem}" for problem in axe_problems(resident))
        assert resident.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], at

    [home] = books.ask(shared_server, HOME_OF_OFFICER)
    resident.goto(f"{shared_server.url}/?at={home['code']}")
    number, secret = write(resident, "公告栏的字太小，看不清。")
    look("the key")
    follow(resident, shared_server, number, secret)
    look("a case")
    follow(resident, shared_server, number, "wrong")
    look("no such case")
    resident.goto(f"{shared_server.url}/surveys?at={home['code']}")
    resident.locator("main a[href*='/surveys/']").first.click()
    shown = time.monotonic()
    look("questions")
    resident.locator("button[value=next]").click()
    expect(resident.locator("main .problem").first).to_be_visible()
    look("questions without answers")
    for name, value in (("subsidy", "no"), ("visited", "no"), ("notices", "good")):
        if name == "notices":  # whoever sends the last page within three seconds of the first is a program
            resident.wait_for_timeout(max(0, 3_100 - 1000 * (time.monotonic() - shown)))
        resident.locator(f"[name=q_{name}][value={value}]").check()
        resident.locator("button[value=next]").click()
    expect(resident.locator("h1")).to_have_text("收到了，谢谢您")
    look("thanks")
    assert not problems, "\n".join(problems)
