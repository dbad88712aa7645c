"""A leader's phone, the group it belongs to, and further apps on other settings."""

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from flask import Flask

from tests.support.leading import group, leader
from webapp import create_app
from webapp.config import Settings
from webapp.core.db import db

__all__ = ["Another", "another", "group", "leader"]
Another = Callable[..., AbstractContextManager[Flask]]


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
