"""The job that ends what has been kept long enough. The caller holds the transaction."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, delete, select, update

from webapp.core import clock
from webapp.core.clock import SHANGHAI
from webapp.core.db import Base, db
from webapp.events.models import Event
from webapp.feedback.models import Feedback
from webapp.handover.models import HeldRecord
from webapp.handover.rules import OPEN
from webapp.households.models import Household
from webapp.households.service import erase
from webapp.keys.service import destroy
from webapp.ledger import service as ledger
from webapp.retention.rules import NAMES, limits
from webapp.visits.models import Need, Visit

CHUNK = 500  # rows at a time: a job of years must not fill the memory


def run(keep: Collection[str] = (), *, dry_run: bool = False) -> dict[str, int]:
    """End what is due but for the kinds named in `keep`; return how many of each kind were ended, or would be.

    Running it twice ends nothing twice. What was done is one line of the ledger, with numbers only.
    """
    due = {name: limit for name, limit in limits(clock.today()).items() if name not in keep}
    counts = {name: _end(name, limit, dry_run=dry_run) for name, limit in due.items()}
    if not dry_run and any(counts.values()):
        ledger.record("retention.run", "retention", "", actor_id=None, detail={"counts": counts})
    return counts


def _end(name: str, limit: date, *, dry_run: bool) -> int:
    ids = DUE[name](limit)
    if not dry_run:
        for start in range(0, len(ids), CHUNK):
            ENDS[name](ids[start : start + CHUNK])
    return len(ids)


def _ids(model: type[Base], *conditions: ColumnElement[bool]) -> Sequence[str]:
    return db.session.scalars(select(model.id).where(*conditions)).all()  # type: ignore[attr-defined]


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


DUE: dict[str, Callable[[date], Sequence[str]]] = {
    "households": lambda day: _ids(Household, Household.left_on < day, Household.erased_at.is_(None)),
    "visits": lambda day: _ids(Visit, Visit.date < day),
    "needs": lambda day: _ids(Need, Need.closed < day),
    "feedback": lambda day: _ids(Feedback, Feedback.closed_at < _instant(day)),
    "held": lambda day: _ids(HeldRecord, HeldRecord.state != OPEN, HeldRecord.decided_at < _instant(day)),
}


def _erase_households(ids: Sequence[str]) -> None:
    for household_id in ids:
        erase(household_id, "retention", actor_id=None)


def _delete_visits(ids: Sequence[str]) -> None:
    # The numbers that came of them stay, and no longer lead to a door.
    db.session.execute(update(Event).where(Event.visit_id.in_(ids)).values(visit_id=None))
    db.session.execute(update(Need).where(Need.visit_id.in_(ids)).values(visit_id=None))
    db.session.execute(delete(Visit).where(Visit.id.in_(ids)))


def _delete_feedback(ids: Sequence[str]) -> None:
    destroy(ids)
    db.session.execute(delete(Feedback).where(Feedback.id.in_(ids)))


ENDS: dict[str, Callable[[Sequence[str]], None]] = {
    "households": _erase_households,
    "visits": _delete_visits,
    "needs": lambda ids: _delete(Need, ids),
    "feedback": _delete_feedback,
    "held": lambda ids: _delete(HeldRecord, ids),
}


def _delete(model: type[Base], ids: Sequence[str]) -> None:
    db.session.execute(delete(model).where(model.id.in_(ids)))  # type: ignore[attr-defined]


assert DUE.keys() == ENDS.keys() == set(NAMES)
