"""A list of doors from a spreadsheet: judged row by row, taken in once, whatever its head looks like."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from tests.builders import World
from webapp.core.db import db
from webapp.households.models import Household
from webapp.households.queries import households_of
from webapp.ledger.models import LedgerLine
from webapp.ledger.queries import broken_lines

HEAD = ["小组", "楼栋", "单元", "门牌", "类别", "联系人", "电话", "同意登记", "人数", "备注"]
GROUP = "33112610120101"
ROWS = [
    [GROUP, "3幢", "1单元", "101", "户籍", "", "", "", "3", ""],
    [GROUP, "3幢", "1单元", "102", "流动", "赵小花", "199-0000-0001", "是", "2人", "周末在家"],
    [GROUP, "3幢", "", "店1", "店面", "钱大力", "199-0000-0002", "", "", ""],
]
Import = Callable[..., tuple[int, str]]


@pytest.fixture
def take(app: Flask, world: World) -> Import:
    """Return a function that runs the command on a file; it returns the exit code and what was printed."""

    def run(path: Path, *options: str) -> tuple[int, str]:
        arguments = ["households", "import", str(path), "--by", "officer", *options]
        answer = app.test_cli_runner().invoke(args=arguments)
        db.session.rollback()
        if answer.exception and not isinstance(answer.exception, SystemExit):
            raise answer.exception
        return answer.exit_code, answer.output

    return run


def written(path: Path, *rows: list[Any], encoding: str = "utf-8") -> Path:
    with path.open("w", newline="", encoding=encoding) as file:
        csv.writer(file).writerows(rows)
    return path


def count() -> int:
    return db.session.execute(select(func.count()).select_from(Household)).scalar_one()


def test_new_doors(take: Import, world: World, tmp_path: Path) -> None:
    code, said = take(written(tmp_path / "list.csv", HEAD, *ROWS, encoding="gb18030"))
    assert code == 0 and "新增 3" in said
    assert "第 4 行" in said and "没有写明同意" in said, "it says what was not taken in"
    shop, first, second = sorted(households_of([world.units["group"]]), key=lambda row: row["kind"])
    assert (first["kind"], first["size"], "contact" in first) == ("registered", "3-4", False)
    assert second["contact"] == {"name": "赵小花", "phone": "199-0000-0001"} and second["consents"]["contact"]["given"]
    assert (shop["premises"], "contact" in shop) == ("shop", False)
    assert list(broken_lines()) == []


def test_every_row_that_is_not_the_same_gets_its_verdict(take: Import, tmp_path: Path) -> None:
    _, said = take(written(tmp_path / "list.csv", HEAD, *ROWS[:2]), "--dry-run")
    assert "第 2 行  新增" in said and "第 3 行  新增" in said
    take(written(tmp_path / "list.csv", HEAD, *ROWS[:2]))
    _, said = take(written(tmp_path / "list.csv", HEAD, ROWS[0], [*ROWS[1][:8], "5", ""]), "--dry-run")
    assert "第 2 行" not in said and "第 3 行  变更" in said


def test_the_same_file_twice_changes_nothing(take: Import, tmp_path: Path) -> None:
    path = written(tmp_path / "list.csv", HEAD, *ROWS)
    take(path)
    code, said = take(path)
    assert code == 0 and "不变 3" in said and "新增 0" in said
    assert count() == 3
    assert {row.version for row in db.session.scalars(select(Household))} == {1}


def test_a_changed_row_changes_its_door_and_blanks_leave_it(take: Import, world: World, tmp_path: Path) -> None:
    take(written(tmp_path / "list.csv", HEAD, *ROWS))
    changed = [GROUP, "3 幢", "1单元", "102", "流动", "", "", "", "5", ""]
    _, said = take(written(tmp_path / "more.csv", HEAD, changed))
    assert "变更 1" in said
    (row,) = [row for row in households_of([world.units["group"]]) if row["kind"] == "resident"]
    assert (row["size"], row["note"], row["contact"]["name"], row["version"]) == ("5+", "周末在家", "赵小花", 2)


def test_a_trial_changes_nothing(take: Import, tmp_path: Path) -> None:
    code, said = take(written(tmp_path / "list.csv", HEAD, *ROWS), "--dry-run")
    assert code == 0 and "新增 3" in said and "试运行" in said
    assert count() == 0


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (["第九组", "3幢", "", "101"], "小组：没有叫“第九组”的小组"),
        ([GROUP, "", "", "101"], "楼栋：请填写这一项"),
        ([GROUP, "3幢", "", ""], "门牌：请填写这一项"),
        ([GROUP, "3幢", "", "101", "已婚"], "类别：不认识的类别“已婚”"),
        ([GROUP, "3幢", "", "101", "流动", "孙某", "电话不详", "是"], "电话："),
        ([GROUP, "3幢", "", "101", "", "", "", "", "零"], "人数：人数请填整数"),
        (
            [GROUP, "3幢", "", "101", "", "", "", "", "", "身份证 11010119900307123X"],
            "备注：备注里不要写电话或身份证号",
        ),
        (["33112610120201", "3幢", "", "101"], "小组：没有叫"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_changed(take: Import, tmp_path: Path, row: list[str], told: str) -> None:
    code, said = take(written(tmp_path / "list.csv", HEAD, ROWS[0], row))
    assert code == 1 and "第 3 行" in said and told in said and "什么也没有改" in said
    assert count() == 0


def test_the_same_door_twice_in_a_list(take: Import, tmp_path: Path) -> None:
    code, said = take(
        written(tmp_path / "list.csv", HEAD, ROWS[0], ROWS[1], ["33112610120101", "3 幢", "1单元", "101"])
    )
    assert code == 1 and "第 4 行" in said and "和第 2 行是同一个地址" in said


def test_titles_and_merged_heads_are_tolerated(take: Import, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet
    sheet.append(["某某社区住户登记表"])
    sheet.merge_cells("A1:H1")
    sheet.append(["制表：社区", None, "2026 年 11 月"])
    sheet.append(["小组*", "地址", None, None, "联系人", None, "同意登记（是/否）", "民族"])
    sheet.merge_cells("B3:D3")
    sheet.merge_cells("E3:F3")
    sheet.append([None, "楼栋", "单元", "门牌", "姓名", "联系电话", None, None])
    sheet.append([int(GROUP), "5幢", 2, 301, "李小明", "199-0000-0009", "是", "汉"])
    path = tmp_path / "list.xlsx"
    book.save(path)
    code, said = take(path)
    assert code == 0 and "新增 1" in said, said
    assert "这些列没有读：民族" in said
    (row,) = households_of([db.session.scalars(select(Household.unit_id)).one()])
    assert row["address"] == {"building": "5幢", "entrance": "2", "door": "301"} and row["contact"]["name"] == "李小明"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"PK\x03\x04 broken", "一,二\n1,2\n".encode()])
def test_what_is_no_list_is_refused_in_a_sentence(take: Import, tmp_path: Path, content: bytes) -> None:
    for name in ("list.csv", "list.xlsx"):
        path = tmp_path / name
        path.write_bytes(content)
        code, said = take(path)
        assert code == 1 and said.strip() and "Traceback" not in said


def test_who_is_no_officer_takes_nothing_in(app: Flask, world: World, tmp_path: Path) -> None:
    path = written(tmp_path / "list.csv", HEAD, *ROWS)
    for login in ("leader", "county", "nobody"):
        answer = app.test_cli_runner().invoke(args=["households", "import", str(path), "--by", login])
        assert answer.exit_code == 1 and "社区专干" in answer.output


def test_the_ledger_knows_the_file_and_no_name(take: Import, tmp_path: Path) -> None:
    take(written(tmp_path / "list.csv", HEAD, *ROWS))
    (line,) = db.session.scalars(select(LedgerLine).where(LedgerLine.action == "household.imported"))
    assert line.detail["rows"] == 3 and len(line.detail["hash"]) == 64
