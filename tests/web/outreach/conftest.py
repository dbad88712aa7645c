"""What tests of work for everybody begin with."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import World
from tests.support.pages import Pages
from webapp.core.db import db
from webapp.core.ids import new_id
from webapp.outreach.models import OutreachEntry

Noting = Callable[..., OutreachEntry]
TODAY = "2026-11-21"
# kind -> what its form needs at least
LEAST: dict[str, dict[str, Any]] = {
    "notice": {"households": 25},
    "delivery": {"quantity": 40, "households": 30, "fresh": 0},
    "guide": {"quantity": 3},
    "activity": {"attended": 60},
    "meeting": {"attended": 12},
    "training": {"hours": 2, "attended": 9},
    "plan": {"date": "2026-12-01"},
    "point": {"holds": "supplies"},
}


@pytest.fixture
def noting(signed_in: Callable[[str], Pages], world: World) -> Noting:
    """Return a function: login, kind and what is out of the ordinary -> the entry as it is stored."""

    def send(login: str, kind: str, unit: str = "group", **given: Any) -> OutreachEntry:
        entry_id = given.pop("id", new_id())
        data = {"id": entry_id, "unit": world.units[unit], "date": TODAY, "title": "示例", **LEAST.get(kind, {})}
        signed_in(login).submit(f"/app/outreach/new/{kind}", {**data, **given})
        db.session.rollback()
        entry = db.session.get(OutreachEntry, entry_id)
        assert entry is not None
        return entry

    return send


@pytest.fixture
def point(noting: Noting) -> OutreachEntry:
    """Return a service point of the leader's group, with 20 things brought on the first of the month."""
    found = noting("officer", "point", title="村口自取箱")
    noting("officer", "stock", point=found.id, movement="restocked", quantity=20, date="2026-11-01")
    return found
