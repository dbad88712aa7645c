"""The job that ends what has been kept long enough. The caller holds the transaction."""

import json
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, time
from pathlib import Path

from flask import Flask, current_app
from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update

from webapp.cards.models import Card
from webapp.cards.rules import LIVE
from webapp.cards.service import end_of_who_left
from webapp.cases import service as cases
from webapp.cases.models import Case
from webapp.changes import service as changes
from webapp.changes.service import Changed
from webapp.core import clock
from webapp.core.clock import SHANGHAI
from webapp.core.db import Base, db
from webapp.events.models import Event
from webapp.feedback.models import Feedback
from webapp.feedback.rules import DROPPED
from webapp.handover.models import HeldRecord
from webapp.handover.queries import hanging_on
from webapp.handover.rules import DECLINED, OPEN, Hanging
from webapp.households import service as households
from webapp.households.models import Household
from webapp.keys.service import destroy
from webapp.ledger import service as ledger
from webapp.receipts.rules import HELD
from webapp.retention.rules import NAMES, limits, months_on, read_terms
from webapp.surveys import service as surveys
from webapp.surveys.models import Survey, SurveyDoor, SurveyTexts
from webapp.visits.models import Need, Visit

# Visits at households that were erased: an old phone may send a remark on one of their events later still.
AT_ERASED = select(Visit.id).join(Household, Household.id == Visit.household_id).where(Household.erased_at.is_not(None))
LET_GO = frozenset({"feedback", HELD})  # what phones drop; of visits, needs and events they fetch what is left
OVER = func.coalesce(Survey.closed_on, Survey.until)  # the last day on which a survey took answers
CHUNK = 500  # rows at a time: a job of years must not fill the memory


def init_retention(app: Flask, file: Path) -> None:
    """Let `app` know the periods that a county has set in `file`, if any. Raises ValueError when they are wrong."""
    try:
        terms = read_terms(json.loads(file.read_text("utf-8"))) if file.exists() else []
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from error
    app.extensions["retention"] = terms


def kept_for() -> dict[str, int]:
    """Return how many months each kind is kept today."""
    return months_on(clock.today(), current_app.extensions["retention"])


def run(keep: Collection[str] = (), *, dry_run: bool = False) -> dict[str, int]:
    """End what is due but for the kinds named in `keep`; return how many of each kind were ended, or would be.

    Running it twice ends nothing twice. What was done is one line of the ledger, with numbers only.
    """
    due = {name: limit for name, limit in _limits().items() if name not in keep}
    counts = {name: _end(name, limit, dry_run=dry_run) for name, limit in due.items()}
    if not dry_run and any(counts.values()):
        ledger.record("retention.run", "retention", "", actor_id=None, detail={"counts": counts})
    return counts


def _limits() -> dict[str, date]:
    return limits(clock.today(), current_app.extensions["retention"])


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


def _live_cards_of_who_left(day: date) -> Sequence[str]:
    return _ids(Card, Card.state == LIVE, Card.household_id.in_(select(Household.id).where(Household.left_on <= day)))


DUE: dict[str, Callable[[date], Sequence[str]]] = {
    "households": lambda day: _ids(Household, Household.left_on < day, Household.erased_at.is_(None)),
    "visits": lambda day: _ids(Visit, Visit.date < day),
    "needs": lambda day: _ids(Need, Need.closed < day),
    "notes": lambda day: _ids(Event, Event.note.is_not(None), or_(Event.date < day, Event.visit_id.in_(AT_ERASED))),
    "feedback": lambda day: _ids(Feedback, Feedback.closed_at < _instant(day)),
    "cases": lambda day: _ids(Case, Case.kind != "data", Case.closed_at < _instant(day), Case.erased_at.is_(None)),
    "requests": lambda day: _ids(Case, Case.kind == "data", Case.closed_at < _instant(day), Case.erased_at.is_(None)),
    "surveys": lambda day: _ids(Survey, day > OVER, Survey.id.in_(select(SurveyTexts.survey_id))),
    "doors": lambda day: _ids(Survey, day > OVER, Survey.id.in_(select(SurveyDoor.survey_id))),
    "held": lambda day: _ids(HeldRecord, HeldRecord.state != OPEN, HeldRecord.decided_at < _instant(day)),
    "cards": _live_cards_of_who_left,
}


