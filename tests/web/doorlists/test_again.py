"""A list that comes again: what was said since then holds, what is left blank stays, who left stays gone."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.builders import World
from tests.support.office import actor
from tests.web.doorlists.test_import import GROUP, HEAD, ROWS, Import, count, take, written
from webapp.consents import queries as consents
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.doorlists import queries as lists
from webapp.households import service as households
from webapp.households.queries import as_data, households_of
from webapp.households.service import HOUSEHOLD
from webapp.intake.rules import Incoming
from webapp.intake.service import apply_one

__all__ = ["take"]
DATED = [*HEAD, "同意日期"]
SECOND = [GROUP, "3幢", "1单元", "102", "流动", "赵小花", "199-0000-0001", "是", "2人", "周末在家"]


def homes(world: World) -> list[dict[str, Any]]:
    return households_of([world.units["group"]])


def change(world: World, row: dict[str, Any], **more: Any) -> None:
    """Change a household as the leader does."""
    incoming = Incoming(row["id"], "household", row["version"], clock.now(), {**as_data(row), **more})
    leader = actor(world, "leader")
    db.session.rollback()
    with transaction():
        result = apply_one(incoming, leader, HOUSEHOLD)
    assert result.is_kept, result


def withdraw(world: World, row: dict[str, Any], on: str) -> None:
    change(world, row, consents={"contact": {"given": False, "version": 1, "on": on}})


def test_a_list_does_not_undo_a_withdrawal(take: Import, world: World, tmp_path: Path) -> None:
    path = written(tmp_path / "list.csv", HEAD, SECOND)
    take(path)
    (row,) = homes(world)
    withdraw(world, row, "2026-11-21")
    code, said = take(path)
    assert code == 0 and "不变 1" in said and "2026-11-21" in said and "撤回" in said
    (row,) = homes(world)
    assert "contact" not in row and row["consents"]["contact"]["given"] is False


@pytest.mark.parametrize(("agreed_on", "holds"), [("2026-11-20", True), ("2026-11-10", False), ("2026-11-09", False)])
def test_an_explicit_later_agreement_counts(
    take: Import, world: World, tmp_path: Path, agreed_on: str, holds: bool
) -> None:
    take(written(tmp_path / "list.csv", HEAD, SECOND))
    (row,) = homes(world)
    withdraw(world, row, "2026-11-10")
    take(written(tmp_path / "more.csv", DATED, [*SECOND, agreed_on]))
    (row,) = homes(world)
    assert ("contact" in row) is holds
    assert row["consents"]["contact"]["on"] == (agreed_on if holds else "2026-11-10")


def test_an_answer_that_holds_keeps_its_day(take: Import, world: World, tmp_path: Path) -> None:
    take(written(tmp_path / "list.csv", DATED, [*SECOND, "2026-10-01"]))
    take(written(tmp_path / "more.csv", HEAD, [*SECOND[:6], "199-0000-0002", *SECOND[7:]]))
    (row,) = homes(world)
    assert (row["contact"]["phone"], row["consents"]["contact"]["on"]) == ("199-0000-0002", "2026-10-01")


def test_the_text_is_the_one_of_the_day_of_agreeing(
    take: Import, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = consents.purposes()
    second = {**known["contact"]["versions"][0], "version": 2, "since": "2026-06-01"}
    contact = {**known["contact"], "versions": [*known["contact"]["versions"], second]}
    purposes = {**known, "contact": contact}
    for module in (lists, households):
        monkeypatch.setattr(module, "purposes", lambda: purposes)
    take(written(tmp_path / "list.csv", DATED, [*SECOND, "2026-05-31"], [*SECOND[:3], "103", *SECOND[4:], ""]))
    assert [row["consents"]["contact"]["version"] for row in homes(world)] == [1, 2]


def test_nobody_agreed_before_there_was_a_text(take: Import, world: World, tmp_path: Path) -> None:
    code, said = take(written(tmp_path / "list.csv", DATED, [*SECOND, "2024-12-31"]))
    assert code == 0 and "2025-01-01" in said and "没有录入" in said
    (row,) = homes(world)
    assert "contact" not in row and "consents" not in row


@pytest.mark.parametrize(
    "head", [["小组", "楼栋", "单元", "门牌", "类别", "人数"], ["小组", "楼栋", "单元", "门牌", "人数"]]
)
def test_a_blank_kind_leaves_the_kind(take: Import, world: World, tmp_path: Path, head: list[str]) -> None:
    take(written(tmp_path / "list.csv", HEAD, *ROWS))
    blank = [""] * (len(head) - 5)
    rows = [[*row[:4], *blank, "5"] for row in ROWS]
    code, said = take(written(tmp_path / "more.csv", head, *rows, [GROUP, "4幢", "", "1", *blank, ""]))
    assert code == 0, said
    kinds = sorted((row["address"]["door"], row["kind"], row.get("premises")) for row in homes(world))
    assert kinds == [
        ("1", "registered", None), ("101", "registered", None), ("102", "resident", None), ("店1", "premises", "shop"),
    ]  # fmt: skip


def test_premises_may_become_a_home(take: Import, world: World, tmp_path: Path) -> None:
    take(written(tmp_path / "list.csv", HEAD, ROWS[2]))
    code, said = take(written(tmp_path / "more.csv", HEAD, [*ROWS[2][:4], "户籍"]))
    assert code == 0 and "变更 1" in said
    (row,) = homes(world)
    assert (row["kind"], row.get("premises")) == ("registered", None)


def test_who_left_does_not_come_back_by_an_older_list(take: Import, world: World, tmp_path: Path) -> None:
    path = written(tmp_path / "list.csv", HEAD, SECOND)
    take(path)
    (row,) = homes(world)
    change(world, row, left_on="2026-11-20")
    code, said = take(path)
    assert code == 0 and "新增 0" in said and "2026-11-20" in said and "搬走" in said
    assert count() == 1
    take(written(tmp_path / "more.csv", HEAD, [*SECOND[:5], "周大海", "", "是", "", ""]))
    assert count() == 2, "somebody else at the same door is somebody else"
    _, said = take(path)
    assert "不变 1" in said and "搬走" in said
    (living,) = [row for row in homes(world) if row["left_on"] is None]
    assert living["contact"]["name"] == "周大海"
    assert date.fromisoformat("2026-11-20") in {row["left_on"] for row in homes(world)}
