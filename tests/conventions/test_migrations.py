"""The migrations make what the models say, on both databases, there and back."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import DateTime, inspect

from tests.support.sources import ROOT
from webapp.core.db import UtcDateTime, db


def same_instant(_context, _inspected, _column, inspected_type, metadata_type):
    """Return False for instants, which are plain datetimes in the database; else let Alembic compare."""
    return False if isinstance(metadata_type, UtcDateTime) and isinstance(inspected_type, DateTime) else None


def differences() -> list[object]:
    """Return where database and models differ."""
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": same_instant})
        return compare_metadata(context, db.metadata)


@pytest.fixture
def quiet(app: Flask) -> Iterator[None]:
    """Let go of the session, so that migrations find the tables free."""
    db.session.remove()
    yield
    db.session.remove()


def test_models_are_what_migrations_make(app: Flask):
    assert not differences()


def test_migrations_go_back_and_forth(quiet: None):
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert not differences()


def test_migrations_are_one_line():
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1
