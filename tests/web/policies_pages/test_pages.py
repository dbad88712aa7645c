"""What residents read about a topic: for their place, on their day, in their language, with its source."""

from datetime import date, datetime

import pytest

from tests.support import office
from tests.support.files import png
from tests.support.published import note_amount, publish, take_down
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.policies import queries
from webapp.policies.models import Edition
from webapp.policies.service import draft

COMMUNITY, FAR = "331126101201", "331126102201"


def said(soup):
    return " ".join(soup.find("main").get_text().split())


def test_a_page_says_what_where_since_when_and_by_whom(page, world):
    publish(world)
    note_amount(verified_by="庆元县财政局", verified_on=date(2026, 3, 1))
    soup = page.get("/policies/nursery")
    assert soup.h1.get_text() == "托育补助"
    text = said(soup)
    for words in (
        "正在施行 2026年1月1日 起", "三岁以下的孩子有补助。到街道办。带户口簿。", "有孩子的家庭", "单位331126",
        "每个孩子12,000 元（每个孩子每年）。", "庆元县卫生健康局", "庆卫〔2026〕1号", "县政府网站", "县卫生健康局",
        "还没有人核对过", "庆政〔2026〕2号", "2026年3月1日 核对（庆元县财政局）",
    ):  # fmt: skip
        assert words in text, words
    assert soup.find("a", href="https://www.zjqy.gov.cn/a")
    assert soup.find("article").h2.get_text() == "怎么办"
    assert "以当地公布为准）" not in text, "somebody has checked the amount"


def test_an_amount_that_nobody_checked_or_knows_is_as_announced_locally(page, world):
    publish(world)
    assert "每个孩子以当地公布为准。" in said(page.get("/policies/nursery"))
    note_amount()
    assert "12,000 元（每个孩子每年）（以当地公布为准）" in said(page.get("/policies/nursery"))


def test_what_was_verified_says_by_whom(page, world):
    publish(world, verified_by="庆元县卫生健康局", verified_on=date(2026, 5, 4))
    text = said(page.get("/policies/nursery"))
    assert "2026年5月4日庆元县卫生健康局" in text
    assert "还没有人核对过" not in text


def test_a_page_is_as_of_a_day(page, world):
    publish(world, words={"title": "旧办法"}, valid_from=date(2019, 1, 1))
    publish(world, words={"title": "新办法"}, valid_from=date(2021, 7, 1))
    assert page.get("/policies/nursery").h1.get_text() == "新办法"
    then = page.get("/policies/nursery?on=2020-05-01")
    assert then.h1.get_text() == "旧办法"
    assert "这是 2020年5月1日 那天的规定" in said(then)
    assert "那一天施行 2019年1月1日 到 2021年6月30日" in said(then)
    assert then.find("input", id="on")["value"] == "2020-05-01"
    before = page.get("/policies/nursery?on=2018-12-31")
    assert "2018年12月31日 那天，这里还没有公布过这一项" in said(before)
    assert "还没有施行" not in said(before) and "正在施行" in said(before), "its editions are as they are today"


@pytest.mark.parametrize("typed", ["昨天", "2026-02-30", "1"])
def test_a_day_that_is_none_is_told_at_the_field(page, world, typed):
    publish(world)
    soup = page.get(f"/policies/nursery?on={typed}", status=422)
    assert soup.find("input", id="on")["value"] == typed
    assert "日期不对" in soup.find(id="on-problem").get_text()
    assert soup.find("details", open=True), "the field can be seen"


def test_what_ended_says_since_when_and_by_what(page, world):
    publish(world, valid_to=date(2026, 6, 30))
    assert "已经过期" in said(page.get("/policies/nursery"))
    assert "到 2026年6月30日 为止" in said(page.get("/policies/nursery"))
    publish(world, "fees", repealed_by="《关于修改〈人口法〉的决定》", repealed_on=date(2026, 8, 20))
    assert "从 2026年8月20日 起废止，依据：《关于修改〈人口法〉的决定》。" in said(page.get("/policies/fees"))
    publish(world, "soon", valid_from=date(2027, 1, 1))
    assert "还没有公布过" in said(page.get("/policies/soon"))
    assert "从 2027年1月1日 起施行，之前不算数。" in said(page.get("/policies/soon"))
    assert not page.get("/policies").select(".titles a"), "nothing of it is in force"


def test_what_was_taken_down_says_so_and_shows_nothing_else(page, world):
    edition = publish(world)
    take_down(world, edition)
    soup = page.get("/policies/nursery")
    assert "2026年11月21日 撤下，原因：写错了 公示还不满 15 天。" in said(soup)
    assert "带户口簿" not in said(soup)


