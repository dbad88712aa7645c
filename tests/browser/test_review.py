"""Reviewing in place with the keyboard, and the same without any script."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from tests.support.checks import axe_problems
from tests.support.server import Server
from webapp.core import clock
from webapp.core.period import Month

DESK = {"width": 1280, "height": 800}
SignIn = Callable[[Page, Server, str], None]


def queue(server: Server) -> str:
    """Return the address of last month's queue: in the demo a report waits there."""
    return f"{server.url}/app/review/{Month.of(clock.today()).previous()}"


def test_a_report_is_returned_and_another_accepted_without_leaving_the_queue(
    new_context: Callable[..., BrowserContext], server: Server, sign_in: SignIn, shot: Callable[[Page, str], None]
) -> None:
    page = new_context(viewport=DESK, reduced_motion="reduce").new_page()
    sign_in(page, server, "officer")
    page.goto(queue(server))
    address, waiting = page.url, page.locator("details.queued").count()
    item = page.locator("details.queued").first
    item.locator("> summary").focus()
    page.keyboard.press("Enter")
    expect(item.get_by_text("出生人数").first).to_be_visible()
    shot(page, "open")
    assert not axe_problems(page)
    item.get_by_role("button", name="退回修改").click()
    alert = item.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert).to_contain_text("请写明哪里要改")
    births = item.locator(".cell", has_text="出生人数")
    births.locator("summary", has_text="退回这一项").click()
    births.locator("textarea").fill("请再核对一次")
    shot(page, "refused")
    assert not axe_problems(page)
    item.get_by_role("button", name="退回修改").click()
    expect(item.locator(".badge").first).to_have_text("退回修改")
    expect(item.locator("> summary")).to_be_focused()
    expect(page.locator("#waiting")).to_contain_text(str(waiting - 1))
    page.keyboard.press("Enter")
    expect(item.get_by_text("请再核对一次")).to_have_count(1)
    assert page.url == address


def test_what_was_typed_outlives_the_session_also_where_a_part_of_the_page_was_asked_for(
    new_context: Callable[..., BrowserContext], server: Server, sign_in: SignIn
) -> None:
    page = new_context(viewport=DESK).new_page()
    sign_in(page, server, "officer")
    page.goto(queue(server))
    page.locator("details.queued").first.locator("> summary").click()
    page.get_by_label("退回的原因（整份）").fill("写到一半")
    cookies = page.context.cookies()
    page.context.clear_cookies()  # the session ends meanwhile
    page.get_by_role("button", name="退回修改").click()
    expect(page.locator("h1")).to_have_text("还没有送出")
    page.context.add_cookies(cookies)  # signed in, in another window
    page.get_by_role("button", name="已登录，再送一次").click()
    expect(page.get_by_text("已退回，组长的手机")).to_be_visible()


def test_without_script_every_step_is_a_page(
    new_context: Callable[..., BrowserContext], server: Server, sign_in: SignIn
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, server, "officer")
    page.goto(queue(server))
    page.locator("details.queued > summary").first.click()
    page.locator("details.queued a").first.click()
    page.get_by_role("button", name="退回修改").click()
    expect(page.locator("#error-summary")).to_contain_text("请写明哪里要改")
    page.get_by_role("button", name="接收", exact=True).click()
    expect(page.get_by_text("已接收。")).to_be_visible()
    page.get_by_role("link", name="看板").click()
    page.get_by_role("link", name="未上报").click()
    expect(page.get_by_text("只列出：未上报")).to_be_visible()
