"""Reading events."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import bindparam, select

from webapp.core.db import table
from webapp.core.rows import each_of, execute
from webapp.events.models import ClosedMonth, Event

COLUMNS, CLOSED = table(Event).c, table(ClosedMonth).c
BY_ID = select(table(Event)).where(COLUMNS.id.in_(each_of("ids")))
WITHIN = (
    select(table(Event))
    .where(COLUMNS.unit_id.in_(each_of("units")), COLUMNS.month.in_(each_of("months")), ~COLUMNS.deleted)
    .order_by(COLUMNS.date.desc(), COLUMNS.id)
)
OF_VISIT = (
    select(table(Event))
    .where(COLUMNS.unit_id == bindparam("unit"), COLUMNS.visit_id == bindparam("visit"), ~COLUMNS.deleted)
    .order_by(COLUMNS.date.desc(), COLUMNS.id)
)
CLOSED_OF = select(CLOSED.unit_id, CLOSED.month).where(CLOSED.unit_id.in_(each_of("units")))
OPTIONAL = ("region", "service", "note")


def as_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored event as phones know it: its data, and the month it counts in."""
    data = {"unit": row["unit_id"], "kind": row["kind"], "date": row["date"].isoformat()}
    data |= {"persons": row["persons"], "households": row["households"]}
    data |= {name: row[name] for name in OPTIONAL if row[name]}
    data |= {"visit": row["visit_id"]} if row["visit_id"] else {}
    return {**data, "month": str(row["month"]), "late": row["late"]}


def event(event_id: str) -> Mapping[str, Any] | None:
    """Return the stored event with this id, withdrawn ones too."""
    return next(iter(events(ids=[event_id]).values()), None)


def events(ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return stored events by their id, withdrawn ones too."""
    rows = execute(BY_ID, ids=list(ids)).mappings()
    return {row["id"]: dict(row) for row in rows}


def events_of(unit_id: str, month: int) -> list[dict[str, Any]]:
    """Return the events that count in one month of a unit, the newest date first."""
    return events_within([unit_id], [month]).get((unit_id, month), [])


def events_within(unit_ids: Collection[str], months: Collection[int]) -> dict[tuple[str, int], list[dict[str, Any]]]:
    """Return the events of units that count in `months`, as `{(unit id, month): rows}`, the newest date first."""
    found: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in execute(WITHIN, units=list(unit_ids), months=list(months)).mappings():
        found.setdefault((row["unit_id"], row["month"]), []).append(dict(row))
    return found


def events_of_visit(unit_id: str, visit_id: str) -> list[dict[str, Any]]:
    """Return the events of a unit that were learned at one visit, whatever month they count in."""
    return [dict(row) for row in execute(OF_VISIT, unit=unit_id, visit=visit_id).mappings()]


def closed_months(unit_ids: Collection[str]) -> dict[str, set[int]]:
    """Return the months of each of `unit_ids` that are reported and take no more events."""
    found: dict[str, set[int]] = {unit_id: set() for unit_id in unit_ids}
    for unit_id, month in execute(CLOSED_OF, units=list(unit_ids)):
        found[unit_id].add(month)
    return found
