"""The page on which an office takes in its list."""

import csv
import io
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from tests.support import files
from tests.support.pages import SAME_ORIGIN
from tests.web.doorlists.test_import import GROUP, HEAD, ROWS, written
from webapp.core.db import db
from webapp.households.models import Household

PAGE = "/app/households/import"


def count() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(Household)).scalar_one()


def sent(path: Path, step: str) -> dict[str, Any]:
    return {"file": (io.BytesIO(path.read_bytes()), path.name), "step": step}


def test_first_a_trial_then_for_good(signed_in: Any, tmp_path: Path) -> None:
    office, path = signed_in("officer"), written(tmp_path / "list.csv", HEAD, *ROWS)
    assert "会新增 3 户" in office.post(PAGE, sent(path, "try"), status=200).get_text()
    assert count() == 0
    page = office.post(PAGE, sent(path, "take"), status=200)
    assert "新增 3 户" in page.get_text() and "没有写明同意" in page.get_text()
    assert count() == 3
    assert "不变 3 户" in office.post(PAGE, sent(path, "take"), status=200).get_text()


def test_a_list_that_is_too_large_is_refused_at_its_field(signed_in: Any) -> None:
    file = (io.BytesIO(b" " * 9_000_000), "list.csv")
    page = signed_in("officer").post(PAGE, **files.sent(file=file, step="take"))
    assert "最多 8 MB" in page.select_one("#file-problem").get_text()


def test_wrong_rows_are_named_and_nothing_is_taken_in(signed_in: Any, tmp_path: Path) -> None:
    path = written(tmp_path / "list.csv", HEAD, ROWS[0], ["第九组", "3幢", "", "1"])
    page = signed_in("officer").post(PAGE, sent(path, "take"), status=422)
    assert "有 1 行要改" in page.get_text() and "第 3 行" in page.get_text() and "第九组" in page.get_text()
    assert count() == 0


def test_all_errors_are_named_before_any_note(signed_in: Any, tmp_path: Path) -> None:
    noted = [[GROUP, "5幢", "", str(number), "", "钱大力"] for number in range(1, 301)]
    wrong = [["第九组", "5幢", "", str(number)] for number in range(301, 551)]
    page = signed_in("officer").post(
        PAGE, sent(written(tmp_path / "list.csv", HEAD, *noted, *wrong), "try"), status=422
    )
    lines = [line.get_text() for line in page.select("#rows li")]
    assert all("没有叫“第九组”的小组" in line for line in lines[:250]) and "第 302 行 · 错误" in lines[0]
    assert "第 551 行 · 错误" in lines[249] and all("没有写明同意" in line for line in lines[250:])
    assert f"还有 {550 - len(lines)} 行没有列出" in page.get_text()


def test_new_and_changed_rows_are_told_too(signed_in: Any, tmp_path: Path) -> None:
    page = signed_in("officer").post(PAGE, sent(written(tmp_path / "list.csv", HEAD, ROWS[0]), "try"), status=200)
    assert "第 2 行 · 新增" in page.select("#rows")[0].get_text()


def test_the_verdict_on_every_row_as_a_file(signed_in: Any, tmp_path: Path) -> None:
    office, path = signed_in("officer"), written(tmp_path / "list.csv", HEAD, *ROWS, ["第九组", "3幢", "", "1"])
    answer = office.client.post(PAGE, data=sent(path, "verdicts"), headers=SAME_ORIGIN)
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    told = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert told[1:4] == [
        ["2", "新增", ""],
        ["3", "新增", ""],
        ["4", "新增", "同意登记：没有写明同意，联系人和电话没有录入。"],
    ]
    assert told[4][:2] == ["5", "错误"] and len(told) == 5
    assert count() == 0


def test_without_a_file(signed_in: Any) -> None:
    assert "请选一个文件" in signed_in("officer").post(PAGE, {"step": "take"}, status=422).get_text()


def test_what_is_no_list(signed_in: Any, tmp_path: Path) -> None:
    path = tmp_path / "photo.xlsx"
    path.write_bytes(b"\x89PNG")
    assert "不是有效的 XLSX" in signed_in("officer").post(PAGE, sent(path, "try"), status=422).get_text()


def test_only_the_office_may(signed_in: Any) -> None:
    for login in ("leader", "coordinator", "county", "auditor"):
        signed_in(login).get(PAGE, status=403)
