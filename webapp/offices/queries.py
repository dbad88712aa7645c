"""Reading public pages, and which place a resident asks about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from posixpath import commonpath
from typing import NamedTuple
from urllib.parse import urlencode

from flask import request
from sqlalchemy import Row, select

from webapp.core.db import db
from webapp.offices.models import OfficePage
from webapp.orgs.models import Unit
from webapp.orgs.queries import by_code, ids_on_path, successor

LEVELS = ("community", "township", "county")  # whose pages there are, the nearest to people first
MOST_COUNTIES = 3


@dataclass(frozen=True)
class Place:
    """Where a resident lives, as far as a page was told: its name, its `path` in the tree, the code in the address.

    `code` is empty when nobody said: then it is the site's own county, or with several what they have in common.
    """

    name: str
    path: str
    code: str = ""
    level: str = ""
    is_unknown: bool = False

    def url(self, address: str, **asked: str | None) -> str:
        """Return `address`, a path of this site, with what is `asked` and this place, so that links keep it."""
        query = urlencode({name: value for name, value in {**asked, "at": self.code}.items() if value})
        return f"{address}?{query}" if query else address


class Office(NamedTuple):
    """Who speaks for a place: the nearest office's name, whose page it is that is shown, and the texts of that page.

    `source` is `name` itself when the nearest office has a page of its own; `texts` is empty when none above has.
    `code` is that of the nearest office, by which public pages know the place (`?at=`).
    """

    unit_id: str
    name: str
    code: str
    source: str
    texts: Mapping[str, str]


def office_at(path: str) -> Office:
    """Return who speaks for the unit with `path`, an open community, township or county at or above it."""
    units = select(Unit.id, Unit.level, Unit.name, Unit.code, OfficePage.texts)
    found = units.outerjoin(OfficePage, OfficePage.unit_id == Unit.id).where(Unit.id.in_(ids_on_path(path)))
    by_level = {row.level: row for row in db.session.execute(found)}
    rows: list[Row[str, str, str, str | None, dict[str, str]]] = [
        by_level[level] for level in LEVELS if level in by_level
    ]
    if not rows:
        return Office("", "", "", "", {})
    told = next((row for row in rows if row.texts), rows[0])
    return Office(rows[0].id, rows[0].name, rows[0].code or "", told.name, told.texts or {})


def counties() -> Sequence[Unit]:
    """Return the counties that use this site; none when there are more than a page would name."""
    query = select(Unit).where(Unit.level == "county", Unit.closed.is_(None)).order_by(Unit.code)
    found = db.session.scalars(query.limit(MOST_COUNTIES + 1)).all()
    return found if len(found) <= MOST_COUNTIES else []


def place_asked_for() -> Place:
    """Return the community, township or county that `?at=` names by its code, the site's own without it."""
    code = request.args.get("at", "")
    if not code:
        return _own_place()
    found = _holder(code)
    if found is None:
        own = _own_place()
        return Place(own.name, own.path, level=own.level, is_unknown=True)
    return Place(found.name, found.path, found.code or "", found.level)


def _holder(code: str) -> Unit | None:
    """Return who has `code`, or took over from who had it: links in old messages still lead somewhere."""
    if not (code.isascii() and code.isdigit()):
        return None
    found = by_code(code)
    if found is None:
        closed = db.session.scalars(select(Unit).where(Unit.code == code, Unit.successor_id.is_not(None))).first()
        found = successor(closed.id) if closed else None
    return found if found and found.closed is None and found.level in LEVELS else None


def _own_place() -> Place:
    found = counties()
    if len(found) == 1:
        return Place(found[0].name, found[0].path, level="county")
    shared = commonpath([county.path for county in found]) if found else ""
    return Place("", shared.rstrip("/") + "/")


def page_of(unit_id: str) -> OfficePage | None:
    """Return the public page of a unit, None while it has none."""
    return db.session.get(OfficePage, unit_id)
