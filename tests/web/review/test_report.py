"""One report beside what it can be compared with."""

from typing import Any

import pytest

from tests.builders import World, event
from tests.support.office import actor, hand_in, plain, words
from webapp.core.db import transaction
from webapp.core.period import Month
from webapp.reports.service import accept, give_back

NOVEMBER = Month(2026, 11)


def address(world: World, unit: str = "group", month: str = "202611") -> str:
    """Return where the report of a unit is reviewed."""
    return f"/app/reports/{world.units[unit]}/{month}"


def cell(soup: Any, label: str) -> str:
    """Return what the page says of one number."""
    found = next(part for part in soup.select(".cell") if part.strong.get_text() == label)
    return " ".join(found.get_text(" ").split())


def test_a_number_stands_beside_last_months_and_the_computed_one(signed_in, phone, world: World):
    leader, unit = phone("leader"), world.units["group"]
    hand_in(leader, unit, "202610", births=1, visits_made=4)
    leader.push(event(unit, "move_in", persons=3, households=1, note="带老人来住"))
    hand_in(leader, unit, births=2, persons_in=3, households_in=1, visits_made=6)
    soup = signed_in("officer").get(address(world))
    births = cell(soup, "出生人数")
    assert births.startswith("出生人数 2 上月 1，多 1 算出来 0，多 2")
    assert "改的原因：数过，births 对的" in births
    moved = cell(soup, "流入人数")
    assert moved.startswith("流入人数 3 上月 0，多 3 算出来 3，一样")
    assert "1 笔记录 流入 11月21日 · 带老人来住 3 人" in moved
    visits = cell(soup, "已走访户数")
    assert visits.startswith("已走访户数 6 上月 4，多 2 退回这一项"), "nobody can compute a visit"


def test_differences_are_said_and_drawn_not_only_coloured(signed_in, phone, world: World):
    hand_in(phone("leader"), world.units["group"], births=2)
    soup = signed_in("officer").get(address(world))
    births = next(part for part in soup.select(".cell") if part.strong.get_text() == "出生人数")
    differs = births.select_one(".differs")
    assert differs.find("svg")
    assert "算出来 0，多 2" in differs.get_text(" ")


def test_a_month_that_does_not_add_up_says_so_in_one_sentence(signed_in, phone, world: World):
    hand_in(phone("leader"), world.units["group"], closing_persons=98)
    soup = signed_in("officer").get(address(world))
    assert "填的是 98，差 2 人" in words(soup)
    assert "少 2" in cell(soup, "本月末人数")


def test_entries_of_an_earlier_month_are_marked(signed_in, phone, world: World):
    leader, unit = phone("leader"), world.units["group"]
    plain(leader, unit, "202610")
    leader.push(event(unit, date="2026-10-28"))
    hand_in(leader, unit, births=1)
    soup = signed_in("officer").get(address(world))
    assert "含 1 笔补报" in words(soup)
    assert "补报" in cell(soup, "出生人数")


def test_the_receipt_and_the_times_are_there(signed_in, phone, world: World):
    answer = plain(phone("leader"), world.units["group"])
    soup = signed_in("auditor").get(address(world))
    number = answer["receipt"]["number"]
    assert soup.select_one(f'a[href="/receipts/{number}"]').get_text() == number
    assert "申报 2026-11-21 12:00 人员0 收到 2026-11-21 12:00" in words(soup)


def test_history_tells_who_did_what_and_what_changed(signed_in, phone, world: World):
    leader, unit, officer = phone("leader"), world.units["group"], actor(world, "officer")
    first = hand_in(leader, unit, births=1)
    with transaction():
        give_back(unit, NOVEMBER, 1, [{"measure": "births", "reason": "少了一个"}], officer)
    hand_in(leader, unit, births=2, id=first["id"], base_version=1)
    with transaction():
        accept(unit, NOVEMBER, 2, officer)
    hand_in(leader, unit, births=3, reason="又来一个", id=first["id"], base_version=2)
    soup = signed_in("auditor").get(address(world))
    steps = [" ".join(step.get_text(" ").split()) for step in soup.select("#history li")]
    assert [step.split()[2] for step in steps] == [
        "人员0更正（第", "人员5接收", "人员0上报（第", "人员5退回", "人员0上报（第",
    ]  # fmt: skip
    assert "出生人数 2 → 3" in steps[0]
    assert "又来一个" in steps[0]
    assert "出生人数 1 → 2" in steps[2]
    assert "出生人数：少了一个" in steps[3]


