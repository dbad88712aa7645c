"""Pages for everybody: what this is, what is held, and how pages look."""

import tomllib

import pytest
from bs4 import BeautifulSoup

from tests.builders import PEOPLE
from tests.support.sources import ROOT
from webapp.core.db import Base
from webapp.core.version import VERSION
from webapp.public.rules import ABOUT_NOBODY, EVERYTHING, LOOKS, REFUSED
from webapp.visits.schemas import NeedSchema, VisitSchema

pytestmark = pytest.mark.one_database

OF_RESIDENTS = (
    "/policies",
    "/claims",
    "/claims/childcare",
    "/feedback",
    "/feedback/new?kind=help",
    "/surveys",
    "/places",
)
PUBLIC_PAGES = ("/", "/about", "/privacy", "/receipts", "/sign-in")


def said(soup):
    return " ".join(soup.find("main").get_text().split())


@pytest.mark.parametrize("url", PUBLIC_PAGES)
@pytest.mark.parametrize("lang", LOOKS["lang"])
def test_public_pages_need_no_account(page, world, url, lang):
    page.client.set_cookie("lang", lang)
    soup = page.get(url)
    assert soup.html["lang"] == lang


def test_residents_find_receipts_privacy_and_the_way_in(page, world):
    soup = page.get("/")
    links = {a["href"] for a in soup.find_all("a")}
    assert {"/privacy", "/about", "/sign-in", "/receipts"} <= links
    assert "单位331126" in said(soup), "which county's it is"


@pytest.mark.parametrize("url", [*PUBLIC_PAGES, *OF_RESIDENTS])
def test_what_search_engines_list_says_what_it_is(page, world, url):
    """What they are not to list says that instead."""
    head = page.get(url).head
    robots, about = (head.find("meta", attrs={"name": name}) for name in ("robots", "description"))
    assert robots or len(about["content"]) > 8


@pytest.mark.parametrize("login", PEOPLE)
def test_staff_go_on_to_their_work(signed_in, login):
    response = signed_in(login).client.get("/")
    assert (response.status_code, response.headers["Location"]) == (303, "/app")


def test_the_notice_lists_all_that_is_held(page, world):
    soup = page.get("/privacy")
    table = soup.find("table")
    heads = [th.get_text() for th in table.find("thead").find_all("th")]
    assert heads == ["存什么", "为什么", "依据", "存多久", "谁能看到"]
    rows = table.find("tbody").find_all("tr")
    assert len(rows) == len(EVERYTHING)
    assert not [cell for row in rows for cell in row.find_all(["th", "td"]) if not cell.get_text(strip=True)]
    assert {cell["data-label"] for cell in rows[0].find_all("td")} == set(heads[1:])


def test_every_table_of_the_database_is_in_the_notice(app):
    told = {table for row in EVERYTHING for table in row.tables}
    tables = set(Base.metadata.tables) | {"alembic_version"}
    assert tables - told - ABOUT_NOBODY == set(), "say in webapp/public/rules.py what these hold and why"
    assert told | ABOUT_NOBODY == tables, "these are gone"
    assert not told & ABOUT_NOBODY


@pytest.mark.parametrize(("table", "schema"), [("visit", VisitSchema), ("need", NeedSchema)])
def test_every_field_of_visits_and_needs_is_told(table, schema):
    [row] = [row for row in EVERYTHING if table in row.tables]
    assert set(row.names) == set(schema().fields)


def test_what_is_refused_is_said(page, world):
    text = said(page.get("/about"))
    assert not [line for line in REFUSED if line not in text]


@pytest.mark.parametrize("name", LOOKS)
def test_a_look_is_remembered_and_the_reader_stays_on_the_page(page, world, name):
    for value in LOOKS[name]:
        back = page.submit("/settings/looks", {name: value}, headers={"Referer": "http://localhost/about?x=1"})
        assert back == "/about?x=1"
        cookie = page.client.get_cookie(name)
        assert (cookie.value, cookie.max_age, cookie.same_site) == (value, 400 * 24 * 3600, "Lax")
        assert not cookie.http_only, "the offline shells are kept for each look, by scripts"
        page.get("/about")


def test_looks_change_the_page(page, world):
    page.submit("/settings/looks", {"lang": "en", "size": "large", "theme": "dark"})
    html = page.get("/").html
    assert (html["lang"], html["class"], html["data-theme"]) == ("en", ["large"], "dark")


@pytest.mark.parametrize("sent", [{"lang": "fr"}, {"size": ""}, {"theme": "<x>"}, {"other": "1"}, {}])
def test_what_is_no_choice_changes_nothing(page, world, sent):
    page.submit("/settings/looks", sent)
    assert [page.client.get_cookie(name) for name in LOOKS] == [None, None, None]


@pytest.mark.parametrize(
    ("headers", "data", "back"),
    [
        ({}, {}, "/"),
        ({"Referer": "https://evil.example/about"}, {}, "/"),
        ({"Referer": "http://localhost//evil.example/"}, {}, "/"),
        ({"Referer": "http://localhost/app/me/password"}, {}, "/app/me"),
        ({"Referer": "http://localhost/app/people/invite/leader"}, {}, "/app/people/invite/leader"),
        ({"Referer": "http://localhost/gone/for/ever"}, {}, "/"),
        ({"Referer": "http://localhost/about"}, {"next": "/privacy"}, "/privacy"),
        ({"Referer": "http://localhost/about"}, {"next": "https://evil.example"}, "/about"),
    ],
)
def test_the_way_back_is_a_page_of_this_site(page, world, headers, data, back):
    assert page.submit("/settings/looks", {"size": "large", **data}, headers=headers) == back


def test_pages_work_without_a_county(page, app):
    for url in PUBLIC_PAGES:
        page.get(url)


def test_no_public_page_names_what_the_law_abolished(page, world):
    for url in PUBLIC_PAGES[:3]:
        text = BeautifulSoup(page.client.get(url).text, "html5lib").get_text()
        assert not [word for word in ("计划外", "违法生育", "社会抚养费", "三查") if word in text]


def test_the_version_is_one_everywhere(page, world):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == VERSION
    assert f"## {VERSION}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert VERSION in said(page.get("/about"))
