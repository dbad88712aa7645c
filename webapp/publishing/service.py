"""Noting what was displayed. The caller holds the transaction."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from webapp.accounts.queries import Actor
from webapp.core import clock
from webapp.core.db import db
from webapp.core.ids import new_id
from webapp.ledger.service import record
from webapp.policies.models import Display
from webapp.publishing import queries


def note_display(unit_id: str, told: Mapping[str, Any], actor: Actor) -> None:
    """Note that a unit displays what a duty asks for in a period, or correct what was noted before."""
    duty, period = told["duty"], told["period"]
    row = queries.display(unit_id, duty, period)
    if row is None:
        row = Display(id=new_id(), unit_id=unit_id, duty=duty, period=period)
        db.session.add(row)
    shown_from: date = told["shown_from"]
    row.edition_id, row.shown_from, row.note = told.get("edition"), shown_from, told.get("note", "")
    row.noted_by, row.noted_at = actor.account_id, clock.now()
    db.session.flush()
    detail = {"duty": duty, "period": period}
    record("display.noted", "display", row.id, actor_id=actor.account_id, unit_id=unit_id, detail=detail)
