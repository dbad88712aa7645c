"""The month's list with its totals, the campaign days, and who sees what."""

from datetime import timedelta

import pytest

from tests.builders import report
from tests.support.office import words
from tests.web.outreach.conftest import LEAST
from webapp.core import clock
from webapp.core.period import Month
from webapp.orgs.queries import unit
from webapp.outreach import queries

NOVEMBER = Month(2026, 11)


def path(world, name):
    return unit(world.units[name]).path


@pytest.fixture
def month(noting):
    """Store one entry of every kind in the first group, and some elsewhere."""
    for kind in LEAST:
        noting("officer", kind)
    noting("officer", "training", "community", hours=3, attended=20)
    noting("other_officer", "notice", "other_group", households=7, title="别处的")
    noting("officer", "meeting", date="2026-10-08", title="上个月的会")


def test_totals_are_those_of_a_place_and_a_month(month, world):
    found = queries.totals(path(world, "community"), NOVEMBER)
    nothing = {"quantity": 0, "households": 0, "fresh": 0, "attended": 0, "hours": 0, "counted": 0}
    assert found["training"] == {**nothing, "entries": 2, "hours": 5, "attended": 29}
    assert found["delivery"] == {**nothing, "entries": 1, "quantity": 40, "households": 30, "fresh": 0}
    assert set(found) == set(LEAST) - {"plan", "point"}
    assert (found["notice"]["counted"], found["guide"]["counted"]) == (25, 3)
    assert queries.totals(path(world, "township"), NOVEMBER)["notice"]["households"] == 32
    assert queries.totals(path(world, "far_township"), NOVEMBER) == {}


def test_measures_are_those_of_each_unit(month, world):
    found = queries.measures(path(world, "township"), NOVEMBER)
    assert set(found) == {world.units[name] for name in ("group", "community", "other_group")}
    assert found[world.units["community"]]["training"]["hours"] == 3
    assert found[world.units["group"]]["meeting"] == {
        "entries": 1, "quantity": 0, "households": 0, "fresh": 0, "attended": 12, "hours": 0, "counted": 0,
    }  # fmt: skip


def test_the_list_says_what_was_done(month, signed_in):
    pages = signed_in("officer")
    text = words(pages.get("/app/outreach"))
    assert "2 笔 · 29 人次 · 5 学时" in text and "25 户" in text and "月报计 25 户" in text
    assert "别处的" not in text and "上个月的会" not in text
    assert "上个月的会" in words(pages.get("/app/outreach?month=202610"))
    only = pages.get("/app/outreach?kind=training").find(id="entries")
    assert len(only.find_all("li")) == 2
    assert "这个月还没有记" in words(pages.get("/app/outreach?month=202609"))


@pytest.mark.one_database
def test_who_sees_how_far(month, signed_in, world):
    for login, seen in (("leader", False), ("leader2", False), ("township", True), ("county", True), ("auditor", True)):
        assert ("别处的" in words(signed_in(login).get("/app/outreach"))) is seen, login
    assert "示例" in words(signed_in("leader").get("/app/outreach"))
    assert "示例" not in words(signed_in("leader2").get("/app/outreach"))
    signed_in("officer").get(f"/app/outreach?unit={world.units['other_group']}", 404)
    signed_in("coordinator").get("/app/outreach", 403)
    assert not signed_in("auditor").get("/app/outreach").find(id="note")


@pytest.mark.one_database
@pytest.mark.parametrize("asked", ["month=2026", "month=202613", "kind=point", "kind=x"])
def test_what_makes_no_sense_is_not_found(signed_in, asked):
    signed_in("officer").get(f"/app/outreach?{asked}", 404)


def test_the_next_campaign_day_comes_first_with_its_plans(signed_in, noting):
    noting("township", "plan", "township", date="2026-12-01", occasion="aids_day", title="广场咨询")
    noting("officer", "plan", "community", date="2026-12-20", title="年底走访")
    noting("other_officer", "plan", "other_community", date="2026-12-20", title="别处的")
    text = words(signed_in("officer").get("/app/outreach/calendar"))
    assert "还有 10 天" in text and "年底走访" in text and "别处的" not in text and "广场咨询" not in text
    soup = signed_in("township").get("/app/outreach/calendar")
    first = soup.find("main").find("section")
    assert "世界艾滋病日" in words_in(first) and "广场咨询" in words_in(first)
    assert "别处的" in words_in(soup.find(id="others"))
    form = signed_in("township").get(first.find("a", class_="button")["href"])
    assert form.find("input", {"name": "date"})["value"] == "2026-12-01"
    assert form.find("option", {"selected": True, "value": "aids_day"})


@pytest.mark.one_database
def test_a_plan_is_seen_until_its_own_day_also_when_the_day_that_it_is_for_is_over(signed_in, noting):
    noting("township", "plan", "township", date="2026-12-05", occasion="aids_day", title="补一场咨询")
    with clock.frozen(clock.now() + timedelta(days=12)):  # 3 December: the next such day is a year away
        soup = signed_in("township").get("/app/outreach/calendar")
    assert "补一场咨询" in words_in(soup.find(id="others"))


def words_in(tag):
    return " ".join(tag.get_text().split())


def test_a_number_of_the_report_leads_back(noting, signed_in, phone, world):
    entry = noting("leader", "guide")
    link = f"/app/outreach/{entry.id}"
    here = signed_in("leader").get("/app/report/202611").find("a", href=link)
    assert "示例 · 3" in words_in(here)
    assert phone("leader").push(report(world.units["group"]))[0]["outcome"] == "created"
    for login in ("officer", "township", "auditor"):
        there = signed_in(login).get(f"/app/reports/{world.units['group']}/202611")
        assert "示例 · 3" in words_in(there.find("a", href=link)), login
