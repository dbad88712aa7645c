"""Cases for tests: brought through the same use-case as the form, seen by whoever knows number and secret."""

import re
from datetime import timedelta
from typing import Any

from bs4 import BeautifulSoup

from tests.builders import World, unit_named
from tests.support.office import actor
from tests.support.pages import Pages
from webapp.cases import queries, service
from webapp.cases.rules import Problem, way_of
from webapp.cases.service import Brought
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.ids import new_id

TOLD = "办事的人一直推，说下个月再来"


def bring(world: World, kind: str = "complaint", place: str = "community", **given: Any) -> Brought:
    """Bring a case from the unit that the world calls `place`; return it with its secret."""
    data = {"kind": kind, "text": TOLD, **given}
    if kind in ("complaint", "data"):
        data.setdefault("about", "community" if kind == "complaint" else "correction")
    unit = unit_named(world, place)
    way = way_of(kind, data.get("about"), queries.spots_to(unit.path))
    assert not isinstance(way, Problem), way
    with transaction():
        return service.bring({**data, "unit": unit.id}, way, unit.id, new_id())


def hidden(soup: BeautifulSoup, action: str) -> dict[str, str]:
    """Return what the form that is sent to `action` carries unseen."""
    form = soup.find("form", action=re.compile(rf"{re.escape(action)}(\?|\Z)"))
    assert form is not None
    return {str(tag["name"]): str(tag["value"]) for tag in form.find_all("input", type="hidden")}


def write(page: Pages, kind: str = "complaint", at: str = "331126101201", status: int = 200, **given: str) -> Any:
    """Fill in the form of a kind as a person does, some seconds after it was shown; return the page that answers."""
    shown = page.get(f"/feedback/new?kind={kind}&at={at}")
    typed = {**hidden(shown, "/feedback/new"), "unit": at, "text": TOLD, **given}
    with clock.frozen(clock.now() + timedelta(seconds=20)):
        return page.post(f"/feedback/new?at={at}", typed, status=status)


def follow(page: Pages, brought: Brought, status: int = 200, **given: Any) -> BeautifulSoup:
    """Open a case with its number and secret, and do what is `given`."""
    key = {"number": brought.row["number"], "secret": brought.secret}
    return page.post("/feedback/follow", {**key, **given}, status=status)


def version_of(brought: Brought) -> int:
    """Return the version that a case has now."""
    row = queries.case(brought.row["id"])
    assert row is not None
    return int(row["version"])


def answer(world: World, brought: Brought, login: str = "township", words: str = "已经去看过，这周办好") -> None:
    """Answer a case as it stands now."""
    reader = actor(world, login)
    with transaction():
        service.answer(brought.row["id"], words, version_of(brought), reader)