def erase(household_id: str, reason: str, *, actor_id: str | None) -> None:
    """Erase a household with all that was said of it: messages, remarks at its visits, what a former owner sent.

    Rows without words stay, so that totals hold; phones hear of each. Raises NotFound when there is no such household,
    or no longer.
    """
    households.erase(household_id, reason, actor_id=actor_id)
    hanging = [*hanging_on([household_id]), *_noted_at(household_id)]
    _end_messages(household_id, actor_id)
    _end_held(household_id, actor_id)
    db.session.execute(delete(SurveyDoor).where(SurveyDoor.household_id == household_id))
    _empty_notes(_ids(Event, Event.visit_id.in_(_visits_at(household_id))))
    changes.note([Changed(h.type, h.id, h.version, h.unit_id, h.month, h.type in LET_GO) for h in hanging])


def _visits_at(household_id: str) -> Select[str]:
    return select(Visit.id).where(Visit.household_id == household_id)


def _noted_at(household_id: str) -> list[Hanging]:
    visits = select(Visit).where(Visit.household_id == household_id, ~Visit.deleted)
    events = select(Event).where(Event.visit_id.in_(_visits_at(household_id)), ~Event.deleted)
    return [
        *(Hanging("visit", v.id, v.version, v.unit_id, v.month) for v in db.session.scalars(visits)),
        *(Hanging("event", e.id, e.version, e.unit_id, e.month) for e in db.session.scalars(events)),
    ]


def _end_messages(household_id: str, actor_id: str | None) -> None:
    destroy(_ids(Feedback, Feedback.household_id == household_id))
    of_it = update(Feedback).where(Feedback.household_id == household_id)
    closed = {"state": DROPPED, "closed_at": clock.now(), "closed_by": actor_id}
    db.session.execute(of_it.where(Feedback.state == OPEN).values(closed))
    db.session.execute(of_it.values(sealed=None))


def _end_held(household_id: str, actor_id: str | None) -> None:
    _destroy_keys_of(HeldRecord.household_id == household_id)
    of_it = update(HeldRecord).where(HeldRecord.household_id == household_id)
    decided = {"state": DECLINED, "decided_at": clock.now(), "decided_by": actor_id}
    db.session.execute(of_it.where(HeldRecord.state == OPEN).values(decided))
    db.session.execute(of_it.values(sealed=b""))


def _destroy_keys_of(condition: ColumnElement[bool]) -> None:
    """Forget the keys that held records have of their own; a household's is not theirs to destroy."""
    own = or_(HeldRecord.household_id.is_(None), HeldRecord.subject_id != HeldRecord.household_id)
    destroy(db.session.scalars(select(HeldRecord.subject_id).where(condition, own)).all())


def _delete_held(ids: Sequence[str]) -> None:
    _destroy_keys_of(HeldRecord.id.in_(ids))
    _delete(HeldRecord, ids)


def _empty_notes(ids: Sequence[str]) -> None:
    db.session.execute(update(Event).where(Event.id.in_(ids)).values(note=None))


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
    "notes": _empty_notes,
    "feedback": _delete_feedback,
    "cases": cases.erase,
    "requests": cases.erase,
    "surveys": surveys.forget_texts,
    "doors": surveys.forget_doors,
    "held": _delete_held,
    "cards": end_of_who_left,
}


def _delete(model: type[Base], ids: Sequence[str]) -> None:
    db.session.execute(delete(model).where(model.id.in_(ids)))  # type: ignore[attr-defined]


assert DUE.keys() == ENDS.keys() == set(NAMES)
