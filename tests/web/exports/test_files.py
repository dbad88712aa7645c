"""Files of board and totals: what the page says, safe in a spreadsheet, written down."""

import csv
import io
from typing import Any

import pytest
from sqlalchemy import select

from tests.builders import World
from tests.support.office import hand_in, plain, rows_of
from webapp.core.db import db, transaction
from webapp.ledger.models import LedgerLine
from webapp.ledger.queries import broken_lines
from webapp.orgs.models import Unit

BOARD, TOTALS = "/app/board/202611", "/app/totals/202611"


def fetch(pages: Any, url: str) -> list[list[str]]:
    """Return the rows of the file at `url`."""
    response = pages.client.get(url)
    assert response.status_code == 200, response.text
    assert response.content_type == "text/csv; charset=utf-8"
    assert response.data.startswith(b"\xef\xbb\xbf"), "Excel knows UTF-8 by its mark"
    assert "no-store" in response.headers["Cache-Control"]
    return list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


def test_the_board_of_a_community(signed_in, phone, world: World):
    answer = plain(phone("leader"), world.units["group"])
    assert fetch(signed_in("officer"), f"{BOARD}.csv") == [
        ["代码", "小组", "状态", "是否按时", "申报", "收到", "回执号", "数到"],
        ["33112610120101", "单位33112610120101", "已上报", "按时", "2026-11-21 12:00", "2026-11-21 12:00",
         answer["receipt"]["number"], "2026-11-21 12:00"],
        ["33112610120102", "单位33112610120102", "未填", "", "", "", "", "2026-11-21 12:00"],
    ]  # fmt: skip


def test_when_phones_were_heard_from_is_not_taken_away(signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"])
    assert not [cell for row in fetch(signed_in("officer"), f"{BOARD}.csv") for cell in row if "同步" in cell]


def test_the_board_of_a_county_says_what_its_page_says(signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"])
    pages = signed_in("county")
    head, *rows = fetch(pages, f"{BOARD}.csv")
    assert head == ["代码", "单位", "应报", "已收到", "按时", "逾期", "退回修改", "未上报", "已接收", "数到"]
    assert [[row[1], *row[2:-1]] for row in rows] == rows_of(pages.get(BOARD), "units")


def test_totals_say_what_their_page_says(signed_in, phone, world: World):
    hand_in(phone("leader"), world.units["group"], births=2, visits_made=5)
    pages = signed_in("county")
    head, *rows = fetch(pages, f"{TOTALS}.csv")
    births, visits, provisional = head.index("出生人数"), head.index("已走访户数"), head.index("暂计")
    assert [(row[1], row[births], row[visits], row[provisional]) for row in rows] == [
        ("单位331126101", "2", "5", "1"), ("单位331126102", "0", "0", "0"), ("合计", "2", "5", "1"),
    ]  # fmt: skip
    assert {len(row) for row in rows} == {len(head)}


@pytest.mark.parametrize("name", ["=1+1", "+86", "-组", "@SUM(A1)", '=HYPERLINK("http://x","点")'])
@pytest.mark.one_database
def test_a_name_that_is_a_formula_is_only_a_name(signed_in, world: World, name: str):
    with transaction() as session:
        for unit in ("group", "township"):
            session.get_one(Unit, world.units[unit]).name = name
    for login, place in (("officer", BOARD), ("county", BOARD), ("county", TOTALS)):
        assert fetch(signed_in(login), f"{place}.csv")[1][1] == f"'{name}"


@pytest.mark.parametrize(("url", "kind"), [(BOARD, "board"), (TOTALS, "totals")])
def test_who_took_a_file_is_written_down(signed_in, world: World, url: str, kind: str):
    fetch(signed_in("auditor"), f"{url}.csv?unit={world.units['township']}")
    lines = db.session.scalars(select(LedgerLine).where(LedgerLine.action == "export.taken")).all()
    assert [(x.actor_id, x.unit_id, x.month, x.detail) for x in lines] == [
        (world.accounts["auditor"], world.units["township"], 202611, {"kind": kind})
    ]
    assert not list(broken_lines())


@pytest.mark.one_database
def test_the_name_of_the_file_says_unit_and_month(signed_in, world: World):
    response = signed_in("county").client.get(f"{TOTALS}.csv?unit={world.units['community']}")
    disposition = response.headers["Content-Disposition"]
    assert disposition == 'attachment; filename="sanshi-totals-331126101201-202611.csv"'


@pytest.mark.one_database
def test_the_page_leads_to_its_file(signed_in, world: World):
    for place in (BOARD, TOTALS):
        link = signed_in("officer").get(place).select_one("a[download]")
        fetch(signed_in("officer"), link["href"])
        assert link["href"] == f"{place}.csv?unit={world.units['community']}"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("login", "url", "status"),
    [
        ("leader", "/app/board/202611.csv", 403),
        ("leader", "/app/totals/202611.csv", 403),
        ("coordinator", "/app/board/202611.csv", 200),
        ("coordinator", "/app/totals/202611.csv", 403),
        ("officer", "/app/board/202611.csv?unit=other_community", 404),
        ("officer", "/app/totals/202611.csv?unit=township", 404),
        ("township", "/app/totals/202611.csv?unit=far_community", 404),
        ("far_township", "/app/board/202611.csv?unit=community", 404),
        ("county", "/app/board/202611.csv?unit=group", 404),
        ("county", "/app/totals/202612.csv", 404),
        ("auditor", "/app/totals/202611.csv", 200),
    ],
)
def test_files_are_bounded_as_pages_are(signed_in, world: World, login: str, url: str, status: int):
    path, _, name = url.partition("?unit=")
    url = f"{path}?unit={world.units[name]}" if name else url
    assert signed_in(login).client.get(url).status_code == status
    taken = db.session.scalars(select(LedgerLine).where(LedgerLine.action == "export.taken")).all()
    assert len(taken) == (status == 200), "what was not given was not taken"


@pytest.mark.one_database
def test_files_speak_the_readers_language(signed_in, world: World):
    pages = signed_in("county")
    pages.client.set_cookie("lang", "en")
    head = fetch(pages, f"{TOTALS}.csv")[0]
    assert "Births" in head
