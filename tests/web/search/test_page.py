"""`/search`, as residents see it."""

import logging
from datetime import datetime, time, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.builders import UNITS, World
from tests.support.pages import Pages
from tests.support.published import publish, take_down
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.policies.service import load_shipped
from webapp.search.models import SearchPosting
from webapp.search.rules import LONGEST
from webapp.search.views import LONGEST_TYPED

pytestmark = pytest.mark.one_database


@pytest.fixture
def visitor(world: World, page: Pages) -> Pages:
    """Return a visitor of a county that published what is shipped."""
    with transaction():
        load_shipped(world.units["county"])
    return page


def topics(soup: BeautifulSoup, part: str) -> list[str]:
    """Return the topics that the part `part` of the page leads to."""
    return [link["href"].split("?")[0].removeprefix("/policies/") for link in soup.select(f"#{part} .titles a")]


def test_an_answer_says_what_holds_since_when_and_whose_it_is(visitor: Pages):
    soup = visitor.get("/search?q=育儿补贴")
    assert topics(soup, "now")[0] == "childcare-subsidy"
    first = soup.select_one("#now .titles a")
    assert first.select_one("strong mark").text == "育儿补贴"
    assert "正在施行" in first.text
    assert "2025年1月1日 起" in first.text
    assert "第 1 版" in first.text
    assert "单位331126" in first.text
    assert first.select("span")[0].text == "三岁以下的孩子每年有一笔育儿补贴，第几个孩子都一样。"
    assert soup.select_one("input[name=q]")["value"] == "育儿补贴"
    assert "noindex" in visitor.client.get("/search?q=a").headers["X-Robots-Tag"]


def test_what_has_ended_stands_apart(visitor: Pages):
    soup = visitor.get("/search?q=社会抚养费")
    assert "social-maintenance-fee" not in topics(soup, "now")
    assert topics(soup, "before")[0] == "social-maintenance-fee"
    assert "以前的规定" in soup.select_one("#before").text
    assert "已经废止" in soup.select_one("#before .titles a").text


def test_titles_and_sentences_come_in_the_language_of_the_reader(visitor: Pages):
    visitor.client.set_cookie("lang", "en")
    soup = visitor.get("/search?q=叶酸")
    assert topics(soup, "now")[0] == "folic-acid"
    assert soup.select_one("#now strong").text == "Free folic acid"
    soup = visitor.get("/search?q=folic")
    assert soup.select_one("#now mark").text == "folic"


def test_without_a_query_the_topics_are_shown(visitor: Pages):
    for address in ("/search", "/search?q=", "/search?q=%20%20"):
        soup = visitor.get(address)
        assert topics(soup, "benefit")[:1] == ["childbirth-costs"]
        assert topics(soup, "rights")
        assert not soup.select("#now, #before, #guessed")


def test_nothing_found_says_so_and_leads_on(visitor: Pages):
    soup = visitor.get("/search?q=量子力学")
    assert "没有找到“量子力学”" in soup.text
    assert soup.select_one("main a[href='/policies']")
    assert not soup.select("#now, #before, #guessed")


def test_what_nearly_answers_is_offered_as_a_guess(visitor: Pages):
    soup = visitor.get("/search?q=宇宙飞船的叶酸发射架")
    assert topics(soup, "guessed")[0] == "folic-acid"
    assert "没有找到" in soup.text


ODD = (
    "%00", "%ff%fe", "<script>alert(1)</script>", "'; DROP TABLE search_word; --", "%25%5f*%3f", "\\\\", "x" * 5000,
    "孩" * 500, "a+" * 400, "%F0%9F%91%B6", "%E2%80%AE", "((((", "[[amount:childcare]]", "q=q", "12345678901234567890",
)  # fmt: skip


def test_any_query_gets_a_page(visitor: Pages):
    for query in ODD:
        soup = visitor.get(f"/search?q={query}")
        assert len(soup.select_one("input[name=q]")["value"]) <= LONGEST_TYPED
        assert not soup.select("main script, main b")