def test_a_correction_shows_what_was_accepted_before(signed_in, phone, world: World):
    leader, unit, officer = phone("leader"), world.units["group"], actor(world, "officer")
    first = hand_in(leader, unit, births=1)
    with transaction():
        accept(unit, NOVEMBER, 1, officer)
    hand_in(leader, unit, births=3, reason="晚来的证明", id=first["id"], base_version=1)
    soup = signed_in("officer").get(address(world))
    assert "更正的原因：晚来的证明" in words(soup)
    assert "上次接收的是 1" in cell(soup, "出生人数")


def test_what_was_asked_stands_beside_what_came_back(signed_in, phone, world: World):
    leader, unit, officer = phone("leader"), world.units["group"], actor(world, "officer")
    first = hand_in(leader, unit, births=1)
    reasons = [{"measure": "births", "reason": "少了一个"}, {"measure": "", "reason": "其余都好"}]
    with transaction():
        give_back(unit, NOVEMBER, 1, reasons, officer)
    assert "已退回，等组长改好再报" in words(signed_in("officer").get(address(world)))
    hand_in(leader, unit, births=2, id=first["id"], base_version=1)
    soup = signed_in("officer").get(address(world))
    assert "上次退回时说：少了一个" in cell(soup, "出生人数")
    assert "上次退回时说：其余都好" in words(soup)


def test_a_month_not_handed_in_shows_nothing_of_the_leaders_notes(signed_in, phone, world: World):
    phone("leader").push(event(world.units["group"], note="还没报的"))
    soup = signed_in("officer").get(address(world))
    assert "还没有上报" in words(soup)
    assert "还没报的" not in words(soup)
    assert "2026年11月30日截止" in words(soup)


def test_in_place_the_report_is_a_part_with_ids_of_its_own(signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"])
    unit = world.units["group"]
    part = signed_in("officer").fragment(address(world))
    ids = [str(tag["id"]) for tag in part.find_all(id=True)]
    assert ids
    assert not [name for name in ids if not name.startswith(unit)]
    forms = part.find_all("form")
    assert [form["data-hx-post"] for form in forms] == [f"{address(world)}/return", f"{address(world)}/accept"]
    assert {form["data-hx-target"] for form in forms} == {f"#r-{unit}"}
    assert [(form["action"], form["method"]) for form in forms] == [
        (f"{address(world)}/return", "post"), (f"{address(world)}/accept", "post"),
    ]  # fmt: skip


@pytest.mark.one_database
@pytest.mark.parametrize("login", ["township", "county", "auditor"])
def test_offices_above_read_and_do_not_act(signed_in, phone, world: World, login: str):
    plain(phone("leader"), world.units["group"])
    soup = signed_in(login).get(address(world))
    assert "退回这一项" not in words(soup)
    assert not soup.select(".report form")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("login", "unit", "status"),
    [
        ("officer", "other_group", 404), ("officer", "community", 404), ("other_officer", "group", 404),
        ("far_township", "group", 404), ("leader", "group", 403), ("leader", "group2", 403),
        ("coordinator", "group", 403), ("county", "far_group", 200), ("auditor", "group", 200),
    ],
)  # fmt: skip
def test_reports_are_bounded(signed_in, phone, world: World, login: str, unit: str, status: int):
    signed_in(login).get(address(world, unit), status)
    signed_in("officer").get("/app/reports/11111111-2222-4333-8444-555555555555/202611", 404)
