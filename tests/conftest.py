"""Fixtures for every kind of test: an app on each database, pages that are checked, people, phones.

The schema is made by running the migrations once per database, and the small county once too; each test gets a copy of
the result.
"""

import dataclasses
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from hypothesis import settings as hypothesis

from tests.builders import HASTY, World, build_world
from tests.support.chance import drawn_from
from tests.support.nursery import Nursery
from tests.support.pages import Pages
from tests.support.phone import Phone
from tests.support.postgres import TEST, Postgres, binaries
from tests.support.server import Server
from tests.support.thrift import shared
from webapp import create_app
from webapp.accounts import service as accounts
from webapp.cli_keys import open_keys
from webapp.config import Settings, from_environment
from webapp.core import clock
from webapp.core.db import PRAGMAS, db
from webapp.keys.service import make_file

NOON = datetime(2026, 11, 21, 12, tzinfo=clock.SHANGHAI)
TEMPLATE, COUNTY = "template", "county"

hypothesis.load_profile("repeatable")  # another: --hypothesis-profile


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what touches the database on both engines, unless the test says that one will do."""
    if "database" in metafunc.fixturenames:
        one = metafunc.definition.get_closest_marker("one_database")
        metafunc.parametrize("database", ["sqlite"] if one else ["sqlite", "postgresql"], indirect=True)


@pytest.fixture(scope="session", autouse=True)
def clean_environment() -> Iterator[None]:
    """Keep the settings of whoever runs the tests out of them."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("SANSHI_")] + ["DATABASE_URL", "PORT"]:
            if name not in ("SANSHI_SHOTS", "SANSHI_SEED", "SANSHI_KILLS"):
                patch.delenv(name, raising=False)
        yield


SHIPPED = accounts._hasher  # what passwords really cost: tests/unit/accounts/test_passwords.py


@pytest.fixture(scope="session", autouse=True)
def made_once() -> Iterator[None]:
    """Let passwords cost next to nothing, SQLite not wait for the disk, and what all apps have alike be made once."""
    with pytest.MonkeyPatch.context() as patch, shared():
        hasty = tuple(said.replace("synchronous=FULL", "synchronous=OFF") for said in PRAGMAS)
        patch.setattr("webapp.core.db.PRAGMAS", hasty)
        patch.setattr(accounts, "_hasher", HASTY)
        patch.setattr(accounts, "_NOBODY", HASTY.hash("nobody has this password"))
        yield


