"""The page on which an office takes in its list."""

import io
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from tests.web.doorlists.test_import import HEAD, ROWS, written
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


def test_wrong_rows_are_named_and_nothing_is_taken_in(signed_in: Any, tmp_path: Path) -> None:
    path = written(tmp_path / "list.csv", HEAD, ROWS[0], ["第九组", "3幢", "", "1"])
    page = signed_in("officer").post(PAGE, sent(path, "take"), status=422)
    assert "有 1 行要改" in page.get_text() and "第 3 行" in page.get_text() and "第九组" in page.get_text()
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
