"""Texts in sealed columns: whole for the program, noise for whoever reads the tables."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text

from tests.builders import complete, event, report
from tests.support.phone import Phone
from webapp.cli_keys import open_keys
from webapp.core.crypto import Unopened
from webapp.core.db import db, table, transaction
from webapp.core.sealed import SealedJson, SealedText
from webapp.events.models import Event
from webapp.events.queries import event as stored_event
from webapp.keys.service import init_keys
from webapp.ledger.queries import broken_lines
from webapp.ledger.service import record
from webapp.reports.models import ReportVersion

NOTE, REASON = "李小明家添了二女儿", "按户口簿核对后更正 QX17"
TRACE = "QX17"  # of the reason, however JSON spells the rest


def rows_of(name: str) -> str:
    """Return all rows of a table as text, bytes as hexadecimal digits."""
    db.session.rollback()
    rows = db.session.execute(text(f"SELECT * FROM {name}")).all()
    return "\n".join(str([bytes(v).hex() if isinstance(v, bytes | memoryview) else v for v in row]) for row in rows)


@pytest.fixture
def sent(leader: Phone, group: str) -> str:
    """Send an event with a note and a report with a reason; return the event's id."""
    note = event(group, note=NOTE)
    adjusted = [{"measure": "births", "value": 2, "reason": REASON}]
    own = report(group, nil=False, values=complete(births=2), adjustments=adjusted)
    results = leader.push(note, event(group), own)
    assert [result["outcome"] for result in results] == ["created"] * 3, results
    return str(note["id"])


def test_texts_are_whole_for_the_program(sent: str, leader: Phone) -> None:
    pulled = {change["id"]: change["data"] for change in leader.pull()}
    assert pulled[sent]["note"] == NOTE
    assert [data["adjustments"][0]["reason"] for data in pulled.values() if "adjustments" in data] == [REASON]
    assert db.session.scalars(select(ReportVersion.adjustments)).one()[0]["reason"] == REASON


@pytest.mark.usefixtures("sent")
def test_texts_are_noise_for_others(app: Flask) -> None:
    for name, said in (("event", NOTE), ("report_version", REASON)):
        rows = rows_of(name)
        assert rows and said not in rows and said.encode().hex() not in rows and TRACE not in rows


def test_what_is_empty_stays_cheap() -> None:
    assert SealedText("a.b").process_bind_param(None, None) is None  # type: ignore[arg-type]
    assert SealedJson("a.b").process_bind_param([], None) == b""  # type: ignore[arg-type]
    assert SealedJson("a.b").process_result_value(b"", None) == []  # type: ignore[arg-type]
    assert SealedJson("a.b").process_result_value(None, None) is None  # type: ignore[arg-type]


def test_a_text_moved_to_another_column_is_noticed(app: Flask) -> None:
    here, there = SealedText("event.note"), SealedText("report_version.reason")
    with transaction():
        sealed = here.process_bind_param(NOTE, db.engine.dialect)
    assert here.process_result_value(sealed, db.engine.dialect) == NOTE
    with pytest.raises(Unopened):
        there.process_result_value(sealed, db.engine.dialect)


def test_half_a_sign_survives(app: Flask) -> None:
    column = SealedText("event.note")
    with transaction():
        assert column.process_result_value(column.process_bind_param("\ud800", None), None) == "\ud800"  # type: ignore[arg-type]


def test_both_ways_of_writing_seal(leader: Phone, group: str) -> None:
    """A new event goes in past the unit of work, a changed one by a statement of SQLAlchemy."""
    sent = event(group, note=NOTE)
    leader.push(sent)
    changed = {**sent, "data": {**sent["data"], "note": f"{NOTE}，更正"}, "base_version": 1}
    assert leader.push(changed)[0]["outcome"] == "updated"
    assert stored_event(sent["id"])["note"] == f"{NOTE}，更正"  # type: ignore[index]
    assert NOTE.encode().hex() not in rows_of("event")


@pytest.fixture
def quiet(app: Flask) -> Iterator[None]:
    """Let go of the session, so that migrations find the tables free."""
    db.session.remove()
    yield
    db.session.remove()


def test_what_was_written_before_is_sealed_by_the_migration(sent: str, quiet: None) -> None:
    downgrade(revision="0002")
    assert NOTE in rows_of("event")
    assert TRACE in rows_of("report_version")
    db.session.remove()
    upgrade()
    assert NOTE.encode().hex() not in rows_of("event") and NOTE not in rows_of("event")
    assert stored_event(sent)["note"] == NOTE  # type: ignore[index]
    assert db.session.execute(select(table(Event).c.note).where(table(Event).c.note.is_(None))).all() == [(None,)]
    assert db.session.scalars(select(ReportVersion.adjustments)).one()[0]["reason"] == REASON


def test_a_database_from_before_there_were_keys(app: Flask, sent: str, quiet: None) -> None:
    """Whoever has worked with the version before: the migration tells the database its first master key."""
    downgrade(revision="0001")
    assert NOTE in rows_of("event")
    db.session.remove()
    upgrade()
    init_keys(app, None, app.extensions["keyring"].file)  # as after a start
    open_keys()
    assert NOTE not in rows_of("event") and NOTE.encode().hex() not in rows_of("event")
    assert stored_event(sent)["note"] == NOTE  # type: ignore[index]
    assert list(broken_lines()) == []
    with transaction():
        record("report.accepted", "report", "r", actor_id=None, detail={"version": 1})
    assert list(broken_lines()) == []
