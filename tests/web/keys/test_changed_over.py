"""The master key is changed over while a server runs: nothing is wrapped with the old one any more."""

import logging
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, update

from tests.support.doors import move_in
from tests.support.office import words
from tests.support.pages import Pages
from tests.support.phone import Phone
from tests.web.keys.conftest import Another
from webapp.cli_keys import open_keys
from webapp.config import Settings
from webapp.core.crypto import Unopened
from webapp.core.db import db, table, transaction
from webapp.core.ids import new_id
from webapp.keys import service
from webapp.keys.models import BoxKey, MasterKey, SubjectKey
from webapp.keys.rules import KeyTrouble

BEFORE, AFTER = "a" * 36, "b" * 36


def change_over(another: Another, file: Path, to: Path) -> None:
    """Rewrap all keys in another process, with a new master key in `file`; the old one is put aside, at `to`."""
    db.session.rollback()
    file.rename(to)
    with another() as other:
        result = other.test_cli_runner().invoke(args=["keys", "rewrap", "--from", str(to)])
        assert result.exit_code == 0, result.output


def test_a_running_server_goes_on_with_the_new_one(
    app: Flask, database: Settings, another: Another, tmp_path: Path
) -> None:
    with transaction():
        made = service.make_keys([BEFORE])
    change_over(another, database.master_key_file, tmp_path / "old.key")
    with transaction():
        made |= service.make_keys([AFTER])
        kid = service.add_box()
    with another():
        open_keys()
        assert service.keys_of([BEFORE, AFTER]) == made
        assert service.seal_key()["kid"] == kid


def test_what_is_there_still_opens_in_a_running_server(
    app: Flask, database: Settings, another: Another, tmp_path: Path, leader: Phone, group: str
) -> None:
    with transaction():
        made = service.make_keys([BEFORE])
    sealed = leader.seal({"id": new_id(), "type": "event", "data": {"unit": group}})
    change_over(another, database.master_key_file, tmp_path / "old.key")
    assert service.keys_of([BEFORE]) == made
    assert service.open_record(sealed["id"], "event", sealed["sealed"]) == {"unit": group}


def test_a_server_that_has_only_the_old_one_makes_no_keys(
    app: Flask, database: Settings, another: Another, tmp_path: Path
) -> None:
    old = database.master_key_file.read_text()
    with another(master_key=old, master_key_file=Path("/nowhere")) as running:
        with transaction():
            service.make_keys([BEFORE])
        change_over(another, database.master_key_file, tmp_path / "old.key")
        with running.app_context(), pytest.raises(KeyTrouble, match=r"changed over.*start again"), transaction():
            service.make_keys([AFTER])


@pytest.mark.one_database
def test_a_database_with_keys_gets_no_second_root(app: Flask) -> None:
    with transaction() as session:
        service.make_keys([BEFORE])
        session.execute(delete(MasterKey))
        session.execute(delete(BoxKey))
    service.init_keys(app, app.extensions["keyring"].given, app.extensions["keyring"].file)
    with pytest.raises(KeyTrouble, match="backup"):
        open_keys()


def spoil(home: str) -> None:
    """Let the key of a household open nothing any more."""
    with transaction() as session:
        rows = table(SubjectKey)
        session.execute(update(rows).where(rows.c.subject_id == home).values(wrapped=b"\x01" + bytes(60)))


def test_one_key_that_does_not_open_hides_no_other(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with transaction():
        made = service.make_keys([BEFORE, AFTER])
    spoil(AFTER)
    with caplog.at_level(logging.ERROR):
        assert service.keys_of([BEFORE, AFTER]) == {BEFORE: made[BEFORE]}
    assert AFTER in caplog.text
    with transaction(), pytest.raises(Unopened):  # whoever decides must not take it for a household that was erased
        service.keys_of([BEFORE, AFTER])


def test_lists_go_on_without_it_and_phones_keep_what_they_have(world, signed_in, phone) -> None:
    """One door that cannot be read is no reason to close the register."""
    pages: Pages = signed_in("leader")
    home, other = move_in(world, door="501"), move_in(world, door="502")
    leader = phone("leader")
    assert {change["id"] for change in leader.pull()} == {home, other}
    spoil(home)
    said = words(pages.get("/app/households"))
    assert "502" in said and "501" not in said
    leader.cursor = ""
    assert {(change["id"], change["deleted"]) for change in leader.pull()} == {(other, False)}
