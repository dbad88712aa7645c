"""axe finds nothing on documents that staff work on: the crawl by links sees one edition, which is published."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Playwright, expect

from tests.browser.doors import Clerk
from tests.browser.test_accessibility import OTHER_LOOKS
from tests.support.checks import axe_problems
from tests.support.files import png
from tests.support.server import Server


def handed_in(driver: Playwright, server: Server) -> str:
    """Let the township write a document with a file and hand it in; return its address."""
    wire = Clerk(driver, server, "township").wire
    begun = {"topic": "what-changes", "kind": "notice", "title": "办事时间有变"}
    answer = wire.post("/app/documents", form=begun, max_redirects=0)
    address = answer.headers["location"].removesuffix("/edit")
    words = {"title": "办事时间有变", "summary": "改时间了。周末也办。带身份证。", "body": "## 时间\n\n- 周末也办"}
    facts = {"issuer": "镇政府", "source_name": "公告", "valid_from": "2026-11-01", "revision": "1"}
    wire.post(f"{address}/edit", form={f"{name}_zh-Hans": text for name, text in words.items()} | facts)
    wire.post(f"{address}/files", multipart={"file": {"name": "表.png", "mimeType": "image/png", "buffer": png()}})
    answer = wire.post(f"{address}/hand-in", form={"revision": "3"}, max_redirects=0)
    assert answer.status == 303, answer.text()
    return address


def test_axe_finds_nothing_on_documents_at_work(
    new_context: Callable[..., BrowserContext], shared_server: Server, sign_in: Callable, shot: Callable,
    playwright: Playwright,
) -> None:  # fmt: skip
    """A draft with mistakes, the draft mended, what it changes, and what somebody else handed in."""
    waiting = handed_in(playwright, shared_server)
    page = new_context(reduced_motion="reduce").new_page()
    sign_in(page, shared_server, "county")
    problems: list[str] = []

    def look(name: str) -> None:
        for looks in ("plain", "large-dark"):
            if looks != "plain":
                page.evaluate(OTHER_LOOKS)
            problems.extend(f"{name} {looks} {problem}" for problem in axe_problems(page))
            shot(page, f"{looks}-document-{name}")

    page.goto(f"{shared_server.url}/app/documents?kind=benefit")
    page.locator(".entries .entry-line").first.click()
    page.get_by_role("button", name="写新版本").click()
    page.locator("[id='summary_zh-Hans']").fill("三句话。改过了。还是三句。")
    page.locator("#source_url").fill("不是网址")
    page.get_by_role("button", name="存这一稿").click()
    expect(page.locator("#source_url-problem")).to_be_visible()
    look("with-problems")
    page.locator("#source_url").fill("https://www.gov.cn/")
    page.get_by_role("button", name="存这一稿").click()
    expect(page.get_by_text("这一稿存好了。")).to_be_visible()
    look("draft")
    changes, base = page.url.partition("?")[0] + "/review", shared_server.url
    for name, address in (("changes", changes), ("waiting", base + waiting), ("to-judge", f"{base}{waiting}/review")):
        page.goto(address)
        look(name)
    assert not problems, "\n".join(problems)
