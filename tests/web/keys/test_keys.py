"""Keys of households: made, found, destroyed; and what nobody reads without the master key."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from tests.support.office import statements
from tests.web.keys.conftest import Another
from webapp.cli_keys import open_keys
from webapp.config import Settings
from webapp.core import crypto
from webapp.core.crypto import Unopened
from webapp.core.db import db, transaction
from webapp.core.ids import new_id
from webapp.keys import service
from webapp.keys.models import BoxKey, MasterKey, SubjectKey
from webapp.keys.rules import KeyTrouble, fingerprint

OTHER, NOWHERE = "ab" * 32, Path("/nowhere/master.key")


def test_a_key_made_is_the_key_found(app: Flask) -> None:
    ids = [new_id() for _ in range(3)]
    with transaction():
        made = service.make_keys(ids)
    assert service.keys_of([*ids, new_id()]) == made
    assert len(set(made.values())) == 3
    stored = db.session.scalars(select(SubjectKey.wrapped)).all()
    assert not [key for key in made.values() for wrapped in stored if key in bytes(wrapped)]


def test_an_id_has_one_key(app: Flask) -> None:
    with transaction():
        service.make_keys(["a" * 36])
    with pytest.raises(IntegrityError), transaction():
        service.make_keys(["a" * 36])


def test_destroyed_is_gone(app: Flask) -> None:
    one, two = new_id(), new_id()
    with transaction():
        made = service.make_keys([one, two])
    with transaction():
        service.destroy([one])
    assert service.keys_of([one, two]) == {two: made[two]}


def test_many_keys_are_one_question(app: Flask) -> None:
    ids = [new_id() for _ in range(400)]
    with transaction():
        service.make_keys(ids)
    service.keys_of(ids[:1])
    with statements() as asked:
        assert len(service.keys_of(ids)) == 400
    assert len([each for each in asked if each.startswith("SELECT")]) == 1


def test_a_key_moved_to_another_household_opens_nothing(app: Flask) -> None:
    one, two = new_id(), new_id()
    with transaction() as session:
        service.make_keys([one, two])
        first, second = session.get(SubjectKey, one), session.get(SubjectKey, two)
        assert first and second
        first.wrapped = second.wrapped
    assert service.keys_of([one]) == {}
    with transaction(), pytest.raises(Unopened):
        service.keys_of([one])


def test_words_and_hashes(app: Flask) -> None:
    assert service.keyed_word("李") == service.keyed_word("李") != service.keyed_word("王")
    assert len(service.keyed_word("李")) == 8
    assert len(service.keyed_hash("id", "x")) == 32
    assert len({service.keyed_hash("id", "x"), service.keyed_hash("phone", "x"), service.keyed_hash("id", "y")}) == 3


def test_the_key_may_come_from_the_environment(database: Settings, app: Flask, another: Another) -> None:
    with transaction():
        made = service.make_keys(["a" * 36])
    db.session.remove()
    with another(master_key=database.master_key_file.read_text(), master_key_file=NOWHERE):
        open_keys()
        assert service.keys_of(["a" * 36]) == made


@pytest.mark.parametrize(
    ("given", "words"),
    [(None, "no master key"), (OTHER, "is not the one"), ("abc", "64 hexadecimal"), ("x" * 64, "64 hexadecimal")],
)
def test_without_the_right_key_nothing_starts(another: Another, given: str | None, words: str) -> None:
    with another(master_key=given, master_key_file=NOWHERE) as other:
        with pytest.raises(KeyTrouble, match=words) as trouble:
            open_keys()
        assert given is None or given not in str(trouble.value)
        with pytest.raises(KeyTrouble):
            service.keyed_word("李")
        result = other.test_cli_runner().invoke(args=["serve"])
        assert (result.exit_code, words in result.stderr, result.stdout) == (1, True, "")


def test_what_asks_nothing_of_the_key_needs_none(another: Another) -> None:
    with another(master_key=None, master_key_file=NOWHERE) as other:
        assert other.test_cli_runner().invoke(args=["rollup", "run"]).exit_code == 0


def test_the_first_who_writes_tells_the_database(another: Another) -> None:
    with another(master_key=OTHER):
        with transaction() as session:
            session.execute(delete(MasterKey))
            session.execute(delete(BoxKey))
        with pytest.raises(KeyTrouble, match="knows no master key"):
            service.keyed_word("李")  # nobody is writing
        with pytest.raises(KeyTrouble):
            service.seal_key()
        open_keys()
        assert db.session.scalars(select(MasterKey.fingerprint)).all() == [fingerprint(bytes.fromhex(OTHER))]
        assert crypto.from_text(service.seal_key()["public"])
