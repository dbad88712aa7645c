"""Heads of lists as offices merge them: one row, or two of which the first is merged down and across."""

import csv
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from webapp.core.errors import Invalid
from webapp.core.tables import Head, read_list
from webapp.doorlists.rules import COLUMNS, NEEDED

HOUSEHOLD_OVER = [["小组", "楼栋", "门牌", "住户", ""], ["", "", "", "联系人", "电话"]]
CONTACT_OVER = [["小组", "楼栋", "门牌", "联系人", "", "备注"], ["", "", "", "姓名", "电话", ""]]
ACROSS_FIRST = [["小组", "地址", "", "联系人"], ["", "楼栋", "门牌", ""]]
ROW = ["一组", "3幢", "101", "王五", "199"]
FOUND = {"group": "一组", "building": "3幢", "door": "101", "name": "王五", "phone": "199"}


def as_csv(path: Path, rows: list[list[str]]) -> Path:
    file = path / "list.csv"
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows(rows)
    return file


def as_xlsx(path: Path, rows: list[list[str]]) -> Path:
    """Return a book with `rows`, whose first two have their cells merged down and across, as people do it."""
    book = Workbook()
    sheet: Any = book.active
    for row in rows:
        sheet.append([cell or None for cell in row])
    upper, lower = rows[0], rows[1]
    for at, text in enumerate(upper, start=1):
        if text and not lower[at - 1]:
            sheet.merge_cells(start_row=1, end_row=2, start_column=at, end_column=at)
        if text and lower[at - 1] and upper[at : at + 1] == [""]:
            sheet.merge_cells(start_row=1, end_row=1, start_column=at, end_column=at + 1)
    sheet["A9"].number_format = "@"  # a cell that was formatted and is blank
    file = path / "list.xlsx"
    book.save(file)
    return file


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
@pytest.mark.parametrize("head", [HOUSEHOLD_OVER, CONTACT_OVER])
def test_a_head_merged_over_two_rows(tmp_path: Path, write: Any, head: list[list[str]]) -> None:
    heads: list[Head] = []
    (line,) = read_list(write(tmp_path, [*head, ROW]), COLUMNS, NEEDED, heads.append)
    assert (line.number, line.cells) == (3, FOUND)
    assert heads[0].passed_over == []


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_a_head_whose_second_row_has_what_is_needed(tmp_path: Path, write: Any) -> None:
    (line,) = read_list(write(tmp_path, [*ACROSS_FIRST, ROW[:4]]), COLUMNS, NEEDED)
    assert line.cells == {name: text for name, text in FOUND.items() if name != "phone"}


def test_a_first_row_is_no_head_because_its_needed_cells_are_blank(tmp_path: Path) -> None:
    rows = [["小组", "楼栋", "门牌", "类别"], ["", "", "", "场所"], ["一组", "3幢", "101", "户籍"]]
    found = [line.cells for line in read_list(as_csv(tmp_path, rows), COLUMNS, NEEDED)]
    assert found == [
        {"kind": "场所"}, {"group": "一组", "building": "3幢", "door": "101", "kind": "户籍"},
    ]  # fmt: skip


def test_blank_columns_behind_the_last_head_are_nothing(tmp_path: Path) -> None:
    rows = [
        ["小组", "地址", "", "备注", "", ""],
        ["", "楼栋", "门牌", "", "", ""],
        ["一组", "3幢", "101", "好", "", ""],
    ]
    (line,) = read_list(as_csv(tmp_path, rows), COLUMNS, NEEDED)
    assert line.cells == {"group": "一组", "building": "3幢", "door": "101", "note": "好"}


def test_columns_told_twice_are_refused(tmp_path: Path) -> None:
    rows = [["小组", "楼栋", "门牌", "联系人"], ["", "", "", "姓名", "户主"], ROW]
    with pytest.raises(Invalid):
        list(read_list(as_csv(tmp_path, rows), COLUMNS, NEEDED))
