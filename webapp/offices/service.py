"""Changing public pages. The caller holds the transaction."""

from collections.abc import Mapping

from webapp.core import clock
from webapp.core.canonical import content_hash
from webapp.core.db import db
from webapp.ledger.service import record
from webapp.offices import queries
from webapp.offices.models import OfficePage


def set_page(unit_id: str, texts: Mapping[str, str], *, actor_id: str) -> None:
    """Let the public page of a unit say `texts` from now on; what is left out is not shown."""
    page, kept = queries.page_of(unit_id), {name: text for name, text in texts.items() if text}
    if page is None:
        page = OfficePage(unit_id=unit_id)
        db.session.add(page)
    page.texts, page.changed_at, page.changed_by = kept, clock.now(), actor_id
    db.session.flush()
    detail = {"hash": content_hash(kept)}
    record("office.changed", "unit", unit_id, actor_id=actor_id, unit_id=unit_id, detail=detail)
