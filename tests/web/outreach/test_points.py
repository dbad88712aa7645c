"""Service points: so much there is, never who took it, never less than nothing."""

import pytest

from tests.support.office import words
from tests.web.outreach.conftest import TODAY
from webapp.core.db import db
from webapp.core.ids import new_id
from webapp.core.period import Month
from webapp.orgs.queries import unit
from webapp.outreach import queries


def change(point, movement, quantity, **given):
    data = {"id": new_id(), "point": point.id, "movement": movement, "quantity": quantity, "title": "药具"}
    return {**data, "date": TODAY, **given}


def level(point):
    db.session.rollback()
    return queries.levels([point.id])[point.id]


def test_restocked_in_and_out(signed_in, point, world):
    pages = signed_in("leader")
    for movement, quantity in (("out", 12), ("in", 5), ("restocked", 10)):
        pages.submit("/app/outreach/new/stock", change(point, movement, quantity))
    assert level(point) == 23
    assert "现有 23 份" in words(pages.get("/app/outreach/points"))
    counted = queries.noted([world.units["group"]], [202611])[world.units["group"], 202611]
    assert [(row["measure"], row["counted"]) for row in counted] == [("restocked", 10), ("restocked", 20)]


def test_leaflets_are_no_supplies(noting, world):
    rack = noting("officer", "point", holds="other", title="折页架")
    entry = noting("officer", "stock", point=rack.id, movement="restocked", quantity=50)
    assert (entry.measure, entry.counted, level(rack)) == ("", 0, 50)
    assert queries.noted([world.units["group"]], [202611]) == {}


def test_it_never_goes_below_nothing(signed_in, point):
    pages = signed_in("leader")
    soup = pages.post("/app/outreach/new/stock", change(point, "out", 21))
    problem = soup.find(id="quantity-problem").get_text()
    assert "“村口自取箱”到 2026-11-21 只有 20 份，不能减少 21 份。" in problem
    before = change(point, "out", 5, date="2026-10-31")
    assert "只有 0 份" in pages.post("/app/outreach/new/stock", before).find(id="quantity-problem").get_text()
    assert level(point) == 20


def test_what_was_taken_out_since_holds_what_came_in(signed_in, noting, point):
    out = noting("officer", "stock", point=point.id, movement="out", quantity=15)
    more = noting("officer", "stock", point=point.id, movement="restocked", quantity=4)
    pages = signed_in("officer")
    [entry] = [one for one in queries.entries(unit(point.unit_id).path, Month(2026, 11)) if one.date.day == 1]
    gone = {"base_version": 1, "reason": "记错了"}
    soup = pages.post(f"/app/outreach/{entry.id}/withdraw", gone)
    assert "不能减少 15 份" in soup.find(id="reason-problem").get_text()
    less = {**change(point, "restocked", 10, date="2026-11-01"), "base_version": 1, "reason": "记错了"}
    assert "不能减少 15 份" in pages.post(f"/app/outreach/{entry.id}", less).find(id="quantity-problem").get_text()
    pages.submit(f"/app/outreach/{more.id}/withdraw", gone)
    assert level(point) == 5
    pages.submit(f"/app/outreach/{out.id}", {**change(point, "out", 16), "base_version": 1, "reason": "数错了"})
    assert level(point) == 4


def test_a_point_has_to_be_chosen(signed_in, point):
    soup = signed_in("leader").post("/app/outreach/new/stock", {**change(point, "out", 1), "point": ""})
    assert soup.find(id="point-problem").get_text() == "请从列出的选项里选一个。"


def test_a_point_is_closed_when_it_is_empty(signed_in, noting, point):
    pages, gone = signed_in("officer"), {"base_version": 1, "reason": "箱子坏了"}
    assert "还有 20 份" in words(pages.post(f"/app/outreach/{point.id}/withdraw", gone))
    noting("officer", "stock", point=point.id, movement="out", quantity=20)
    onward = pages.submit(f"/app/outreach/{point.id}/withdraw", gone)
    assert "还没有服务点" in words(pages.get(onward))
    soup = pages.post("/app/outreach/new/stock", change(point, "in", 1))
    assert "请从列出的选项里选一个" in words(soup) or "还没有服务点" in words(soup)


@pytest.mark.one_database
def test_points_of_others_are_not_there(signed_in, noting, point):
    for login in ("leader2", "other_officer"):
        signed_in(login).post("/app/outreach/new/stock", change(point, "in", 1), 404)
        assert "村口自取箱" not in words(signed_in(login).get("/app/outreach/points"))
    guide = noting("officer", "guide")
    signed_in("officer").post("/app/outreach/new/stock", change(guide, "in", 1))
    assert level(point) == 20


@pytest.mark.one_database
def test_without_a_point_the_form_says_who_sets_one_up(signed_in):
    assert "服务点由社区（村）的干事设" in words(signed_in("leader").get("/app/outreach/new/stock"))
    assert signed_in("officer").get("/app/outreach/new/stock").find("a", href=lambda to: to and "new/point" in to)
