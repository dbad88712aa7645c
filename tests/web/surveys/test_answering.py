"""A resident answers: by a card, by a code on a wall, page by page, and nothing typed is lost."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.builders import World
from tests.conftest import NOON
from tests.support.pages import Pages
from tests.support.surveys import BOOK, form, running, stored, tokens
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.surveys import queries, service

FIRST = {"q_known": "yes", "q_service": "good"}


def sent(soup: BeautifulSoup) -> dict[str, list[str]]:
    """Return what the form on a page would send, as a browser does."""
    found: dict[str, list[str]] = {}
    for tag in soup.select("main form input, main form textarea"):
        if tag.get("type") in ("radio", "checkbox") and not tag.has_attr("checked"):
            continue
        found.setdefault(str(tag["name"]), []).append(
            str(tag.get("value", "") if tag.name == "input" else tag.text.strip())
        )
    return found


def go(page: Pages, token: str, soup: BeautifulSoup, status: int = 200, **typed: str | list[str]) -> BeautifulSoup:
    """Send the form on a page with what is typed now; return the page that answers."""
    with clock.frozen(clock.now() + timedelta(seconds=5)):
        return page.post(f"/surveys/{token}", {**sent(soup), "go": "next", **typed}, status)


def finish(page: Pages, token: str, soup: BeautifulSoup, **typed: str | list[str]) -> str:
    """Send the last page; return where that leads."""
    with clock.frozen(clock.now() + timedelta(seconds=5)):
        return page.submit(f"/surveys/{token}", {**sent(soup), "go": "next", **typed})


def answer(page: Pages, token: str, **last: str | list[str]) -> str:
    second = go(page, token, page.get(f"/surveys/{token}"), **FIRST)
    return finish(page, token, second, q_ways=["leader", "phone"], q_minutes="12", **last)


def test_a_card_answers_once(world: World, page: Pages):
    survey = running(world, {"group": 3})
    token = tokens(world, survey, "group")[0]
    where = answer(page, token, q_words="办得很快")
    assert where == f"/surveys/{token}/thanks"
    assert "谢谢" in page.get(where).h1.text
    [tally] = queries.tallies(survey)
    assert (tally.answered, tally.channel) == (1, "visit")
    assert tally.counts == {
        "known": {"yes": 1, "no": 0},
        "service": {"good": 1, "fair": 0, "bad": 0},
        "ways": {"leader": 1, "phone": 1, "": 0, "/": 0},
        "minutes": {**{f"{low}–{low + 9}": int(low == 10) for low in range(0, 100, 10)}, "": 0},
    }
    assert queries.texts(survey) == {"words": ["办得很快"]}
    assert "已经收到" in page.get(f"/s/{token.lower()}").h1.text
    assert "已经收到" in page.post(f"/surveys/{token}", FIRST, 200).h1.text
    assert queries.answered(survey) == 1


def test_the_same_card_twice_at_the_last_page_counts_once(app: Flask, world: World, page: Pages):
    survey = running(world, {"group": 1})
    [token] = tokens(world, survey, "group")
    last = go(page, token, page.get(f"/surveys/{token}"), **FIRST)
    finish(page, token, last)
    assert "已经收到" in go(page, token, last).h1.text
    assert queries.answered(survey) == 1


def test_what_is_wrong_stands_at_the_field_and_nothing_is_lost(world: World, page: Pages):
    survey = running(world, {"group": 1})
    [token] = tokens(world, survey, "group")
    first = go(page, token, page.get(f"/surveys/{token}"), 422, q_service="fair")
    assert "请回答这一题" in first.select_one("#q_known-problem").text
    assert first.select_one("input[name=q_service][checked]")["value"] == "fair"
    second = go(page, token, first, q_known="yes")
    third = go(page, token, second, 422, q_minutes="一百")
    assert "整数" in third.select_one("#q_minutes-problem").text
    assert third.select_one("#q_minutes")["value"] == "一百"
    assert "0 到 99" in go(page, token, third, 422, q_minutes="100").select_one("#q_minutes-problem").text
    back = go(page, token, third, go="back")
    assert {tag["value"] for tag in back.select("input[type=radio][checked]")} == {"yes", "fair"}
    assert go(page, token, back).select_one("#q_minutes")["value"] == "一百"


def test_what_is_wrong_says_of_which_question(world: World, page: Pages):
    [token] = tokens(world, running(world, {"group": 1}), "group")
    wrong = go(page, token, page.get(f"/surveys/{token}"), 422)
    assert [(link["href"], link.text) for link in wrong.select("#error-summary a")] == [
        ("#q_known", "您知道育儿补贴吗？ 请回答这一题。"), ("#q_service", "办事满意吗？ 请回答这一题。"),
    ]  # fmt: skip
    last = go(page, token, go(page, token, wrong, **FIRST), 422, subject="buy")
    assert "没有发出去" in last.select_one("#error-summary li").text


def test_who_is_not_asked_is_not_shown_the_question(world: World, page: Pages):
    survey = running(world, {"group": 1})
    [token] = tokens(world, survey, "group")
    second = go(page, token, page.get(f"/surveys/{token}"), q_known="no", q_service="bad")
    assert not second.select("input[name=q_ways]")
    finish(page, token, second, q_ways="leader")  # somebody turned back, or tries it on
    [tally] = queries.tallies(survey)
    assert tally.counts["ways"] == {"leader": 0, "phone": 0, "": 0, "/": 1}


def test_progress_grows(world: World, page: Pages):
    survey = running(world, {"group": 1})
    [token] = tokens(world, survey, "group")
    first = page.get(f"/surveys/{token}")
    second = go(page, token, first, **FIRST)
    assert [one.select_one("progress")["value"] for one in (first, second)] == ["0", "2"]


def test_a_code_on_a_wall_takes_many(world: World, page: Pages):
    survey = running(world, {}, place=True)
    [place] = queries.places(survey)
    for _ in range(3):
        answer(page, place.token)
    [tally] = queries.tallies(survey)
    assert (tally.answered, tally.channel, tally.unit_id) == (3, "open", world.units["community"])
    home = page.get("/surveys?at=331126101201")
    assert home.select_one(f'a[href="/surveys/{place.token}"]').strong.text == "办事满意度"
    assert not page.get("/surveys?at=331126102201").select(f'a[href="/surveys/{place.token}"]')


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("language", "title"), [("en", "Satisfaction"), ("zh-Hans", "办事满意度"), ("zh-Hant", "办事满意度")]
)
def test_readers_are_asked_in_their_language_or_the_nearest(world: World, page: Pages, language: str, title: str):
    [token] = tokens(world, running(world, {"group": 1}), "group")
    page.client.set_cookie("lang", language)
    assert page.get(f"/surveys/{token}").h1.text == title


@pytest.mark.one_database
def test_a_robot_is_held_off_and_a_slow_reader_is_not(world: World, page: Pages):
    survey = running(world, {"group": 1})
    [token] = tokens(world, survey, "group")
    last = go(page, token, page.get(f"/surveys/{token}"), **FIRST)
    assert "没有发出去" in go(page, token, last, 422, subject="buy").text
    with clock.frozen(NOON + timedelta(days=3)):
        again = go(page, token, last, 422)
        assert "放得太久" in again.text
    with clock.frozen(NOON + timedelta(days=3, minutes=1)):
        finish(page, token, again)
    assert queries.answered(survey) == 1


def test_codes_that_lead_nowhere_are_counted(app: Flask, world: World, page: Pages):
    for number in range(service.MOST_GUESSES):
        page.get(f"/surveys/{'A' * 24}{number // 26:01d}B", 404)
    [token] = tokens(world, running(world, {"group": 1}), "group")
    assert page.client.get(f"/surveys/{token}").status_code == 429


def test_a_code_that_leads_nowhere_counts_once_by_whatever_road(
    app: Flask, world: World, page: Pages, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(service, "MOST_GUESSES", 6)
    unknown = "/surveys/" + "A" * 26
    for _ in range(2):
        assert page.get(unknown, 404).h1.text == page.post(unknown, {}, 404).h1.text
        assert page.get(f"{unknown}/thanks", 404).h1.text == "没有找到这份问卷"
    [token] = tokens(world, running(world, {"group": 1}), "group")
    assert [page.client.get(f"/surveys/{token}{more}").status_code for more in ("", "/thanks")] == [429, 429]


def test_a_code_on_a_wall_takes_only_so_many_an_hour(world: World, page: Pages, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "MOST_BY", 2)
    survey = running(world, {}, place=True)
    [place] = queries.places(survey)
    answer(page, place.token)
    answer(page, place.token)
    last = go(page, place.token, page.get(f"/surveys/{place.token}"), **FIRST)
    shut = go(page, place.token, last, 429, q_words="办得很快")
    assert "过一个小时再试" in shut.select_one("#error-summary li").text
    assert (shut.find(id="q_words").text, queries.answered(survey)) == ("办得很快", 2), "nothing typed is lost"
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        finish(page, place.token, shut)
    assert queries.answered(survey) == 3


def test_a_survey_that_is_over_says_so(world: World, page: Pages):
    survey = running(world, {"group": 1}, place=True)
    [token] = tokens(world, survey, "group")
    first = page.get(f"/surveys/{token}")
    with clock.frozen(NOON.replace(year=2027, month=1, day=1, hour=0, minute=0)):  # the night after the last day
        assert "已经结束" in page.get(f"/surveys/{token}").h1.text
        assert "已经结束" in page.post(f"/surveys/{token}", sent(first), 200).h1.text
        assert not queries.open_at(f"/{world.units['county']}/", clock.today())
    with transaction():
        service.close(stored(survey), actor_id=world.accounts["officer"])
    assert "已经结束" in page.get(f"/surveys/{token}").h1.text
    with pytest.raises(service.NotOpen), transaction():
        service.answer(stored(survey), world.units["group"], "visit", {}, None)
    db.session.rollback()
    assert queries.answered(survey) == 0


def test_the_score_of_a_card_stands_in_no_address(world: World, page: Pages):
    """Addresses are kept by browsers and proxies, and this one names the card."""
    line = ["select_one yn", "right", "对吗？", "Right?", "", "yes", "", "", "yes"]
    quiz = form({**BOOK, "survey": [[*BOOK["survey"][0], "answer"], line]}, has_answers=True)
    survey = running(world, {"group": 1}, place=True, kind="quiz", form=quiz)
    [token] = tokens(world, survey, "group")
    told = go(page, token, page.get(f"/surveys/{token}"), q_right="yes")
    assert "答对 1 题，共 1 题" in told.text and "right=" not in str(told)
    assert "已经收到" in page.get(f"/surveys/{token}").h1.text
    [wall] = queries.places(survey)
    where = finish(page, wall.token, page.get(f"/surveys/{wall.token}"), q_right="no")
    assert "答对 0 题，共 1 题" in page.get(where).text


def test_a_score_is_of_the_questions_that_were_asked(world: World, page: Pages):
    head = [*BOOK["survey"][0], "answer"]
    lines = [["select_one yn", "fee", "收费吗？", "Fee?", "", "yes", "", "", "no"],
             ["select_one yn", "why", "知道为什么吗？", "Why?", "", "yes", "${fee} = 'no'", "", "yes"]]  # fmt: skip
    quiz = form({**BOOK, "survey": [head, *lines]}, has_answers=True)
    survey = running(world, {"group": 1}, place=True, kind="quiz", form=quiz)
    [token], [wall] = tokens(world, survey, "group"), queries.places(survey)
    assert "答对 0 题，共 1 题" in go(page, token, page.get(f"/surveys/{token}"), q_fee="yes").text
    where = finish(page, wall.token, page.get(f"/surveys/{wall.token}"), q_fee="yes")
    assert "答对 0 题，共 1 题" in page.get(where).text
    assert "答对" not in page.get(where.replace("of=1", "of=2")).text


def test_right_answers_are_told_to_who_has_answered(world: World, page: Pages):
    """The code on a wall is open to all: whoever reads the answers first would know everything."""
    line = ["select_one yn", "right", "对吗？", "Right?", "", "yes", "", "", "yes"]
    quiz = form({**BOOK, "survey": [[*BOOK["survey"][0], "answer"], line]}, has_answers=True)
    [wall] = queries.places(running(world, {}, place=True, kind="quiz", form=quiz))
    where = finish(page, wall.token, page.get(f"/surveys/{wall.token}"), q_right="yes")
    assert page.get(where).select_one("#answers") and "答对 1 题" in page.get(where).text
    thanks = f"/surveys/{wall.token}/thanks"
    for forged in ("", "?right=1", "?right=1&mark=", "?right=x&mark=1", where.partition("?")[2].replace("=1", "=0")):
        shown = page.get(f"{thanks}?{forged.lstrip('?')}")
        assert not shown.select("#answers") and "答对" not in shown.text, forged
