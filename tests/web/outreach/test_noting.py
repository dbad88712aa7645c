"""One form for every kind: what is stored, what is refused, who may."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders import report
from tests.support.office import words
from tests.web.outreach.conftest import LEAST, TODAY
from webapp.core import clock
from webapp.core.db import db
from webapp.core.ids import new_id
from webapp.ledger.models import LedgerLine
from webapp.ledger.queries import broken_lines, details_of
from webapp.outreach import queries
from webapp.outreach.models import OutreachEntry


def lines(entry):
    query = select(LedgerLine).where(LedgerLine.subject_id == entry.id).order_by(LedgerLine.seq)
    return [line.action for line in db.session.scalars(query)]


def typed(entry, **given):
    kept = {**LEAST[entry.kind], "title": entry.title, "date": entry.date}
    return {**kept, "base_version": entry.version, "reason": "数错了", **given}


@pytest.mark.one_database
@pytest.mark.parametrize("kind", LEAST)
def test_every_kind_is_noted_and_read(noting, signed_in, kind):
    entry = noting("officer", kind, remark="一切顺利")
    assert (entry.version, entry.kind, entry.withdrawn, entry.late) == (1, kind, False, False)
    kept = {name: entry.texts.get(name, getattr(entry, name, None)) for name in LEAST[kind] if name != "date"}
    assert kept == {name: value for name, value in LEAST[kind].items() if name != "date"}
    assert lines(entry) == ["outreach.noted"]
    assert not list(broken_lines())
    for login in ("officer", "auditor"):
        assert "示例" in words(signed_in(login).get(f"/app/outreach/{entry.id}"))
    assert not signed_in("auditor").get(f"/app/outreach/{entry.id}").find("form", class_="card")


def test_the_same_form_sent_twice_is_one_entry(noting, signed_in, world):
    entry = noting("officer", "guide")
    assert noting("officer", "guide", id=entry.id, title="别的").title == "示例"
    assert lines(entry) == ["outreach.noted"]
    others = {"id": entry.id, "unit": world.units["group2"], "date": TODAY, "title": "示例", "quantity": 3}
    signed_in("officer").post("/app/outreach/new/guide", others, status=404)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("kind", "given", "field", "sentence"),
    [
        ("notice", {"households": "-1"}, "households", "请填整数"),
        ("notice", {"households": "0"}, "households", "1 到 9999"),
        ("notice", {"households": "10000"}, "households", "1 到 9999"),
        ("notice", {"households": ""}, "households", "请填写这一项"),
        ("notice", {"fresh": "26"}, "fresh", "不能比送到的户数多"),
        ("notice", {"title": ""}, "title", "请填写这一项"),
        ("notice", {"title": "字" * 81}, "title", "最多 80 个字"),
        ("notice", {"title": "找 13800002222"}, "title", "不要写电话或身份证号"),
        ("meeting", {"minutes": "电话１３８００００２２２２"}, "minutes", "不要写电话或身份证号"),
        ("meeting", {"minutes": "字" * 3001}, "minutes", "最多 3000 个字"),
        ("training", {"hours": "1.5"}, "hours", "请填整数"),
        ("activity", {"date": "2026-11-22"}, "date", "不能晚于今天"),
        ("activity", {"date": "2026-07-31"}, "date", "太早了"),
        ("activity", {"date": "昨天"}, "date", "日期不对"),
        ("point", {"holds": "money"}, "holds", "请从列出的选项里选一个"),
        ("plan", {"date": "2028-01-01"}, "date", "这一天太远了"),
        ("plan", {"date": "2026-07-31"}, "date", "太早了"),
        ("guide", {"unit": "x"}, "unit", "请从列出的选项里选一个"),
    ],
)
def test_bad_entries_are_refused_and_nothing_typed_is_lost(signed_in, world, kind, given, field, sentence):
    data = {"id": new_id(), "unit": world.units["group"], "date": TODAY, "title": "示例", "remark": "留着"}
    data |= {**LEAST[kind], **given}
    soup = signed_in("officer").post(f"/app/outreach/new/{kind}", data)
    assert sentence in soup.find(id=f"{field}-problem").get_text()
    kept = [tag.get("value", tag.get_text()) for tag in soup.find_all(["input", "textarea"])]
    assert str(given[field]) in kept or field in ("unit", "holds")
    assert "留着" in kept or kind == "meeting"
    db.session.rollback()
    assert db.session.get(OutreachEntry, data["id"]) is None


def test_a_plan_may_lie_ahead_and_numbers_may_be_wide(noting):
    assert noting("township", "plan", "township", date="2027-05-29", occasion="association_day").month == 202705
    assert noting("officer", "guide", quantity="１２").quantity == 12


def test_households_reached_before_count_once(noting, signed_in, world):
    assert noting("officer", "notice").fresh == 25
    again = {"unit": world.units["group"], "date": TODAY, "title": "又一次", "households": 25}
    soup = signed_in("officer").post("/app/outreach/new/notice", again)
    assert "第一次送到" in soup.find(id="fresh-problem").get_text()
    second = noting("officer", "delivery", fresh=4)
    assert (second.households, second.fresh, second.counted) == (30, 4, 4)
    assert noting("officer", "notice", "group2").fresh == 25
    for _ in range(2):  # nobody above a group hands in a report
        entry = noting("officer", "notice", "community")
        assert (entry.measure, entry.counted, entry.fresh) == ("", 0, 25)


def test_a_correction_wants_a_reason_and_the_newest_version(noting, signed_in):
    entry, pages = noting("officer", "guide"), signed_in("officer")
    url = f"/app/outreach/{entry.id}"
    assert "请写明原因" in pages.post(url, typed(entry, quantity=5, reason=" ")).find(id="reason-problem").get_text()
    pages.submit(url, typed(entry, quantity=5))
    soup = pages.post(url, typed(entry, quantity=9, base_version=1))
    assert "刚刚有人改过" in words(soup) and soup.find("input", {"name": "base_version"})["value"] == "2"
    db.session.rollback()
    entry = queries.entry(entry.id)
    assert (entry.version, entry.quantity, entry.counted, entry.reason) == (2, 5, 5, "数错了")
    assert lines(entry) == ["outreach.noted", "outreach.changed"]
    assert details_of([entry.id])[entry.id][-1]["was"] == {"quantity": 3}, "what counted before can be told"
    assert "数错了" in words(pages.get(url))


def test_what_is_withdrawn_counts_no_more(noting, signed_in, world):
    entry, pages = noting("officer", "guide"), signed_in("officer")
    assert "示例" in words(pages.get(f"/app/outreach/{entry.id}/withdraw"))
    assert "请写明原因" in words(pages.post(f"/app/outreach/{entry.id}/withdraw", {"base_version": 1}))
    assert "刚刚有人改过" in words(pages.post(f"/app/outreach/{entry.id}/withdraw", {"reason": "重了"}))
    onward = pages.submit(f"/app/outreach/{entry.id}/withdraw", {"base_version": 1, "reason": "重了"})
    assert "已撤回" in words(pages.get(onward)) and "示例" not in words(pages.get(onward))
    db.session.rollback()
    assert queries.noted([world.units["group"]], [202611]) == {}
    assert lines(entry) == ["outreach.noted", "outreach.withdrawn"]
    pages.get(f"/app/outreach/{entry.id}", 404)
    pages.post(f"/app/outreach/{entry.id}", typed(entry), 404)


def test_a_reported_month_is_corrected_in_the_report(noting, signed_in, phone, world):
    entry = noting("leader", "guide", date="2026-10-20")
    meeting = noting("officer", "meeting", date="2026-10-21")
    told = phone("leader").push(report(world.units["group"], "202610"))[0]
    assert told["outcome"] == "created", told
    late = noting("leader", "guide", date="2026-10-30")
    assert (late.month, late.late) == (202611, True)
    pages = signed_in("officer")
    assert "已计入已上报的2026年10月月报" in words(pages.get(f"/app/outreach/{entry.id}"))
    assert "已计入" in words(pages.post(f"/app/outreach/{entry.id}", typed(entry, quantity=9)))
    assert "已计入" in words(pages.post(f"/app/outreach/{entry.id}/withdraw", {"base_version": 1, "reason": "重了"}))
    pages.submit(f"/app/outreach/{meeting.id}", typed(meeting, attended=13))
    assert "补报" in words(pages.get("/app/outreach"))


@pytest.mark.one_database
@pytest.mark.parametrize("kind", ["activity", "meeting", "training", "plan", "point"])
def test_a_leader_notes_what_her_group_counts(signed_in, noting, kind):
    pages, entry = signed_in("leader"), noting("officer", kind)
    pages.get(f"/app/outreach/new/{kind}", 404)
    pages.post(f"/app/outreach/new/{kind}", {"title": "示例", "date": TODAY}, 404)
    assert not pages.get(f"/app/outreach/{entry.id}").find("form", class_="card")
    pages.post(f"/app/outreach/{entry.id}", typed(entry), 404)
    pages.post(f"/app/outreach/{entry.id}/withdraw", {"base_version": 1, "reason": "重了"}, 404)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("login", "unit"),
    [("leader", "group2"), ("leader", "community"), ("officer", "other_group"), ("township", "far_group")],
)
def test_nobody_notes_elsewhere(signed_in, world, login, unit):
    data = {"id": new_id(), "unit": world.units[unit], "date": TODAY, "title": "示例", "quantity": 1}
    signed_in(login).post("/app/outreach/new/guide", data, 404)
    assert db.session.get(OutreachEntry, data["id"]) is None


@pytest.mark.one_database
def test_notes_are_sealed(noting):
    entry = noting("officer", "meeting", minutes="议定腊月前补货", agenda="补货", date="2026-11-20")
    with db.engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT texts FROM outreach_entry").scalar()
    assert entry.texts == {"minutes": "议定腊月前补货", "agenda": "补货"}
    assert "议定".encode() not in kept


@pytest.mark.one_database
def test_days_are_those_of_shanghai(noting, signed_in, world):
    with clock.frozen(clock.now() + timedelta(hours=11, minutes=59)):
        data = {"unit": world.units["group"], "date": "2026-11-22", "title": "示例", "quantity": 1}
        assert signed_in("officer").post("/app/outreach/new/guide", data).find(id="date-problem")
    with clock.frozen(clock.now() + timedelta(hours=12)):
        assert noting("officer", "guide", date="2026-11-22").quantity == 3
