"""The board: who has reported, by group and by the units below, and what it leaves unsaid."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.builders import World, event
from tests.support.office import actor, hand_in, plain, rows_of, words
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.period import Month
from webapp.forms.service import grant_extension, set_exception
from webapp.orgs.rules import Node
from webapp.orgs.service import close, open_units
from webapp.reports.service import accept, give_back, lock

NOVEMBER = Month(2026, 11)
BOARD = "/app/board/202611"


def numbers(soup: Any) -> dict[str, int]:
    """Return the numbers at the head of the page."""
    return {stat.span.get_text(): int(stat.strong.get_text()) for stat in soup.select(".stat")}


def rows(soup: Any) -> list[list[str]]:
    """Return the rows of the groups: name, state, timeliness, declared, receipt, heard."""
    return [
        [" ".join(c.get_text(" ").split()) for c in row.find_all(["th", "td"])]
        for row in soup.select(".sheet tbody tr")
    ]


def at(text: str) -> Any:
    """Hold the clock at an instant that Shanghai calls `text`."""
    return clock.frozen(datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI))


def test_a_group_is_a_row_in_the_order_of_codes(signed_in, phone, world: World):
    answer = plain(phone("leader2"), world.units["group2"])
    soup = signed_in("officer").get(BOARD)
    first, second = rows(soup)
    assert first[1:5] == ["未填", "11月30日截止", "—", "—"]
    assert second[1:5] == ["已上报", "按时", "2026-11-21 12:00", answer["receipt"]["number"]]
    links = [a["href"] for a in soup.select(".sheet a")]
    assert links == [f"/app/reports/{world.units['group2']}/202611", f"/receipts/{answer['receipt']['number']}"]


def test_every_state_has_its_word_and_its_number(signed_in, phone, world: World):
    unit, officer = world.units["group"], actor(world, "officer")
    plain(phone("leader"), unit)
    seen = []
    for step, arguments in ((None, ()), (accept, (1,)), (lock, ())):
        if step:
            with transaction():
                step(unit, NOVEMBER, *arguments, officer)
        soup = signed_in("officer").get(BOARD)
        seen.append((rows(soup)[0][1], *numbers(soup).values()))
    assert seen == [
        ("已上报", 2, 1, 1, 0, 0, 1, 0),
        ("已接收", 2, 1, 1, 0, 0, 1, 1),
        ("已锁定", 2, 1, 1, 0, 0, 1, 1),
    ]


def test_a_returned_report_is_one_that_came(signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"])
    officer, reasons = actor(world, "officer"), [{"measure": "", "reason": "再核对"}]
    with transaction():
        give_back(world.units["group"], NOVEMBER, 1, reasons, officer)
    soup = signed_in("officer").get(BOARD)
    assert rows(soup)[0][1:3] == ["退回修改", "按时"]
    assert numbers(soup)["退回修改"] == numbers(soup)["已收到"] == 1


def test_late_is_what_was_declared_late(signed_in, phone, world: World):
    with at("2026-12-02T08:00:00"):
        plain(phone("leader"), world.units["group"])
        soup = signed_in("officer").get(BOARD)
    assert [row[2] for row in rows(soup)] == ["逾期", "11月30日已截止"]
    assert numbers(soup)["逾期"] == 1


def test_due_days_follow_exceptions_and_extensions(signed_in, world: World):
    with transaction():
        set_exception(NOVEMBER, date(2026, 12, 2), "系统升级", actor_id=None)
        grant_extension(world.units["group2"], NOVEMBER, date(2026, 12, 5), "停电", actor_id=world.accounts["officer"])
    soup = signed_in("officer").get(BOARD)
    assert "12月2日截止" in words(soup)
    assert [row[2] for row in rows(soup)] == ["12月2日截止", "12月5日截止"]


def test_when_a_phone_was_heard_from_is_said_of_the_phone(signed_in, phone, world: World, noon: datetime):
    with clock.frozen(noon - timedelta(days=8)):
        phone("leader").push(event(world.units["group"]))
    soup = signed_in("officer").get(BOARD)
    assert [row[5] for row in rows(soup)] == ["2026-11-13 12:00", "还没有连上过"]
    assert soup.select_one(".sheet thead").get_text(" ").split()[-1] == "同步情况"
    assert "不是对人的评价" in words(soup)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("show", "groups"),
    [("received", 1), ("missing", 1), ("late", 0), ("on_time", 1), ("accepted", 0), ("returned", 0), ("expected", 2),
     ("", 2), ("nonsense", 2)],
)  # fmt: skip
def test_each_number_lists_what_it_counts(signed_in, phone, world: World, show: str, groups: int):
    plain(phone("leader"), world.units["group"])
    soup = signed_in("officer").get(f"{BOARD}?show={show}")
    assert len(rows(soup)) == groups
    links = {stat.span.get_text(): stat["href"] for stat in soup.select("a.stat")}
    assert links["未上报"] == f"{BOARD}?unit={world.units['community']}&show=missing#list"
    assert len(links) == 7


def test_above_a_community_the_units_below_are_rows(signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"])
    plain(phone("far_leader"), world.units["far_group"])
    soup = signed_in("county").get(BOARD)
    assert rows_of(soup, "units") == [
        ["单位331126101", "3", "1", "1", "0", "0", "2", "0"],
        ["单位331126102", "1", "1", "1", "0", "0", "0", "0"],
        ["合计", "4", "2", "2", "0", "0", "2", "0"],
    ]
    assert list(numbers(soup).values()) == [4, 2, 2, 0, 0, 2, 0]
    assert soup.select_one("#units a")["href"] == f"{BOARD}?unit={world.units['township']}"


def test_the_way_down_and_back(signed_in, world: World):
    county = signed_in("county")
    township = county.get(f"{BOARD}?unit={world.units['township']}")
    assert township.select_one(".back")["href"] == f"{BOARD}?unit={world.units['county']}"
    community = county.get(township.select_one("#units a")["href"])
    assert "单位331126101201" in community.h1.get_text()
    assert not signed_in("township").get(BOARD).select(".back"), "nothing above one's own unit"


def test_a_community_and_the_township_say_the_same(signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"])
    officer = actor(world, "officer")
    with transaction():
        accept(world.units["group"], NOVEMBER, 1, officer)
    own = list(numbers(signed_in("officer").get(BOARD)).values())
    row = next(row for row in rows_of(signed_in("township").get(BOARD), "units") if row[0] == "单位331126101201")
    assert [str(number) for number in own] == row[1:]


def test_a_group_that_ended_owes_nothing_afterwards(signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"], "202610")
    with transaction():
        close(world.units["group"], date(2026, 11, 10), actor_id=None)
        close(world.units["group2"], date(2026, 11, 10), actor_id=None)
    pages = signed_in("officer")
    assert len(rows(pages.get("/app/board/202610"))) == 2
    assert not rows(pages.get(BOARD))
    assert numbers(signed_in("township").get(BOARD))["应报"] == 1


def test_a_report_of_a_group_that_ended_still_counts(signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"])
    with transaction():
        close(world.units["group"], date(2026, 11, 10), actor_id=None)
    assert len(rows(signed_in("officer").get(BOARD))) == 2
    assert list(numbers(signed_in("township").get(BOARD)).values())[:2] == [3, 1]


def test_a_group_that_came_later_is_not_missing_before(signed_in, world: World):
    node = Node("11111111-2222-4333-8444-555555555555", "group", "新组", "33112610120103", world.units["community"],
                date(2026, 11, 5))  # fmt: skip
    with transaction():
        open_units([node], actor_id=None)
    pages = signed_in("officer")
    assert [len(rows(pages.get(f"/app/board/{month}"))) for month in ("202610", "202611")] == [2, 3]
    county = signed_in("county")
    assert [numbers(county.get(f"/app/board/{month}"))["应报"] for month in ("202610", "202611")] == [4, 5]


def test_months_lead_back_and_not_beyond_this_one(signed_in, world: World):
    pages = signed_in("officer")
    assert [a["rel"] for a in pages.get(BOARD).select(".months a")] == [["prev"]]
    assert [a["rel"] for a in pages.get("/app/board/202610").select(".months a")] == [["prev"], ["next"]]
    pages.get("/app/board/202612", 404)
    pages.get("/app/board/202613", 404)
    pages.get("/app/totals/202612", 404)


def test_no_names_and_no_order_by_merit(signed_in, phone, world: World):
    """Rows stay in the order of codes however the month went, and nobody is named."""
    hand_in(phone("leader2"), world.units["group2"], births=2)
    soup = signed_in("officer").get(BOARD)
    assert [row[0] for row in rows(soup)] == ["单位33112610120101", "单位33112610120102"]
    assert "人员" not in words(soup)