def test_the_rule_changes_at_midnight_in_shanghai(page, world):
    publish(world, words={"title": "今年的"}, valid_to=date(2026, 12, 31))
    publish(world, words={"title": "明年的"}, valid_from=date(2027, 1, 1))
    for second, title in ((59, "今年的"), (60, "明年的")):
        local = datetime(2026, 12, 31, 23, 59, tzinfo=clock.SHANGHAI).timestamp() + second
        with clock.frozen(datetime.fromtimestamp(local, clock.SHANGHAI)):
            assert page.get("/policies/nursery").h1.get_text() == title


def test_the_nearest_office_speaks_and_says_who_it_is(page, world):
    publish(world)
    publish(world, unit="community", words={"title": "石龙的补助"})
    here = page.get(f"/policies/nursery?at={COMMUNITY}")
    assert here.h1.get_text() == "石龙的补助"
    assert f"单位{COMMUNITY}有自己的规定" in said(here)
    assert page.get(f"/policies/nursery?at={FAR}").h1.get_text() == "托育补助"
    assert page.get("/policies/nursery").h1.get_text() == "托育补助"


@pytest.mark.parametrize("url", ["/policies", "/policies/nursery", "/policies/nursery/history", "/places", "/"])
def test_links_keep_the_place(page, world, url):
    publish(world)
    soup = page.get(f"{url}?at={COMMUNITY}")
    ways = [a["href"] for a in soup.select("main a[href^='/policies'], main a[href='/'], main a[href^='/claims']")]
    assert not [way for way in ways if f"at={COMMUNITY}" not in way]
    forms = soup.select("main form[method=get]")
    assert len(forms) == len(soup.select(f"main form input[name=at][value='{COMMUNITY}']"))


def test_all_editions_are_listed_and_compared(page, world):
    publish(world, words={"body": "每月 300 元。\n\n到街道[办](/places)。"})
    publish(world, valid_from=date(2026, 7, 1), words={"body": "- 每月 **350** 元。\n\n到街道[办](/places)。"})
    soup = page.get("/policies/nursery/history")
    links = [a["href"] for a in soup.select(".titles a")]
    assert ["第 2 版" in link.get_text() for link in soup.select(".titles a")] == [True, False]
    newest = page.get(links[0])
    assert [tag.get_text() for tag in newest.select(".changed del, .changed ins")] == ["300", "350"]
    assert "街道办" in newest.select_one(".changed").get_text(), "what is read, not how it is written"
    assert "每月 300 元。" in said(page.get(links[1]))
    assert "已有新版本" in said(page.get(links[1]))


@pytest.mark.parametrize(
    ("lang", "title", "written", "notes"), [("en", "Nursery", "en", 0), ("zh-Hant", "托育补助", "zh-Hans", 1)]
)
def test_a_language_that_is_missing_is_said_to_be(page, world, lang, title, written, notes):
    publish(world, texts={"en": {"title": "Nursery", "summary": "Help.", "body": "Ask.", "audience": "Families"}})
    page.client.set_cookie("lang", lang)
    soup = page.get("/policies/nursery")
    assert soup.h1.get_text() == title
    assert soup.find("article")["lang"] == written
    assert len(soup.select("main .notice[data-kind=info]")) == notes


def test_a_file_is_taken_away_never_opened_here(page, world):
    edition = publish(world, files=[("办法.png", png())])
    link = page.get("/policies/nursery").find("a", download=True)["href"]
    answer = page.client.get(link)
    assert answer.data == png()
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert page.client.get(link, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert page.client.get(link.replace("nursery", "other")).status_code == 404
    take_down(world, edition)
    assert page.client.get(link).status_code == 404


def test_nothing_of_a_draft_is_seen(page, world):
    publish(world, files=[("办法.png", png())])
    document = queries.document_of("nursery", world.units["county"])
    actor = office.actor(world, "officer")
    with transaction():
        edition = draft(document, actor)
    file = queries.files_of([edition.id])[edition.id][0]
    assert page.client.get(f"/policies/nursery/files/{file.id}").status_code == 404
    assert page.client.get(f"/policies/nursery/history/{edition.id}").status_code == 404
    assert db.session.get(Edition, edition.id)


@pytest.mark.parametrize(
    "url", ["nothing", "nothing/history", "nursery/files/x", "nursery/history/x", "a%20b", "a%00b"]
)
def test_what_is_not_there_is_not_found(page, world, url):
    publish(world)
    page.get(f"/policies/{url}", status=404)
