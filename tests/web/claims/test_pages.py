"""What can be claimed, and by when: pages that ask for no account and take nothing."""

import json

import pytest

from tests.support.pages import SAME_ORIGIN
from webapp.claims.queries import figures
from webapp.core.db import db, transaction
from webapp.policies.service import load_shipped

pytestmark = pytest.mark.one_database
TOPICS = {
    "childcare": "childcare-subsidy",
    "assistance": "older-family-support",
    "residence": "residence-permit",
    "registration": "birth-registration",
}
CLAIMS = tuple(TOPICS)


def said(soup):
    return " ".join(soup.find("main").get_text().split())


def test_the_nearest_last_day_is_said_first(page, world):
    assert "2025 年出生的孩子，育儿补贴最晚2026年12月31日首次申领。" in said(page.get("/claims"))


def test_residents_find_it_from_the_home_page(page, world):
    assert page.get("/").find("a", href="/claims")
    links = {a["href"] for a in page.get("/claims").find("main").find_all("a")}
    assert {f"/claims/{claim}" for claim in CLAIMS} <= links


@pytest.mark.parametrize("claim", CLAIMS)
def test_nothing_can_be_sent(page, world, claim):
    """What a family asks about is nobody else's business: the forms go nowhere, and no route takes them."""
    form = page.get(f"/claims/{claim}").find("form", attrs={"data-claim": claim})
    assert form and "hidden" in form.attrs, "only a script can answer it"
    assert form["method"] == "dialog"
    answer = page.client.post(form["action"], data={"born": "2025-12-31"}, headers=SAME_ORIGIN)
    assert answer.status_code == 405


def test_without_a_script_each_year_of_birth_has_its_line(page, world):
    rows = {row.th.get_text(): [cell.get_text() for cell in row.find_all("td")] for row in
            page.get("/claims/childcare").select("#by-year-rows tr")}  # fmt: skip
    assert rows["2026 年"] == ["2027-12-31", "10,800 元", "还可以"]
    assert rows["2025 年"] == ["2026-12-31", "10,800 元", "还可以"]
    assert rows["2024 年"] == ["2025-12-31", "7,500–10,800 元", "已截止"]
    assert list(rows)[-1] == "2022 年"


def test_what_happens_today_has_its_last_day(page, world):
    text = said(page.get("/claims/registration"))
    assert "孩子出生2026-12-21" in text
    assert "户口迁到城市2026-11-24" in text
    assert "2027年5月21日" in said(page.get("/claims/residence"))
    assert "590 元" in said(page.get("/claims/assistance"))


def test_a_page_that_is_kept_says_of_which_day_it_speaks(page, world):
    """The readers' worker shows it on later days, too."""
    assert "2026年11月21日的事，最晚哪天" in said(page.get("/claims/registration"))
    assert "2026年11月21日登记的，2027年5月21日起可以领证" in said(page.get("/claims/residence"))
    for claim in ("", *(f"/{claim}" for claim in CLAIMS)):
        notice = page.get(f"/claims{claim}").find(attrs={"data-kept": ""})
        assert "{checked}" in notice.get_text()
        assert "hidden" in notice.attrs


def test_wechat_which_takes_no_file_from_a_page_is_offered_none(page, world):
    others = page.get("/claims/childcare").find(id="answer")
    assert others.find("a", download=True)
    assert "微信里记不进" not in others.get_text()
    wechats = page.get("/claims/childcare", headers={"User-Agent": "MicroMessenger/8.0.47"}).find(id="answer")
    assert not wechats.find("a", download=True)
    assert "微信里记不进日历" in wechats.find(attrs={"data-show": "has_days"}).get_text()


@pytest.mark.parametrize("claim", CLAIMS)
def test_the_phone_works_with_the_same_figures(page, world, claim):
    meta = page.get(f"/claims/{claim}").find("meta", attrs={"name": "sanshi-figures"})
    assert json.loads(meta["content"]) == {claim: figures()[claim]}


def test_a_claim_that_is_none_is_not_found(page, world):
    page.get("/claims/one-child-certificate", status=404)


@pytest.mark.parametrize("claim", CLAIMS)
def test_each_claim_leads_to_where_one_applies_once_that_is_published(page, world, claim):
    assert not page.get(f"/claims/{claim}").find(id="how")
    with transaction():
        load_shipped(world.units["county"])
    db.session.rollback()
    at = "at=331126101201"
    way = page.get(f"/claims/{claim}?{at}").find(id="how").find("a")["href"]
    assert way == f"/policies/{TOPICS[claim]}?{at}"
    assert page.client.get(way).status_code == 200
