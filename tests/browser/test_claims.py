"""A resident works out a last day on her own phone: nothing of it leaves it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.leader import day
from tests.support.server import Server
from webapp.core import clock

NewContext = Callable[..., BrowserContext]
LAST_YEAR = clock.today().year - 1


@pytest.fixture
def resident(new_context: NewContext) -> Page:
    """Return a fresh phone whose owner has no account."""
    return new_context(accept_downloads=True).new_page()


def ask(page: Page, **typed: str) -> None:
    """Fill in the form and have it answered."""
    for name, text in typed.items():
        field = page.locator(f"form[data-claim] [name={name}]")
        if field.first.get_attribute("type") == "radio":
            page.locator(f"label.chip:has([name={name}][value={text}])").click()
        else:
            field.fill(text)
    page.get_by_role("button", name="算一算").click()


def test_the_last_day_of_the_childcare_subsidy(resident: Page, shared_server: Server, shot: Callable):
    sent: list[str] = []
    resident.goto(f"{shared_server.url}/")
    resident.get_by_role("link", name="能领什么、几时办").click()
    resident.get_by_role("link", name=re.compile("育儿补贴")).click()
    resident.on("request", lambda request: sent.append(request.url))
    ask(resident, born=f"{LAST_YEAR}-12-31", home="away")
    answer = resident.locator("#answer")
    last = f"{LAST_YEAR + 1}年12月31日"
    expect(answer).to_contain_text(re.compile(f"最晚{last}首次申领|{last}）是首次申领的最后一天"))
    expect(answer).to_contain_text("10,800 元")
    expect(answer).to_contain_text("不用回去")
    shot(resident, "answer")
    with resident.expect_download() as taken:
        resident.get_by_role("link", name="记进手机日历").click()
    text = Path(taken.value.path()).read_text()
    assert f"DTSTART;VALUE=DATE:{LAST_YEAR + 1}1231\n" in text.replace("\r\n", "\n")
    assert text.count("BEGIN:VEVENT") == 3
    assert not [url for url in sent if not url.startswith(("blob:", f"{shared_server.url}/static/"))], "nothing is sent"


def test_who_was_too_late_is_told_where_to_ask(resident: Page, shared_server: Server):
    resident.goto(f"{shared_server.url}/claims/childcare")
    ask(resident, born="2024-12-31", home="here")
    expect(resident.locator("#answer")).to_contain_text("2025年12月31日）已经过了")


def test_what_is_wrong_is_said_at_the_field(resident: Page, shared_server: Server):
    resident.goto(f"{shared_server.url}/claims/childcare")
    ask(resident)
    expect(resident.locator("#born-problem")).to_contain_text("请填日期。")
    expect(resident.locator("#home-problem")).to_contain_text("请选一项。")
    expect(resident.locator("#answer")).to_be_hidden()
    ask(resident, born=f"{LAST_YEAR + 2}-01-01", home="here")
    expect(resident.locator("#born-problem")).to_contain_text("日期不能晚于今天")
    expect(resident.locator("[name=born]")).to_have_value(f"{LAST_YEAR + 2}-01-01")
    ask(resident, born=f"{LAST_YEAR}-05-01", adopted=f"{LAST_YEAR}-04-01")
    expect(resident.locator("#adopted-problem")).to_contain_text("不能早于")
    resident.fill("[name=adopted]", "")
    resident.locator("[name=adopted]").press_sequentially("02")  # a day that is begun only
    ask(resident)
    expect(resident.locator("#adopted-problem")).to_contain_text("没有这一天")
    expect(resident.locator("#answer")).to_be_hidden()


def test_other_claims_are_answered_too(resident: Page, shared_server: Server):
    for claim, typed, words in (
        ("assistance", {"scheme": "lost", "born": "1970-03-01"}, "590 元"),
        ("residence", {"step": "apply", "day": "2026-01-15"}, "2026年7月15日|现在就可以"),
        ("registration", {"kind": "death_city", "day": day()}, "火化、安葬以前"),
        ("registration", {"kind": "birth", "day": day()}, "还有 (28|29|30|31) 天"),
    ):
        resident.goto(f"{shared_server.url}/claims/{claim}")
        ask(resident, **typed)
        expect(resident.locator("#answer")).to_contain_text(re.compile(words))


def test_an_answer_goes_with_what_it_answered(resident: Page, shared_server: Server):
    resident.goto(f"{shared_server.url}/claims/childcare")
    ask(resident, born=f"{LAST_YEAR}-03-01", home="here")
    expect(resident.locator("#answer")).to_be_visible()
    resident.fill("[name=born]", f"{LAST_YEAR}-04-01")
    expect(resident.locator("#answer")).to_be_hidden()
    ask(resident, adopted=day(), born="2024-03-01")
    expect(resident.locator("#answer")).to_contain_text("核定")
    expect(resident.locator("#answer")).not_to_contain_text("首次申领")
    resident.evaluate("() => { dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })); }")
    expect(resident.locator("#answer")).to_be_hidden()


def test_on_paper_the_answer_says_what_was_asked_on_one_sheet(resident: Page, shared_server: Server):
    resident.context.add_cookies([{"name": "lang", "value": "en", "url": shared_server.url}])  # the longest words
    resident.goto(f"{shared_server.url}/claims/childcare")
    for name in ("born", "adopted"):
        resident.fill(f"[name={name}]", f"{LAST_YEAR}-03-01")
    resident.locator("label.chip:has([value=away])").click()
    resident.locator("form[data-claim] button").click()
    given = resident.locator("[data-list=given]")
    expect(given).to_be_hidden()
    resident.emulate_media(media="print")
    expect(given).to_contain_text(f"The child's date of birthMar 1, {LAST_YEAR}")
    expect(given).to_contain_text("Where the child is registeredElsewhere")
    expect(resident.locator("form[data-claim]")).to_be_hidden()
    paper = resident.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), "12mm"))
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_a_page_that_is_come_back_to_is_empty(resident: Page, shared_server: Server):
    resident.goto(f"{shared_server.url}/claims/assistance")
    ask(resident, scheme="lost", born="1970-03-01")
    resident.get_by_role("link", name="能领什么、几时办").click()
    resident.wait_for_url("**/claims")
    resident.go_back()
    expect(resident.locator("form[data-claim]")).to_be_visible()
    expect(resident.locator("[name=born]")).to_have_value("")
    expect(resident.locator("#answer")).to_be_hidden()
