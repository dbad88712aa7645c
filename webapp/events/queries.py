"""Reading events."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from webapp.core.db import db
from webapp.events.models import ClosedMonth, Event

COLUMNS = Event.__table__.c
OPTIONAL = ("region", "service", "note")


def as_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored event as phones know it: its data, and the month it counts in."""
    data = {"unit": row["unit_id"], "kind": row["kind"], "date": row["date"].isoformat()}
    data |= {"persons": row["persons"], "households": row["households"]}
    data |= {name: row[name] for name in OPTIONAL if row[name]}
    return {**data, "month": str(row["month"]), "late": row["late"]}


def event(event_id: str) -> Mapping[str, Any] | None:
    """Return the stored event with this id, withdrawn ones too."""
    return next(iter(events(ids=[event_id]).values()), None)


def events(ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return stored events by their id, withdrawn ones too."""
    rows = db.session.execute(select(Event.__table__).where(COLUMNS.id.in_(ids))).mappings()
    return {row["id"]: dict(row) for row in rows}


def events_of(unit_id: str, month: int) -> list[dict[str, Any]]:
    """Return the events that count in one month of a unit, the newest date first."""
    return events_within([unit_id], [month]).get((unit_id, month), [])


def events_within(unit_ids: Collection[str], months: Collection[int]) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """Return the events of units that count in `months`, as `{(unit id, month): rows}`, the newest date first."""
    query = select(Event.__table__).where(COLUMNS.unit_id.in_(unit_ids), COLUMNS.month.in_(months), ~COLUMNS.deleted)
    found: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in db.session.execute(query.order_by(COLUMNS.date.desc(), COLUMNS.id)).mappings():
        found.setdefault((row["unit_id"], row["month"]), []).append(dict(row))
    return found


def closed_months(unit_ids: Collection[str]) -> dict[str, set[int]]:
    """Return the months of each of `unit_ids` that are reported and take no more events."""
    query = select(ClosedMonth.unit_id, ClosedMonth.month).where(ClosedMonth.unit_id.in_(unit_ids))
    found: dict[str, set[int]] = {unit_id: set() for unit_id in unit_ids}
    for unit_id, month in db.session.execute(query):
        found[unit_id].add(month)
    return found
