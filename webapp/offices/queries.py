"""Reading public pages."""

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Row, select

from webapp.core.db import db
from webapp.offices.models import OfficePage
from webapp.orgs.models import Unit
from webapp.orgs.queries import ids_on_path

LEVELS = ("community", "township", "county")  # whose pages there are, the nearest to people first


class Office(NamedTuple):
    """Who speaks for a place: the nearest office's name, whose page it is that is shown, and the texts of that page.

    `source` is `name` itself when the nearest office has a page of its own; `texts` is empty when none above has.
    """

    unit_id: str
    name: str
    source: str
    texts: Mapping[str, str]


def office_at(path: str) -> Office:
    """Return who speaks for the unit with `path`, an open community, township or county at or above it."""
    units = select(Unit.id, Unit.level, Unit.name, OfficePage.texts)
    found = units.outerjoin(OfficePage, OfficePage.unit_id == Unit.id).where(Unit.id.in_(ids_on_path(path)))
    by_level = {row.level: row for row in db.session.execute(found)}
    rows: list[Row[str, str, str, dict[str, str]]] = [by_level[level] for level in LEVELS if level in by_level]
    if not rows:
        return Office("", "", "", {})
    told = next((row for row in rows if row.texts), rows[0])
    return Office(rows[0].id, rows[0].name, told.name, told.texts or {})


def page_of(unit_id: str) -> OfficePage | None:
    """Return the public page of a unit, None while it has none."""
    return db.session.get(OfficePage, unit_id)
