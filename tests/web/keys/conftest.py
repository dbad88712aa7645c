"""A leader's phone, the group it belongs to, and further apps on other settings."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from flask import Flask

from tests.builders import World
from tests.support.phone import Phone
from webapp import create_app
from webapp.config import Settings
from webapp.core.db import db

Another = Callable[..., AbstractContextManager[Flask]]


@pytest.fixture
def leader(phone: Any) -> Phone:
    """Return the phone of the leader of `group`."""
    found: Phone = phone("leader")
    return found


@pytest.fixture
def group(world: World) -> str:
    """Return the id of the leader's unit."""
    return world.units["group"]


@pytest.fixture
def another(database: Settings) -> Another:
    """Return a function: changed settings -> an app with them, inside its context, let go of at the end."""

    @contextmanager
    def open_app(**changes: Any) -> Iterator[Flask]:
        app = create_app(dataclasses.replace(database, **changes))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()

    return open_app
