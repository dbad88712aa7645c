"""`flask units import`: a verdict per row, all or nothing, the same list twice changes nothing."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import func, select

from webapp.core.db import db
from webapp.ledger.models import LedgerLine
from webapp.orgs import queries
from webapp.orgs.models import Unit, UnitTerm

HEAD = "code,name,parent_code,level,opened,closed"
ROWS = (
    "331126001001,石龙社区,331126001,community,,",
    "331126001,松源街道,331126,township,2011-06-01,",
    "331126,庆元县,,county,,",
    "33112600100101,第一小组,331126001001,group,,",
)
COUNTY, TOWN = ROWS[2], ROWS[1]

Import = Callable[..., Result]


@pytest.fixture
def take(app: Flask, tmp_path: Path) -> Import:
    """Return a function that writes rows to a file and imports it."""

    def run(*rows: str, args: tuple[str, ...] = (), head: str = HEAD, encoding: str = "utf-8") -> Result:
        path = tmp_path / "units.csv"
        path.write_bytes("\r\n".join([head, *rows, ""]).encode(encoding))
        return run_file(app, path, *args)

    return run


def run_file(app: Flask, path: Path, *args: str) -> Result:
    db.session.rollback()  # what the command writes must be seen by the test afterwards
    result = app.test_cli_runner().invoke(args=["units", "import", str(path), *args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def counts(result: Result) -> list[int]:
    """Return how many rows are new, changed, the same, wrong, as the last line but remarks says."""
    [line] = [line for line in result.output.splitlines() if line.startswith("新增 ")]
    return [int(part.split()[1]) for part in line.split(" · ")]


def stored() -> list[Any]:
    """Return all that an import could change."""
    db.session.rollback()
    lines = db.session.execute(select(func.count()).select_from(LedgerLine)).scalar_one()
    units = [tuple(row) for row in db.session.execute(select(*Unit.__table__.c).order_by(Unit.id))]
    terms = [tuple(row) for row in db.session.execute(select(*UnitTerm.__table__.c).order_by(UnitTerm.id))]
    return [lines, units, terms]


def named(code: str) -> Unit:
    db.session.rollback()
    found = queries.by_code(code)
    assert found is not None
    return found


def test_a_list_in_any_order_builds_the_tree(take: Import):
    result = take(*ROWS)
    assert result.exit_code == 0
    assert counts(result) == [4, 0, 0, 0]
    assert "第 2 行 新增 331126001001 石龙社区" in result.output
    group = named("33112600100101")
    assert [unit.name for unit in queries.ancestors(group.id)] == ["庆元县", "松源街道", "石龙社区"]
    assert [unit.name for unit in queries.open_groups_under(named("331126").path, date(2026, 11, 1))] == ["第一小组"]
    assert named("331126001").opened == date(2011, 6, 1)


def test_the_same_list_twice_changes_nothing(take: Import):
    take(*ROWS)
    before = stored()
    result = take(*ROWS)
    assert counts(result) == [0, 0, 4, 0]
    assert stored() == before


def test_a_dry_run_says_all_and_changes_nothing(take: Import):
    before = stored()
    result = take(*ROWS, args=("--dry-run",))
    assert counts(result) == [4, 0, 0, 0]
    assert "试运行" in result.output
    assert stored() == before


def test_one_wrong_row_and_nothing_is_changed(take: Import):
    take(*ROWS[1:3])
    before = stored()
    result = take(*ROWS, "331126002,濛洲街道,999999,township,,")
    assert result.exit_code == 1
    assert counts(result) == [2, 0, 2, 1]
    assert "第 6 行 错误 331126002 濛洲街道 [上级代码] 找不到上级代码 999999。" in result.output
    assert "什么也没有改" in result.output
    assert stored() == before


def test_changes_keep_what_was(take: Import):
    take(*ROWS)
    renamed = ROWS[0].replace("石龙社区", "石龙新社区")
    closed = ROWS[3].rstrip(",") + ",,2026-11-20"
    result = take(renamed, closed, args=("--on", "2026-11-01"))
    assert counts(result) == [0, 2, 0, 0]
    assert "名称 石龙社区 → 石龙新社区" in result.output
    assert "撤销日期 — → 2026-11-20" in result.output
    community = named("331126001001")
    assert queries.unit_name_on(community.id, date(2026, 10, 31)) == "石龙社区"
    assert queries.unit_name_on(community.id, date(2026, 11, 1)) == "石龙新社区"
    assert queries.children(community.id) == []
    assert [unit.name for unit in queries.children(community.id, date(2026, 11, 19))] == ["第一小组"]


def test_a_whole_branch_ends_at_once(take: Import):
    take(*ROWS)
    ended = [ROWS[0].rstrip(",") + ",,2026-11-01", ROWS[3].rstrip(",") + ",,2026-11-01"]
    assert counts(take(*ended)) == [0, 2, 0, 0]
    assert counts(take(*ended)) == [0, 0, 2, 0]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("=1+1,松源街道,331126,township,,", "[代码] 不能以“=”开头"),
        ('331126001,"=HYPERLINK(""x"")",331126,township,,', "[名称] 不能以“=”开头"),
        ("331126001,松源街道,331126,galaxy,,", "[级别] 不认识的级别"),
        ("331126001,,331126,township,,", "[名称] 请填写这一项。"),
        (f"331126001,{'长' * 61},331126,township,,", "[名称] 太长了"),
        (",松源街道,331126,township,,", "[代码] 请填写这一项。"),
        ("33112600,松源街道,331126,township,,", "[代码] 代码 33112600 有 8 位，这一级应为 9 位。"),
        ("33112600X,松源街道,331126,township,,", "[代码] 代码 33112600X 只能由数字组成。"),
        ("3.31E+08,松源街道,331126,township,,", "被表格软件改写了"),
        ("331126001,松源街道,331126,township,2026-13-01,", "[设立日期] 日期不对"),
        ("331126001,松源街道,331126,township,2026-2-30,", "[设立日期] 日期不对"),
        ("331126001,松源街道,331126,township,2026-11-22,", "[设立日期] 设立日期不能晚于今天（2026-11-21）。"),
        ("331126001,松源街道,331126,township,,2026-11-22", "[撤销日期] 撤销日期不能晚于今天"),
        ("331126001,松源街道,331126,township,2026-01-01,2026-01-01", "[撤销日期] 撤销日期必须晚于设立日期。"),
        ("331126001,松源街道,331127,township,,", "[上级代码] 找不到上级代码 331127。"),
        ("331126001,松源街道,,township,,", "[上级代码] 请填写上级代码。"),
        ("331127001,松源街道,331126,township,,", "[代码] 代码 331127001 应以上级代码 331126 开头。"),
        ("331126001001,石龙社区,331126,community,,", "[上级代码] 上级“庆元县”的级别不对"),
        ("331126,庆元,,county,,", "[代码] 代码 331126 与第 2 行重复。"),
        ("331126001,松源街道,331126001,township,,", "[上级代码] 上级互相指向，绕成了一圈。"),
        ("331126001,松源街道,331126,township,,,多一格", "这一行的格数比表头多。"),
    ],
)
@pytest.mark.one_database
def test_each_mistake_has_its_sentence(take: Import, row: str, sentence: str):
    result = take(COUNTY, row)
    assert counts(result) == [1, 0, 0, 1]
    assert "第 3 行 错误" in result.output
    assert sentence in result.output


@pytest.mark.one_database
def test_a_unit_with_open_children_cannot_end(take: Import):
    take(*ROWS)
    result = take(TOWN + "2026-11-01")
    assert "[撤销日期] 下面还有 1 个单位没有撤销，不能撤销这一个。" in result.output
    assert result.exit_code == 1


@pytest.mark.one_database
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_of_spreadsheets_are_read(take: Import, encoding: str):
    assert counts(take(*ROWS, encoding=encoding)) == [4, 0, 0, 0]
    assert named("331126001").name == "松源街道"


@pytest.mark.one_database
def test_spaces_blank_rows_and_wide_digits_do_not_matter(take: Import):
    rows = ["", ",,,,,", "　３３１１２６ ,  庆元县  ,,县,,", " 331126 001 ,松源街道, 331126 , 街道 ,2011/6/1, ", ""]
    assert counts(take(*rows)) == [2, 0, 0, 0]
    assert named("331126").name == "庆元县"
    assert named("331126001").opened == date(2011, 6, 1)


@pytest.mark.one_database
def test_codes_padded_with_zeros_are_the_same_codes(take: Import):
    take(*ROWS)
    head = "代码,名称,上级代码,级别"
    padded = ["331126000000,庆元县,,县", "331126001000,松源街道,331126000000,街道"]
    assert counts(take(*padded, head=head)) == [0, 0, 2, 0]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        ("code,name", "缺少列：level。"),
        ("code,name,level,colour", "不认识的列：colour。"),
        ("code,name,level,代码", "重复的列：code。"),
    ],
)
def test_a_wrong_head_is_named(take: Import, head: str, sentence: str):
    result = take(COUNTY, head=head)
    assert result.exit_code == 1
    assert sentence in result.output


@pytest.mark.one_database
@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00\x00", b'code,name,level\r\n"331126', b"PK\x03\x04 not a sheet"]
)
@pytest.mark.parametrize("name", ["units.csv", "units.xlsx"])
def test_a_file_that_is_no_table_is_refused(app: Flask, tmp_path: Path, content: bytes, name: str):
    path = tmp_path / name
    path.write_bytes(content)
    result = run_file(app, path)
    assert result.exit_code == 1
    assert "文件" in result.output or "列" in result.output


def test_a_spreadsheet_is_read_like_a_text_file(app: Flask, tmp_path: Path):
    book = Workbook()
    sheet = book.active
    rows: list[list[Any]] = [
        ["代码", "名称", "上级代码", "级别", "设立日期"],
        [],
        [331126, "庆元县", None, "县", None],
        [331126001, "松源街道", 331126.0, "街道", datetime(2011, 6, 1)],
        ["33112600100101", "第一小组", 331126001001, "组", "2020年1月1日"],
        [331126001001, " 石龙社区 ", 331126001, "社区", date(2019, 5, 4)],
    ]
    for row in rows:
        sheet.append(row)
    book.save(tmp_path / "units.xlsx")
    assert counts(run_file(app, tmp_path / "units.xlsx")) == [4, 0, 0, 0]
    assert named("331126001001").opened == date(2019, 5, 4)
    assert named("331126001").opened == date(2011, 6, 1)
    assert counts(run_file(app, tmp_path / "units.xlsx")) == [0, 0, 4, 0]


@pytest.mark.one_database
def test_a_formula_in_a_spreadsheet_is_refused(app: Flask, tmp_path: Path):
    book = Workbook()
    book.active.append(["code", "name", "level"])
    book.active.append(["331126", '="庆元县"', "county"])
    book.save(tmp_path / "units.xlsx")
    result = run_file(app, tmp_path / "units.xlsx")
    assert "第 2 行 错误 331126 [名称] 不能以“=”开头" in result.output


@pytest.mark.one_database
def test_changes_do_not_take_effect_tomorrow(take: Import):
    result = take(*ROWS, args=("--on", "2026-11-22"))
    assert result.exit_code == 1
    assert "生效日期不能晚于今天（2026-11-21）。" in result.output
