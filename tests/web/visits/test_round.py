"""The page of the round: doors by building and floor, filters, search, groups for the officer, the list on paper."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.builders import World, household, need, visit
from tests.support.office import rows_of, words
from tests.support.pages import Pages
from tests.support.phone import Phone
from webapp.core.db import db
from webapp.ledger.models import LedgerLine

Homes = dict[str, dict[str, Any]]
SignIn = Callable[[str], Pages]


def tiles(soup: Any) -> dict[str, str]:
    """Return the doors that a page shows, and how each stands."""
    return {
        " ".join(tile.strong.get_text().split()): tile.select_one(".badge")["data-state"]
        for tile in soup.select("a.door")
    }


@pytest.fixture
def called(phone: Callable[[str], Phone], group: str, homes: Homes) -> None:
    """Let one door have been met and one not at home, with a need."""
    sent = visit(group, homes["501"]["id"]), visit(group, homes["502"]["id"], "not_home", not_before="2026-11-24")
    phone("leader").push(*sent, need(group, homes["501"]["id"]))


def test_doors_stand_by_building_and_floor(signed_in: SignIn, called: None) -> None:
    page = signed_in("leader").get("/app/round")
    assert tiles(page) == {"501": "met", "502": "not_home", "601": "unvisited"}
    assert [" ".join(name.get_text().split()) for name in page.select(".floor-name")] == ["5 楼", "6 楼"]
    assert "金桂苑3幢 2单元" in words(page) and "2 / 3" in words(page)
    assert len([mark for mark in page.select(".door-need") if not mark.has_attr("hidden")]) == 1


@pytest.mark.parametrize(
    ("show", "doors"),
    [
        ("unvisited", ["601"]),
        ("not_home", ["502"]),
        ("rescheduled", []),
        ("visited", ["501"]),
        ("all", ["501", "502", "601"]),
        ("nonsense", ["501", "502", "601"]),
    ],
)
def test_filters(signed_in: SignIn, called: None, show: str, doors: list[str]) -> None:
    assert list(tiles(signed_in("leader").get(f"/app/round?show={show}"))) == doors


def test_search_finds_by_name_and_pinyin_without_showing_the_name(signed_in: SignIn, called: None) -> None:
    for typed in ("李四", "lisi", "502"):
        page = signed_in("leader").post("/app/round", {"q": typed}, status=200)
        found = page.select_one("[data-list=found]")
        assert "502" in found.get_text() and "501" not in found.get_text() and "李四" not in found.get_text()
    assert "没有找到" in words(signed_in("leader").post("/app/round", {"q": "nobody"}, status=200))


def test_what_is_next_after_a_visit(signed_in: SignIn, called: None, homes: Homes) -> None:
    page = signed_in("leader").get(f"/app/round?said=visit&after={homes['501']['id']}")
    assert "下一户 金桂苑3幢 2单元 601" in words(page)


def test_an_officer_sees_groups_and_then_doors(signed_in: SignIn, called: None, group: str) -> None:
    officer = signed_in("officer")
    page = officer.get("/app/round")
    rows = {
        row.th.get_text(strip=True): [cell.get_text(strip=True) for cell in row.find_all("td")]
        for row in page.select("tbody tr")
    }
    assert rows == {
        "单位33112610120101": ["3", "3", "2", "1", "1", "0", "0"],
        "单位33112610120102": ["1", "1", "0", "0", "0", "0", "0"],
    }
    assert list(tiles(officer.get(f"/app/round?unit={group}"))) == ["501", "502", "601"]
    part = officer.fragment(f"/app/round?unit={group}&show=unvisited")
    assert (
        "王小明" not in officer.post(f"/app/round?unit={group}", {"q": "王小明"}, status=200).select_one("#doors").text
    )
    assert [tile.strong.get_text(strip=True) for tile in part.select("a.door")] == ["601"]


def test_a_coordinator_sees_all_doors_of_the_community(signed_in: SignIn, called: None) -> None:
    assert set(tiles(signed_in("coordinator").get("/app/round"))) == {"501", "502", "601", "101"}


def test_who_left_and_who_rests_are_no_part_of_it(
    signed_in: SignIn, phone: Callable[[str], Phone], homes: Homes, group: str
) -> None:
    left, rests = homes["501"], homes["502"]
    wish = {"preference": {"not_before": "2027-01-01"}}
    results = phone("leader").push(
        {**left, "base_version": 1, "data": {**left["data"], "left_on": "2026-11-10"}},
        {**rests, "base_version": 1, "data": {**rests["data"], **wish}},
        household(group, "701", "孙七", kind="registered"),
    )
    assert [result["outcome"] for result in results] == ["updated", "updated", "created"]
    leader = signed_in("leader")
    assert tiles(leader.get("/app/round")) == {"601": "unvisited"}
    assert tiles(leader.get("/app/round?show=all")) == {"502": "resting", "601": "unvisited", "701": "resting"}


def test_the_list_says_who_took_it_and_has_no_names(signed_in: SignIn, called: None, world: World, group: str) -> None:
    leader = signed_in("leader")
    page = leader.get("/app/round/list")
    assert rows_of(page, "round-list")[1] == ["金桂苑3幢 2单元 502", "不在家", "2026-11-21", "2026-11-24", "", ""]
    assert "人员0 2026-11-21 12:00" in page.select_one(".watermark").get_text()
    assert not [name for name in ("王小明", "李四", "199-0000") if name in page.get_text()]
    line = db.session.query(LedgerLine).order_by(LedgerLine.seq.desc()).first()
    assert line and (line.action, line.actor_id, line.unit_id) == ("export.taken", world.accounts["leader"], group)
    assert line.detail == {"kind": "round"}


def test_the_file_says_the_same(signed_in: SignIn, phone: Callable[[str], Phone], group: str, homes: Homes) -> None:
    odd = household(group, "=1+1", "孙七", address={"building": "=cmd()", "door": "1"})
    phone("leader").push(odd)
    response = signed_in("leader").client.get("/app/round/file")
    assert response.status_code == 200 and ".xlsx" in response.headers["Content-Disposition"]
    sheet = load_workbook(io.BytesIO(response.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert "走访清单" in rows[0][0]
    assert "人员0" in rows[1][0] and rows[-1] == rows[1] and "人员0" in sheet.oddHeader.center.text
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    assert not [text for row in rows for text in row if text and "王小明" in str(text)]


@pytest.mark.parametrize(
    ("login", "url", "way"),
    [("leader", "/app/round", "round"), ("officer", "/app/round", "households"), ("officer", "/app/cases", "board")],
)
def test_the_ways_say_where_one_is(signed_in: SignIn, homes: Homes, login: str, url: str, way: str) -> None:
    """Pages that phones and offices share lie under another way in an office."""
    lit = signed_in(login).get(url).select(".tabs [aria-current]")
    assert [link["data-tab"] for link in lit] == [way]


@pytest.mark.parametrize("login", ["township", "county", "auditor"])
def test_offices_above_know_no_doors(signed_in: SignIn, homes: Homes, login: str) -> None:
    client = signed_in(login).client
    assert {
        client.get(url).status_code for url in ("/app/round", "/app/round/list", "/app/round/file", "/app/needs")
    } == {403}


def test_others_groups_look_like_none(signed_in: SignIn, homes: Homes, world: World) -> None:
    client = signed_in("leader").client
    for name in ("group2", "community", "far_group"):
        for url in ("/app/round", "/app/round/list", "/app/round/file", "/app/needs"):
            assert client.get(f"{url}?unit={world.units[name]}").status_code == 404
