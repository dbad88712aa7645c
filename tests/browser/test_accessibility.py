"""axe finds nothing on any page that somebody can reach by links, in any size and theme."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.browser import books
from tests.support.checks import AXE_RULES, AXE_SIGHT, axe_problems
from tests.support.server import Server
from tests.support.surveys import BOOK, xlsx
from webapp.core import clock
from webapp.polling.surveys import XLSX

ON_PHONES = ("leader", "coordinator")  # whose pages are filled by scripts
PEOPLE = ("nobody", "leader", "coordinator", "officer", "county")
# Everybody's pages in the language they are written in. Of the others each kind of page by whoever sees the most of
# it, in the look in which words need the most room: a language changes the words and their length, and nothing else.
CRAWLS = (
    *((login, "zh-Hans") for login in PEOPLE),
    ("nobody", "en"), ("nobody", "zh-Hant"), ("leader", "en"), ("officer", "en"),
)  # fmt: skip
MOST = 90  # kinds of pages; a crawl that finds more than this has gone astray
FILE = re.compile(r"\.(csv|xlsx|pem|png|svg)\b|/round/file|/files/")
SEARCHES = ("/search", "/search?q=社会抚养费", "/search?q=宇宙飞船的叶酸")  # found and ended, nearly found
STARTS = {"nobody": ("/", "/sign-in", "/receipts", "/about", "/privacy", "/patterns", "/no-such-page", *SEARCHES)}
# What the server writes for these looks; a style depends on nothing else, so no second request is needed.
OTHER_LOOKS = """() => {
    document.documentElement.classList.add("large");
    document.documentElement.dataset.theme = "dark";
}"""


def kind_of(url: str) -> str:
    """Return the address without what names one thing of many: pages of the same kind look alike."""
    path = re.sub(r"(?<=/policies/)[a-z0-9-]+|(?<=/outreach/new/)[a-z]+", "…", urlsplit(url).path)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4,}", "…", path)


def crawl(page: Page, base: str, starts: tuple[str, ...], settling: int, look: Callable[[str], None]) -> None:
    """Visit one page of each kind that can be reached by links from `starts`; call `look` on each, `settling` ms on."""
    waiting = [f"{base}{path}" for path in starts]
    seen = {kind_of(url) for url in waiting}
    while waiting:
        url = waiting.pop(0)
        response = page.goto(url)
        assert response, url
        if "text/html" not in response.headers.get("content-type", ""):
            continue
        page.wait_for_timeout(settling)
        try:
            look(url)
        except Error as error:
            if "because of a navigation" not in error.message:
                raise
            page.wait_for_load_state()  # the page has just loaded itself anew, for other looks or a new version
            look(url)
        links: list[str] = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        for link in links:
            is_page = link.startswith(f"{base}/") and not FILE.search(link)
            if is_page and kind_of(link) not in seen:
                seen.add(kind_of(link))
                waiting.append(link.split("#")[0])
        assert len(seen) <= MOST, sorted(seen)


def make_a_survey(page: Page, server: Server, look: Callable[[str], None]) -> None:
    """Look at what no link leads to: a survey's file with faults, a sample that cannot be drawn, what came of one."""
    for sheets in ({**BOOK, "settings": []}, BOOK):
        page.goto(f"{server.url}/app/surveys/new")
        page.locator("label.chip:has([value=satisfaction])").click()
        page.fill("[name=until]", clock.today().isoformat())
        page.set_input_files("[name=file]", {"name": "form.xlsx", "mimeType": XLSX, "buffer": xlsx(sheets).read()})
        page.get_by_role("button", name="检查并保存").click()
        if sheets is not BOOK:
            expect(page.locator("#faults li")).to_have_count(1)
            look(page.url)
    page.get_by_role("button", name="抽样", exact=True).click()
    expect(page.locator("#size-problem")).to_be_visible()
    look(page.url)
    [over] = books.ask(server, "SELECT id FROM survey WHERE state = 'closed'")
    for part, row in (("results", "table"), ("texts", "li.lines")):
        page.goto(f"{server.url}/app/surveys/{over['id']}/{part}")
        expect(page.locator(f"main {row}").first).to_be_visible()
        look(page.url)


@pytest.mark.parametrize(("login", "language"), CRAWLS)
def test_axe_finds_nothing(
    new_context: Callable[..., BrowserContext], shared_server: Server, sign_in: Callable, shot: Callable,
    login: str, language: str,
) -> None:  # fmt: skip
    context = new_context(reduced_motion="reduce")  # a colour on its way to another has no contrast to speak of
    context.add_cookies([{"name": "lang", "value": language, "url": shared_server.url}])
    page = context.new_page()
    problems: list[str] = []

    def look(url: str) -> None:
        name = kind_of(url).replace("/", "-")
        if language == "zh-Hans":
            problems.extend(f"{url} plain {problem}" for problem in axe_problems(page))
            shot(page, f"plain{name}")
        page.evaluate(OTHER_LOOKS)
        rules = AXE_SIGHT if language == "zh-Hans" else AXE_RULES
        problems.extend(f"{url} large-dark {problem}" for problem in axe_problems(page, rules))
        shot(page, f"large-dark{name}")

    if login != "nobody":
        sign_in(page, shared_server, login)
    settling = 150 if login in ON_PHONES else 0
    crawl(page, shared_server.url, STARTS.get(login, ("/app",)), settling, look)
    if (login, language) == ("officer", "zh-Hans"):
        make_a_survey(page, shared_server, look)
    assert not problems, "\n".join(problems)


def test_axe_finds_nothing_on_work_with_cases_and_on_forms_that_were_refused(
    new_context: Callable[..., BrowserContext], shared_server: Server, sign_in: Callable
) -> None:
    page = new_context(reduced_motion="reduce").new_page()
    sign_in(page, shared_server, "officer")
    problems: list[str] = []

    def look(where: str) -> None:
        page.evaluate(OTHER_LOOKS)
        problems.extend(f"{where} {problem}" for problem in axe_problems(page))

    page.goto(f"{shared_server.url}/app/cases")
    cases = page.eval_on_selector_all(".entries a[href]", "links => links.map(link => link.href)")
    assert len(cases) > 3  # the demonstration has them open, answered and closed
    for case in cases[1:]:
        page.goto(case)
        look(case)
    stock = f"{shared_server.url}/app/outreach/new/stock"
    for url, form in ((cases[0], "form[action$=forward]"), (stock, "main form")):
        page.goto(url)
        page.locator(f"{form} button[type=submit]").click()
        page.locator("#error-summary").wait_for()
        look(f"{url} refused")
    assert not problems, "\n".join(problems)
