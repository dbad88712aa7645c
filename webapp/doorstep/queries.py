"""Reading what stands behind a code. Every code is answered by the same questions, whatever comes of them."""

from typing import NamedTuple

from sqlalchemy import select

from webapp.cards import queries as cards
from webapp.cards.queries import Door
from webapp.core.db import db
from webapp.offices.queries import Office, office_at
from webapp.orgs.models import Unit


class Behind(NamedTuple):
    """What a code leads to: the office that speaks, the unit that is told, the door if there is one."""

    office: Office
    unit_id: str
    door: Door | None


def behind(token: str) -> Behind:
    """Return what `token` leads to; an unknown one leads to the county."""
    door = cards.door(token)
    county = db.session.execute(
        select(Unit.id, Unit.path).where(Unit.level == "county", Unit.closed.is_(None)).order_by(Unit.code).limit(1)
    ).first()
    unit_id, path = (county.id, county.path) if county else ("", "/")
    if door:
        unit_id, path = door.unit_id, door.unit_path
    return Behind(office_at(path), unit_id, door)
