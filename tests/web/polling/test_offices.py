"""Offices make a survey, draw whom to ask, ask by telephone, and read what came of it when it is over."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from openpyxl import load_workbook

from tests.builders import World, household, unit_named
from tests.support.files import sent
from tests.support.office import statements
from tests.support.pages import Pages
from tests.support.phone import Phone
from tests.support.surveys import BOOK, draft, form, running, stored, xlsx
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.ledger.models import LedgerLine
from webapp.polling.queries import frame, strata
from webapp.surveys import queries, service
from webapp.surveys.rules import sampled, standing

SignIn = Callable[[str], Pages]


def upload(sheets: dict = BOOK, name: str = "form.xlsx", **given: str) -> dict:
    """Return what the form for a new survey sends."""
    return {"kind": "satisfaction", "until": "2026-12-31", "file": (xlsx(sheets), name), **given}


def cells_of(page: BeautifulSoup, rows: str) -> list[list[str]]:
    """Return the texts of the cells of some rows."""
    return [[cell.text for cell in row.find_all(["th", "td"])] for row in page.select(rows)]


def test_a_file_becomes_a_survey(world: World, signed_in: SignIn):
    officer = signed_in("officer")
    where = officer.submit("/app/surveys/new", upload(), content_type="multipart/form-data").split("?")[0]
    shown = officer.get(where)
    assert shown.h1.text == "办事满意度"
    assert "草稿" in shown.text and "收到答卷" not in shown.text
    assert "办事满意度" in officer.get("/app/surveys").text
    assert "办事满意度" in signed_in("county").get("/app/surveys").text
    assert "办事满意度" not in signed_in("other_officer").get("/app/surveys").text


def test_who_reads_a_quiz_over_sees_what_is_right(world: World, signed_in: SignIn):
    lines = [["select_one yn", "fee", "收费吗？", "Fee?", "", "yes", "", "", "no"],
             ["integer", "age", "到几岁？", "Age?", "", "", "", ". >= 0 and . <= 18", "3"]]  # fmt: skip
    quiz = form({**BOOK, "survey": [[*BOOK["survey"][0], "answer"], *lines]}, has_answers=True)
    shown = signed_in("officer").get(f"/app/surveys/{draft(world, kind='quiz', form=quiz)}")
    assert [tag.text for tag in shown.select("#questions p.soft")] == ["知道 · 不知道 ✓", "0–18 · 3 ✓"]


def test_a_file_with_faults_says_where_and_stores_nothing(world: World, signed_in: SignIn):
    sheets = {**BOOK, "survey": [*BOOK["survey"], ["geopoint", "place", "在哪里"], ["text", "known", "又问"]]}
    shown = signed_in("officer").post("/app/surveys/new", upload(sheets), content_type="multipart/form-data")
    assert [line.text for line in shown.select("#faults strong")] == [
        "survey · 第 8 行 · type",
        "survey · 第 9 行 · name",
    ]
    assert "geopoint" in shown.select_one("#faults li").text
    assert not queries.surveys_for(f"/{world.units['county']}/")


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("until", "2026-11-20"),
        ("until", "2028-01-01"),
        ("until", "soon"),
        ("kind", "x"),
    ],
)
@pytest.mark.one_database
def test_what_is_missing_stands_at_the_field(world: World, signed_in: SignIn, field: str, given: str):
    shown = signed_in("officer").post("/app/surveys/new", upload(**{field: given}), content_type="multipart/form-data")
    assert shown.select_one(f"#{field}-problem")


@pytest.mark.one_database
def test_a_file_that_is_too_large_is_refused_at_its_field(world: World, signed_in: SignIn):
    data = {**upload(), "file": (io.BytesIO(b" " * 3_000_000), "form.xlsx")}
    page = signed_in("officer").post("/app/surveys/new", **sent(**data))
    assert "最多 2 MB" in page.select_one("#file-problem").text
    assert page.select_one("#until")["value"] == data["until"]


@pytest.mark.one_database
def test_a_file_that_is_no_workbook_is_refused(world: World, signed_in: SignIn):
    officer = signed_in("officer")
    for content, name in ((b"a,b", "form.csv"), (b"no zip", "form.xlsx")):
        data = {**upload(), "file": (io.BytesIO(content), name)}
        assert officer.post("/app/surveys/new", data, content_type="multipart/form-data").select_one("#file-problem")


@pytest.fixture
def homes(world: World, phone: Callable[[str], Phone]) -> dict[str, list[str]]:
    """Return households of two groups, six and three."""
    found = {}
    for login, name, count in (("leader", "group", 6), ("leader2", "group2", 3)):
        records = [household(world.units[name], f"{door}01") for door in range(1, count + 1)]
        assert {result["outcome"] for result in phone(login).push(*records)} == {"created"}
        found[world.units[name]] = [record["id"] for record in records]
    return found


def test_two_questions_tell_who_may_be_drawn_however_many_places_there_are(world: World, homes: dict[str, list[str]]):
    county, community = unit_named(world, "county"), world.units["community"]
    with statements() as asked:
        places = strata(county)
        found = frame(county, places)
    assert len(places) > 1 and {place.level for place in places} == {"community"}
    assert len(asked) == 2
    assert found == {place.id: [] for place in places} | {
        community: sorted(one for ids in homes.values() for one in ids)
    }


def test_a_sample_is_drawn_in_strata_and_can_be_drawn_again(
    world: World, signed_in: SignIn, homes: dict[str, list[str]]
):
    survey, officer = draft(world), signed_in("officer")
    where = f"/app/surveys/{survey}"
    sample = {"basis": "register", "size": "6", "how": "visit", "seed": "2026"}
    officer.submit(f"{where}/sample", sample)
    assert queries.invited(survey) == {world.units["group"]: 4, world.units["group2"]: 2}
    drawn = queries.doors(survey, f"/{world.units['county']}/")
    again = sampled("2026", homes, 6)
    assert drawn == {one: unit for unit, ids in again.items() for one in ids}
    assert stored(survey).plan["strata"][world.units["group"]] == {"frame": 6, "drawn": 4}
    officer.submit(f"{where}/open")
    assert len(officer.get(f"{where}/doors").select("#doors li")) == 6
    cards = officer.get(f"{where}/cards?unit={world.units['group']}")
    assert len(cards.select(".ticket-card svg")) == 4
    officer.submit(f"{where}/close")
    assert not queries.doors(survey, f"/{world.units['county']}/")


def test_a_sample_that_does_not_fit_says_what_would(world: World, signed_in: SignIn, homes: dict[str, list[str]]):
    survey, officer = draft(world), signed_in("officer")
    for size, said in (("1", "2"), ("10", "9"), ("many", "整数")):
        sample = {"basis": "register", "size": size, "how": "visit"}
        shown = officer.post(f"/app/surveys/{survey}/sample", sample)
        assert said in shown.select_one("#size-problem").text
        assert shown.select_one("#size")["value"] == size
    assert not queries.invited(survey)


def test_nothing_opens_without_a_road_and_nothing_changes_once_open(world: World, signed_in: SignIn):
    survey, officer = draft(world), signed_in("officer")
    where = f"/app/surveys/{survey}"
    assert "先抽样发卡" in officer.post(f"{where}/open").text
    officer.submit(f"{where}/places", {"name": "大厅", "unit": world.units["community"], "is_listed": "1"})
    with clock.frozen(clock.now() + timedelta(days=60)):
        assert "截止日期" in officer.post(f"{where}/open").text, "it would be over at once, and for good"
    officer.submit(f"{where}/open")
    with pytest.raises(service.NotOpen), transaction():
        service.set_form(stored(survey), form(), stored(survey).until, actor_id=world.accounts["officer"])
    db.session.rollback()
    assert officer.client.post(f"{where}/open", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 409
    code = queries.places(survey)[0]
    assert officer.get(f"{where}/posters/{code.id}").select_one("svg[aria-label=二维码]")


def test_a_further_version_is_a_survey_of_its_own(world: World, signed_in: SignIn):
    survey, officer = running(world, {"group": 1}), signed_in("officer")
    data = {"until": "2026-12-31", "file": (xlsx(BOOK), "form.xlsx")}
    made = officer.submit(f"/app/surveys/{survey}/form", data, content_type="multipart/form-data").split("?")[0]
    assert made != f"/app/surveys/{survey}"
    assert [(one.number, one.state) for one in queries.versions(survey)] == [(1, "open"), (2, "draft")]


def test_asking_by_telephone_uses_an_invitation_and_keeps_nobody(world: World, signed_in: SignIn):
    survey, officer = running(world, {"group": 2}, how="phone"), signed_in("officer")
    where = f"/app/surveys/{survey}/interview?unit={world.units['group']}"
    officer.post(where, {"at": "0", "q_known": "yes"}, 422)
    for _ in range(2):
        officer.post(where, {"at": "0", "q_known": "no", "q_service": "good"}, 200)
        officer.submit(where, {"at": "1", "q_known": "no", "q_service": "good"})
    assert "已经用完" in officer.get(where).text
    [tally] = queries.tallies(survey)
    assert (tally.answered, tally.channel) == (2, "phone")
    lines = db.session.query(LedgerLine.action).filter(LedgerLine.subject_id == survey).all()
    assert {action for (action,) in lines} == {"survey.created", "survey.drawn", "survey.opened"}


def answered(world: World, survey: str, unit: str, **times: int) -> None:
    """Let people at a place have answered: so many satisfied (good), so many not (bad), by a card."""
    with transaction():
        for service_, count in times.items():
            for number in range(count):
                left = service.any_left(stored(survey), world.units[unit])
                answers = {"known": "yes", "service": service_, "words": f"={service_} {number}"}
                service.answer(stored(survey), world.units[unit], "visit", answers, left)


def finished(world: World) -> str:
    """Return a survey that is over, with answers from two groups, of which one gave few of a kind."""
    survey = running(world, {"group": 40, "group2": 40})
    answered(world, survey, "group", good=20, fair=8, bad=7)
    answered(world, survey, "group2", good=22, fair=9, bad=2)
    with transaction():
        service.close(stored(survey), actor_id=world.accounts["officer"])
    return survey


@pytest.mark.one_database
def test_results_wait_until_it_is_over(world: World, signed_in: SignIn):
    survey, officer = running(world, {"group": 40}), signed_in("officer")
    answered(world, survey, "group", good=20)
    assert "还在收答卷" in officer.get(f"/app/surveys/{survey}/results").text
    for file in ("results.csv", "results.xlsx", "texts"):
        assert officer.client.get(f"/app/surveys/{survey}/{file}").status_code == 404
    assert standing("open", stored(survey).until, stored(survey).until) == "open"


@pytest.mark.one_database
def test_page_and_files_say_the_same_and_no_small_number(world: World, signed_in: SignIn):
    survey, auditor = finished(world), signed_in("auditor")
    shown = auditor.get(f"/app/surveys/{survey}/results")
    rows = cells_of(shown, "#invited-2-all-rows tr")
    assert rows == [
        ["满意", "42", "62%", "50%–72%"],
        ["一般", "17", "25%", "16%–36%"],
        ["不满意", "9", "13%", "7%–23%"],
    ]
    places = cells_of(shown, "#invited-2-units-rows tr")
    assert [row[1:] for row in places] == [["35", "20 · 57%", "—", "—"], ["33", "22 · 67%", "—", "—"]]
    table = list(
        csv.reader(io.StringIO(auditor.client.get(f"/app/surveys/{survey}/results.csv").text.lstrip("\ufeff")))
    )
    assert ["抽样", "办事满意吗？", "单位331126101201", "不满意", "80", "68", "9", "13.2%", "7.1%", "23.3%"] in table
    assert [row[6] for row in table if row[1] == "办事满意吗？" and row[3] == "不满意"] == ["9", "", ""]
    book = load_workbook(io.BytesIO(auditor.client.get(f"/app/surveys/{survey}/results.xlsx").data))
    assert [["" if cell is None else str(cell) for cell in row] for row in book.active.values] == table


@pytest.mark.one_database
def test_texts_are_for_the_office_that_asks(world: World, signed_in: SignIn):
    survey = finished(world)
    shown = signed_in("officer").get(f"/app/surveys/{survey}/texts")
    assert len(shown.select("main li.lines")) == 68
    for login, status in (("auditor", 403), ("county", 404), ("township", 404), ("other_officer", 404)):
        assert signed_in(login).client.get(f"/app/surveys/{survey}/texts").status_code == status


@pytest.mark.one_database
def test_texts_of_a_handful_are_not_told(world: World, signed_in: SignIn):
    survey = running(world, {"group": 9}, place=True)
    answered(world, survey, "group", good=2, bad=2)
    with transaction():
        service.close(stored(survey), actor_id=world.accounts["officer"])
    assert not signed_in("officer").get(f"/app/surveys/{survey}/texts").select("main li.lines")


def test_an_office_below_helps_to_ask_and_sees_no_results(app: Flask, world: World, signed_in: SignIn):
    survey = running(world, {"community": 3, "other_community": 3}, unit="county", login="county")
    officer = signed_in("officer")
    assert len(officer.get(f"/app/surveys/{survey}/cards").select(".ticket-card")) == 3
    assert officer.client.get(f"/app/surveys/{survey}/cards?unit={world.units['other_community']}").status_code == 404
    shown = officer.get(f"/app/surveys/{survey}")
    assert not shown.select("form[action$=close]")
    assert "收到答卷" not in shown.text
    for path in ("results", "results.csv", "form"):
        assert officer.client.get(f"/app/surveys/{survey}/{path}").status_code == 404
    headers = {"Sec-Fetch-Site": "same-origin"}
    assert officer.client.post(f"/app/surveys/{survey}/close", headers=headers).status_code == 404


def test_the_example_is_a_form(world: World, signed_in: SignIn):
    officer = signed_in("officer")
    file = io.BytesIO(officer.client.get("/app/surveys/example.xlsx").data)
    data = {"kind": "satisfaction", "until": "2026-12-31", "file": (file, "example.xlsx")}
    assert "said=created" in officer.submit("/app/surveys/new", data, content_type="multipart/form-data")
