"""Due days: the county moves them for everybody, an office gives its groups more time, everybody else reads."""

from datetime import date

import pytest

from tests.builders import PEOPLE
from tests.support.pages import SAME_ORIGIN
from webapp.core.db import db, transaction
from webapp.core.period import Month, due
from webapp.forms.queries import calendar, extensions
from webapp.orgs.service import close

NOVEMBER = Month(2026, 11)
MORE = {"month": "202611", "due": "2026-12-05", "reason": "停电三天"}
MOVED = {"month": "202702", "due": "2027-03-05", "reason": "春节"}

RANGE = "截止日要在 2026-11-01 到 2027-02-28 之间。"


def said(soup):
    return " ".join(soup.find("main").get_text().split())


def given(world):
    db.session.rollback()
    found = extensions(list(world.units.values()), NOVEMBER)
    return {name for name, unit_id in world.units.items() if unit_id in found}


@pytest.mark.parametrize(
    ("login", "unit", "groups"),
    [
        ("officer", "group", {"group"}),
        ("officer", "community", {"group", "group2"}),
        ("township", "other_community", {"other_group"}),
        ("township", "township", {"group", "group2", "other_group"}),
        ("county", "far_township", {"far_group"}),
        ("county", "far_group", {"far_group"}),
    ],
)
def test_an_office_gives_its_groups_more_time(signed_in, world, login, unit, groups):
    pages = signed_in(login)
    location = pages.submit("/app/calendar/extensions", {**MORE, "unit": world.units[unit]})
    assert given(world) == groups
    soup = pages.get(location)
    assert f"已给 {len(groups)} 个小组延期" in said(soup)
    assert "停电三天" in soup.find(id="granted").get_text()


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("login", "unit", "status"),
    [
        ("officer", "other_group", 404),
        ("officer", "township", 404),
        ("township", "far_group", 404),
        ("auditor", "group", 403),
        ("coordinator", "group", 403),
        ("leader", "group", 403),
    ],
)
def test_nobody_gives_time_elsewhere(signed_in, world, login, unit, status):
    sent = {**MORE, "unit": world.units[unit]}
    response = signed_in(login).client.post("/app/calendar/extensions", data=sent, headers=SAME_ORIGIN)
    assert response.status_code == status
    assert not given(world)


def test_the_county_moves_a_day_for_everybody(signed_in):
    pages = signed_in("county")
    pages.submit("/app/calendar/exceptions", MOVED)
    assert due(Month(2027, 2), calendar()) == date(2027, 3, 5)
    for login in ("officer", "auditor"):
        soup = signed_in(login).get("/app/calendar")
        assert "2027年3月5日" in said(soup)
        assert "春节" in said(soup)