def test_who_writes_long_reads_how_much_of_it_was_looked_for(visitor: Pages):
    told = "叶酸" + "在哪里领" * LONGEST
    for query, is_cut in ((told[:LONGEST], False), (told, True)):
        soup = visitor.get(f"/search?q={query}")
        assert soup.select_one("input[name=q]")["value"] == query[:LONGEST_TYPED]
        assert (f"只按前 {LONGEST} 个字" in soup.text) is is_cut
    for page in ("/", "/search"):
        assert visitor.get(page).select_one("input[name=q]")["maxlength"] == str(LONGEST_TYPED)


def test_the_place_stays_in_every_link(visitor: Pages):
    code = UNITS["community"][1]
    soup = visitor.get(f"/search?q=叶酸&at={code}")
    assert soup.select_one("form input[name=at]")["value"] == code
    links = [link["href"] for link in soup.select("main a[href^='/']")]
    assert all(f"at={code}" in link for link in links)
    assert "at=" in visitor.get(f"/search?q=量子力学&at={code}").select_one("main a[href^='/policies']")["href"]


def test_a_nearer_owner_speaks_for_its_own_place_only(visitor: Pages, world: World):
    publish(world, "folic-acid", "community", words={"title": "本社区的叶酸"})
    here, elsewhere = (UNITS[name][1] for name in ("community", "other_community"))
    assert "本社区的叶酸" in visitor.get(f"/search?q=叶酸&at={here}").select_one("#now").text
    assert topics(visitor.get(f"/search?q=免费叶酸&at={here}"), "now").count("folic-acid") == 1
    assert "本社区的叶酸" not in visitor.get(f"/search?q=叶酸&at={elsewhere}").text
    assert "本社区的叶酸" not in visitor.get("/search?q=叶酸").text


def test_what_is_taken_down_or_does_not_hold_yet_is_not_found(visitor: Pages, world: World):
    edition = publish(world)
    publish(world, "later", valid_from=clock.today() + timedelta(days=1), words={"title": "明天的托育补助"})
    assert "nursery" in topics(visitor.get("/search?q=托育补助"), "now")
    assert "明天的托育补助" not in visitor.get("/search?q=托育补助").text
    take_down(world, edition)
    assert "nursery" not in topics(visitor.get("/search?q=托育补助"), "now")


def test_what_ends_at_midnight_is_an_earlier_rule_from_midnight_on(visitor: Pages, world: World):
    publish(world, valid_to=clock.today())
    assert "nursery" in topics(visitor.get("/search?q=托育补助"), "now")
    midnight = datetime.combine(clock.today() + timedelta(days=1), time(), clock.SHANGHAI)
    with clock.frozen(midnight - timedelta(seconds=1)):
        assert "nursery" in topics(visitor.get("/search?q=托育补助"), "now")
    with clock.frozen(midnight):
        assert topics(visitor.get("/search?q=托育补助"), "before") == ["nursery"]


def test_what_people_ask_for_is_written_down_nowhere(
    visitor: Pages, app: Flask, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
):
    """Neither in a log, also when the database fails, nor in a table, nor in a cache of the server."""
    caplog.set_level(logging.DEBUG)
    before = tables()
    visitor.get("/search?q=unheardof")
    visitor.get("/search?q=叶酸 unheardof")
    assert tables() == before
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    SearchPosting.__table__.drop(db.session.connection())
    db.session.commit()
    response = visitor.client.get("/search?q=叶酸 unheardof")
    assert response.status_code == 500
    assert "unheardof" not in response.text
    said = caplog.text + "".join(capfd.readouterr())
    assert "unexpected error at search.show" in said
    assert "unheardof" not in said
    assert "叶酸" not in said


def tables() -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        name: db.session.scalar(db.select(db.func.count()).select_from(table))
        for name, table in db.metadata.tables.items()
    }
