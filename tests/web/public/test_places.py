"""For which place a public page speaks, and how a resident comes to the right one by links."""

from datetime import date
from urllib.parse import urlencode

import pytest

from tests.builders import OPENED
from tests.support.published import publish
from webapp.core.db import transaction
from webapp.core.ids import new_id
from webapp.offices.queries import place_asked_for
from webapp.orgs import service as orgs
from webapp.orgs.rules import Node

COUNTY, TOWNSHIP, COMMUNITY = "331126", "331126101", "331126101201"


def ways(soup):
    return [a["href"] for a in soup.select("main .titles a")]


def test_links_lead_from_the_county_to_the_community(page, world):
    assert f"/places?at={TOWNSHIP}" in ways(page.get("/places"))
    found = ways(page.get(f"/places?at={TOWNSHIP}"))
    assert f"/?at={COMMUNITY}" in found
    soup = page.get(f"/?at={COMMUNITY}")
    assert soup.h1.get_text() == f"单位{COMMUNITY}居民服务"
    assert soup.find("input", attrs={"name": "at"})["value"] == COMMUNITY


def test_one_comes_back_to_the_page_one_came_from(page, world):
    assert f"/policies?at={COMMUNITY}" in ways(page.get(f"/places?at={TOWNSHIP}&to=/policies"))
    for elsewhere in ("https://evil.example", "//evil.example", "/gone/for/ever"):
        assert f"/?at={COMMUNITY}" in ways(page.get(f"/places?at={TOWNSHIP}&to={elsewhere}"))


@pytest.mark.parametrize(("page_of", "asked"), [("/search", "q=育儿 补贴&x"), ("/policies/nursery", "2024-05-01")])
def test_what_was_asked_for_stays_while_the_place_changes(page, world, page_of, asked):
    publish(world)
    name = "q" if page_of == "/search" else "on"
    way = page.get(f"{page_of}?{urlencode({name: asked})}").select_one(".where a")["href"]
    for code in (TOWNSHIP, COMMUNITY):
        way = next(each for each in ways(page.get(way)) if each.endswith(f"at={code}"))
    assert way == f"{page_of}?{urlencode({name: asked, 'at': COMMUNITY})}"


@pytest.mark.parametrize("code", ["0", "999999", "33112610120101", "x' OR 1=1", "庆元", "%00"])
def test_a_place_that_is_none_is_the_county_and_the_page_says_so(page, world, code):
    text = page.get(f"/policies?at={code}").find("main").get_text()
    assert "没有找到您要的地方，下面是单位331126的。" in text


def test_a_place_that_was_merged_leads_to_who_took_over(page, world, app):
    units = world.units
    with transaction():
        orgs.merge([units["other_community"]], units["community"], date(2026, 10, 1), actor_id=None)
    with app.test_request_context("/?at=331126101202"):
        assert place_asked_for().code == COMMUNITY


def test_with_several_counties_one_is_asked_which(page, world, app):
    with transaction():
        orgs.open_units([Node(new_id(), "county", "景宁县", "331127", None, OPENED)], actor_id=None)
    soup = page.get("/")
    assert soup.h1.get_text() == "居民服务"
    assert soup.find("a", href="/places")
    assert {"/places?at=331126", "/places?at=331127"} == set(ways(page.get("/places")))
    with app.test_request_context("/"):
        assert place_asked_for().path == "/"