@pytest.mark.one_database
@pytest.mark.parametrize("login", [login for login in PEOPLE if login != "county"])
def test_nobody_else_moves_it(signed_in, login):
    response = signed_in(login).client.post("/app/calendar/exceptions", data=MOVED, headers=SAME_ORIGIN)
    assert response.status_code == 403
    assert not calendar().exceptions


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"unit": ""}, "unit", "请选择单位。"),
        ({"unit": "x"}, "unit", "编号不对。"),
        ({"month": ""}, "month", "请填写这一项。"),
        ({"month": "202613"}, "month", "月份不对。"),
        ({"month": "11"}, "month", "月份不对。"),
        ({"month": "202501"}, "month", "请从列出的选项里选一个。"),
        ({"due": ""}, "due", "请选日期。"),
        ({"due": "12月5日"}, "due", "日期不对，请写成 2026-11-21 这样。"),
        ({"due": "2026-02-30"}, "due", "日期不对，请写成 2026-11-21 这样。"),
        ({"due": "2026-11-30"}, "due", "延期要晚于现在的截止日 2026-11-30。"),
        (
            {"due": "2026-10-30"},
            "due",
            "截止日要在 2026-11-01 到 2027-02-28 之间。 延期要晚于现在的截止日 2026-11-30。",
        ),
        ({"due": "2027-03-01"}, "due", RANGE),
        ({"reason": ""}, "reason", "请写明理由，大家都能看到。"),
        ({"reason": "  "}, "reason", "请写明理由，大家都能看到。"),
        ({"reason": "长" * 201}, "reason", "太长了，最多 200 个字。"),
        ({"reason": "\x07"}, "reason", "请填写文字。"),
    ],
)
def test_what_is_wrong_with_more_time_is_said_at_its_field(signed_in, world, wrong, field, sentence):
    typed = {**MORE, "unit": world.units["group"], **wrong}
    response = signed_in("officer").client.post("/app/calendar/extensions", data=typed, headers=SAME_ORIGIN)
    assert response.status_code == 422
    if typed["reason"].isprintable():
        soup = signed_in("officer").post("/app/calendar/extensions", typed)
        assert soup.find(id=f"extend-{field}-problem").get_text(" ", strip=True) == sentence
        assert soup.find(id="extend-reason")["value"] == typed["reason"]
        assert soup.find(id="extend-due")["value"] == typed["due"]
    assert not given(world)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"month": "202501"}, "month"), ({"due": ""}, "due"), ({"due": "2027-07-01"}, "due"), ({"reason": ""}, "reason")],
)
def test_what_is_wrong_with_a_moved_day_is_said_at_its_field(signed_in, wrong, field):
    typed = {**MOVED, **wrong}
    soup = signed_in("county").post("/app/calendar/exceptions", typed)
    assert soup.find(id=f"except-{field}-problem")
    assert not soup.find(id=f"extend-{field}-problem"), "the other form is not blamed"
    assert soup.find(id="except-reason")["value"] == typed["reason"]
    assert soup.find(id="extend-reason")["value"] == ""


def test_groups_that_have_as_long_already_are_passed_over(signed_in, world):
    pages = signed_in("officer")
    pages.submit("/app/calendar/extensions", {**MORE, "unit": world.units["group"]})
    location = pages.submit("/app/calendar/extensions", {**MORE, "unit": world.units["community"]})
    assert "groups=1" in location
    soup = pages.post("/app/calendar/extensions", {**MORE, "unit": world.units["community"]})
    assert soup.find(id="extend-due-problem")


def test_a_unit_without_groups_says_so(signed_in, world, noon):
    with transaction():
        close(world.units["other_group"], noon.date(), actor_id=None)
    soup = signed_in("other_officer").post("/app/calendar/extensions", {**MORE, "unit": world.units["other_community"]})
    assert soup.find(id="extend-unit-problem").get_text(strip=True) == "这个单位下面还没有小组。"


def test_a_whole_county_is_moved_not_extended(signed_in, world):
    soup = signed_in("county").post("/app/calendar/extensions", {**MORE, "unit": world.units["county"]})
    assert soup.find(id="extend-unit-problem").get_text(strip=True) == "请从列出的选项里选一个。"
    assert not given(world)


def test_an_office_sees_only_the_time_given_in_its_scope(signed_in, world):
    signed_in("township").submit("/app/calendar/extensions", {**MORE, "unit": world.units["other_group"]})
    assert "停电三天" not in said(signed_in("officer").get("/app/calendar"))
    assert "停电三天" in said(signed_in("county").get("/app/calendar"))


def test_a_phone_learns_of_more_time(signed_in, phone, world):
    leader = phone("leader")
    leader.pull()
    signed_in("officer").submit("/app/calendar/extensions", {**MORE, "unit": world.units["group"]})
    answer = leader.pull_page()
    assert [row["due"] for row in answer["reference"]["extensions"]] == ["2026-12-05"]


@pytest.mark.parametrize(("login", "forms"), [("officer", 1), ("township", 1), ("county", 2), ("auditor", 0)])
def test_forms_are_shown_to_those_who_may_send_them(signed_in, login, forms):
    soup = signed_in(login).get("/app/calendar")
    assert len(soup.find("main").find_all("form")) == forms


def test_the_way_down_leads_to_single_groups(signed_in, world):
    pages = signed_in("county")
    top = pages.get("/app/calendar")
    assert top.find("a", href=f"/app/calendar?unit={world.units['township']}")
    low = pages.get(f"/app/calendar?unit={world.units['community']}")
    offered = {option["value"] for option in low.find(id="extend-unit").find_all("option")} - {""}
    assert offered == {world.units[name] for name in ("community", "group", "group2")}