@pytest.fixture(autouse=True)
def chance(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let a test draw the same ids and keys in every run; others when it runs once more, or as SANSHI_SEED says."""
    run = getattr(request.node, "execution_count", 1)
    with drawn_from(f"{request.node.nodeid} {run} {os.environ.get('SANSHI_SEED', '')}"):
        yield


@pytest.fixture(scope="session", autouse=True)
def nursery() -> Iterator[None]:
    """Let servers be born of one process, if there are any."""
    Server.nursery = Nursery()
    yield
    Server.nursery.close()
    Server.nursery = None


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Give the one PostgreSQL server of this run, started when a test first wants it."""
    programs = binaries()
    assert programs, "no PostgreSQL server programs: run `make setup-dev`"
    server = Postgres(programs)
    server.start()
    yield server
    server.stop()


def settings_in(folder: Path, url: str | None = None) -> Settings:
    """Return settings that keep everything in `folder`; `url` addresses the database when it is not there."""
    return dataclasses.replace(
        from_environment(),
        data=folder,
        database_url=url or f"sqlite:///{folder / 'sanshi.db'}",
        receipt_key=folder / "keys" / "receipts.pem",
        master_key_file=folder / "keys" / "master.key",
    )


def migrate(settings: Settings) -> None:
    """Run all migrations on the empty database of `settings`, and give it a master key."""
    app = create_app(settings)
    with drawn_from("schema"), app.app_context():
        upgrade()
        make_file()
        open_keys()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder whose SQLite database has the schema and nothing else."""
    folder = tmp_path_factory.mktemp("sqlite") / "data"
    folder.mkdir()
    migrate(settings_in(folder))
    return folder


@pytest.fixture(scope="session")
def postgresql_template(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder beside which the PostgreSQL database `template` has the schema and nothing else."""
    folder = tmp_path_factory.mktemp("postgresql") / "data"
    folder.mkdir()
    postgres.execute(f"CREATE DATABASE {TEMPLATE}")
    migrate(settings_in(folder, postgres.url(TEMPLATE)))
    return folder


def settle(settings: Settings) -> World:
    """Build the small county in the database of `settings`, at noon; return its ids."""
    app = create_app(settings)
    with drawn_from(f"{COUNTY} {os.environ.get('SANSHI_SEED', '')}"), clock.frozen(NOON), app.app_context():
        world = build_world()
        db.session.remove()
        db.engine.dispose()
    return world


@pytest.fixture(scope="session")
def sqlite_county(sqlite_template: Path) -> tuple[Path, World]:
    """Return a data folder whose SQLite database has the small county, and its ids."""
    folder = shutil.copytree(sqlite_template, sqlite_template.with_name(COUNTY))
    return folder, settle(settings_in(folder))


@pytest.fixture(scope="session")
def postgresql_county(postgres: Postgres, postgresql_template: Path) -> tuple[Path, World]:
    """Return a data folder beside which the PostgreSQL database `county` has the small county, and its ids."""
    folder = shutil.copytree(postgresql_template, postgresql_template.with_name(COUNTY))
    postgres.fresh(COUNTY, TEMPLATE)
    return folder, settle(settings_in(folder, postgres.url(COUNTY)))


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Give the settings of a fresh database of the engine that the parameter names.

    It has the schema, and the small county when the test asks for the `world`.
    """
    kind, folder = request.param, tmp_path / "data"
    template, before = TEMPLATE, request.getfixturevalue(f"{kind}_template")
    if "world" in request.fixturenames:
        template, before = COUNTY, request.getfixturevalue(f"{kind}_county")[0]
    shutil.copytree(before, folder)
    if kind == "sqlite":
        yield settings_in(folder)
        return
    server: Postgres = request.getfixturevalue("postgres")
    server.fresh(TEST, template)
    yield settings_in(folder, server.url(TEST))


@pytest.fixture
def noon() -> Iterator[datetime]:
    """Hold the clock at noon of 21 November 2026, the time of every test that does not say another."""
    with clock.frozen(NOON):
        yield NOON


@pytest.fixture
def app(database: Settings, noon: datetime) -> Iterator[Flask]:
    """Give the app on a fresh database; code of the test runs inside its context."""
    app = create_app(database)
    app.testing = True
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def world(request: pytest.FixtureRequest, app: Flask) -> World:
    """Return the ids of a small county with one person of every role (see tests/builders.py)."""
    found: World = request.getfixturevalue(f"{request.node.callspec.params['database']}_county")[1]
    return World(dict(found.units), dict(found.accounts))


@pytest.fixture
def page(app: Flask) -> Pages:
    """Return a visitor who is not signed in."""
    return Pages(app.test_client())


@pytest.fixture
def signed_in(app: Flask, world: World) -> Callable[[str], Pages]:
    """Return a function: login of somebody in the world -> their checked pages."""

    def sign_in(login: str) -> Pages:
        client = app.test_client()
        client.set_cookie("sanshi", world.open_session(login))
        return Pages(client)

    return sign_in


@pytest.fixture
def phone(app: Flask, world: World) -> Callable[[str], Phone]:
    """Return a function: login of somebody in the world -> a phone signed in as them."""

    def hand_over(login: str) -> Phone:
        client = app.test_client()
        client.set_cookie("sanshi", world.open_session(login))
        return Phone(client)

    return hand_over
