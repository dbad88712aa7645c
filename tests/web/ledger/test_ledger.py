"""The ledger notices every change, removal and reordering of its lines."""

import pytest
from flask import Flask
from sqlalchemy import text

from webapp.core.db import db, transaction
from webapp.ledger.queries import broken_lines
from webapp.ledger.service import record

TAMPER = {
    "a changed word": "UPDATE ledger_line SET action = 'report.returned' WHERE seq = 3",
    "a changed detail": "UPDATE ledger_line SET detail = '{\"version\": 9}' WHERE seq = 3",
    "another person": "UPDATE ledger_line SET actor_id = 'x' WHERE seq = 3",
    "another time": "UPDATE ledger_line SET at = '2026-01-01 00:00:00' WHERE seq = 3",
    "a removed line": "DELETE FROM ledger_line WHERE seq = 3",
    "the first line removed": "DELETE FROM ledger_line WHERE seq = 1",
    "a new hash": "UPDATE ledger_line SET hash = previous_hash WHERE seq = 3",
}


@pytest.fixture
def five_lines(app: Flask) -> None:
    """Write five lines."""
    for number in range(5):
        with transaction():
            record("report.accepted", "report", f"r{number}", actor_id=None, detail={"version": number})


@pytest.mark.usefixtures("five_lines")
def test_untouched_it_is_whole(app: Flask) -> None:
    assert list(broken_lines()) == []
    assert app.test_cli_runner().invoke(args=["ledger", "verify"]).exit_code == 0


@pytest.mark.usefixtures("five_lines")
@pytest.mark.parametrize("statement", TAMPER.values(), ids=TAMPER.keys())
def test_tampering_is_noticed(app: Flask, statement: str) -> None:
    with transaction() as session:
        session.execute(text(statement))
    assert list(broken_lines())
    db.session.rollback()
    assert app.test_cli_runner().invoke(args=["ledger", "verify"]).exit_code == 1


@pytest.mark.usefixtures("five_lines")
def test_two_lines_exchanged(app: Flask) -> None:
    with transaction() as session:
        for before, after in ((3, 99), (4, 3), (99, 4)):
            places = {"before": before, "after": after}
            session.execute(text("UPDATE ledger_line SET seq = :after WHERE seq = :before"), places)
    assert list(broken_lines())


@pytest.mark.parametrize(
    ("action", "detail"), [("song.sung", {}), ("report.accepted", {}), ("report.accepted", {"version": 1, "name": "x"})]
)
def test_a_line_says_neither_less_nor_more_than_its_kind(app: Flask, action: str, detail: dict) -> None:
    with pytest.raises(ValueError, match=r"song|exactly"), transaction():
        record(action, "report", "r", actor_id=None, detail=detail)
