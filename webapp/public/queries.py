"""Reading what public pages show."""

from collections.abc import Sequence

from sqlalchemy import select

from webapp.core.db import db
from webapp.orgs.models import Unit

MOST = 3


def counties() -> Sequence[Unit]:
    """Return the counties that use this site; none when there are more than a page would name."""
    query = select(Unit).where(Unit.level == "county", Unit.closed.is_(None)).order_by(Unit.code).limit(MOST + 1)
    found = db.session.scalars(query).all()
    return found if len(found) <= MOST else []
