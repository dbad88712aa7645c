"""`flask keys`: one master key is made and never replaced; pairs rotate; all keys change over to another master key."""

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, text

from tests.builders import event
from tests.support.phone import Phone
from tests.web.keys.conftest import Another
from webapp.config import Settings
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.events.queries import event as stored_event
from webapp.keys import service
from webapp.keys.models import BoxKey, MasterKey
from webapp.ledger.models import LedgerLine


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    """Return the status of the command and what it says."""
    result = app.test_cli_runner().invoke(args=["keys", *arguments])
    return result.exit_code, result.output


def forget(app: Flask) -> None:
    """Make the database one that was never sealed, and the process one that has just started."""
    with transaction() as session:
        session.execute(delete(MasterKey))
        session.execute(delete(BoxKey))
    start_anew(app)


def start_anew(app: Flask) -> None:
    """Let the process forget what it knows of keys."""
    service.init_keys(app, app.extensions["keyring"].given, app.extensions["keyring"].file)


def test_a_key_is_made_once(app: Flask, database: Settings) -> None:
    forget(app)
    file = database.master_key_file
    file.unlink()
    status, said = run(app, "make")
    assert status == 0 and str(file) in said
    key = file.read_text()
    assert key.strip() not in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    status, said = run(app, "make")
    assert status == 1 and "already" in said and str(file) in said
    assert run(app, "make", "--if-new") == (0, "")
    assert file.read_text() == key


def test_no_key_is_made_for_a_database_that_was_sealed(app: Flask, database: Settings) -> None:
    start_anew(app)
    database.master_key_file.unlink()
    status, said = run(app, "make")
    assert status == 1 and "backup" in said
    assert run(app, "make", "--if-new") == (0, "")
    assert not database.master_key_file.exists()


def test_a_key_from_the_environment_needs_no_file(another: Another, tmp_path: Path) -> None:
    file = tmp_path / "none" / "master.key"
    with another(master_key="ab" * 32, master_key_file=file) as app:
        forget(app)
        status, said = run(app, "make")
        assert status == 1 and "SANSHI_MASTER_KEY" in said
    assert not file.exists()


@pytest.mark.one_database
def test_a_key_is_made_before_there_are_tables(another: Another, tmp_path: Path) -> None:
    file = tmp_path / "new" / "keys" / "master.key"
    with another(database_url=f"sqlite:///{tmp_path / 'new.db'}", master_key_file=file) as app:
        assert run(app, "make", "--if-new")[0] == 0
        result = app.test_cli_runner().invoke(args=["serve"])
        assert result.exit_code == 1 and "flask db upgrade" in result.stderr
    assert file.exists()


def test_rotating_adds_a_pair_and_a_line(app: Flask) -> None:
    before = service.seal_key()["kid"]
    status, said = run(app, "rotate")
    after = service.seal_key()["kid"]
    assert status == 0 and after != before and after in said
    assert set(db.session.scalars(select(BoxKey.kid))) == {before, after}
    assert db.session.scalars(select(LedgerLine.action)).all() == ["key.rotated"]


def test_all_keys_change_over_to_a_new_master_key(app: Flask, database: Settings, leader: Phone, group: str) -> None:
    sent, file = event(group, note="只有自己看得见"), database.master_key_file
    leader.push(sent)
    sealed = leader.seal(event(group))
    with transaction():
        made = service.make_keys([f"{number:036}" for number in range(1203)])
    word, old = service.keyed_word("李"), file.rename(file.with_name("old.key"))
    start_anew(app)
    status, said = run(app, "rewrap", "--from", str(old))
    assert status == 0 and "1205 keys" in said  # with the root and the pair
    assert file.read_text() != old.read_text()
    start_anew(app)
    assert service.keys_of(made) == made
    assert service.keyed_word("李") == word
    assert stored_event(sent["id"])["note"] == "只有自己看得见"  # type: ignore[index]
    assert leader.push(sealed)[0]["outcome"] == "created"
    old.replace(file)
    start_anew(app)
    assert run(app, "rotate")[0] == 1  # the old one opens nothing any more


def test_changing_over_needs_the_right_key(app: Flask, database: Settings, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.key"
    wrong.write_text("ab" * 32)
    before = db.session.scalars(select(MasterKey.root)).one()
    for file in (wrong, database.master_key_file):  # not the old one; the old one, and no new one
        assert run(app, "rewrap", "--from", str(file))[0] == 1
    assert db.session.scalars(select(MasterKey.root)).one() == before


@pytest.mark.one_database
def test_data_and_keys_are_for_their_owner_only(another: Another, tmp_path: Path) -> None:
    data = tmp_path / "fresh"
    changes = {"data": data, "database_url": f"sqlite:///{data / 'sanshi.db'}"}
    keys = {"receipt_key": data / "keys" / "receipts.pem", "master_key_file": data / "keys" / "master.key"}
    before = os.umask(0)
    try:
        with another(**changes, **keys) as app:
            run(app, "make")
            db.session.execute(text("CREATE TABLE tried (it INTEGER)"))
            db.session.commit()
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (data, *data.rglob("*"))}
    finally:
        os.umask(before)
    files = dict.fromkeys(("sanshi.db", "sanshi.db-wal", "sanshi.db-shm", "master.key", "receipts.pem"), 0o600)
    assert modes == {**files, "fresh": 0o700, "keys": 0o700}


def pairs() -> set[str]:
    """Return the names of the pairs that still open what was sealed to them."""
    db.session.rollback()
    return set(db.session.scalars(select(BoxKey.kid)))


def made(days_ago: int) -> str:
    """Return the name of a pair that was made so many days ago."""
    with clock.frozen(clock.now() - timedelta(days=days_ago)), transaction():
        return service.add_box()


def test_pairs_that_nobody_has_sealed_to_for_a_year_are_retired(app: Flask, leader: Phone, group: str) -> None:
    with transaction() as session:
        session.execute(delete(BoxKey))
    oldest, older, newest = made(1500), made(800), made(366)
    start_anew(app)
    assert leader.pull_page()["me"]["seal_key"]["kid"] == newest
    leader.seal_key = None
    status, said = run(app, "retire")
    assert status == 0 and oldest in said and older in said and newest not in said
    assert pairs() == {newest}, "the newest stays however old it is"
    lines = db.session.scalars(select(LedgerLine).where(LedgerLine.action == "key.retired")).all()
    assert [line.subject_id for line in lines] == [oldest, older]
    assert leader.push(leader.seal(event(group)))[0]["outcome"] == "created"
    assert run(app, "retire") == (0, "no pair has been out of use for so long\n")


def test_what_was_in_use_within_the_year_stays_however_old(app: Flask) -> None:
    with transaction() as session:
        session.execute(delete(BoxKey))
    kept = {made(1500), made(364)}
    assert run(app, "retire")[0] == 0 and pairs() == kept
    status, said = run(app, "retire", "--days", "30")
    assert status == 2 and "365" in said and pairs() == kept, "a phone may come back after months"


def test_what_is_sealed_to_a_retired_pair_is_refused_and_stays_on_the_phone(
    app: Flask, leader: Phone, group: str
) -> None:
    with transaction() as session:
        session.execute(delete(BoxKey))
    made(800)
    start_anew(app)
    sealed = leader.seal(event(group))
    made(370)
    assert run(app, "retire")[0] == 0
    start_anew(app)
    (result,) = leader.push(sealed)
    assert (result["outcome"], result["problems"][0]["code"]) == ("refused", "sealed")
