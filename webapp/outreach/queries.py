"""Reading what was done for everybody. Scope is the caller's: ask with the path of a unit in reach."""

import json
from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from webapp.core.db import db, table
from webapp.core.period import Month
from webapp.core.rows import each_of, execute
from webapp.orgs.models import Unit
from webapp.orgs.queries import within
from webapp.outreach.models import OutreachEntry
from webapp.outreach.rules import BY_MONTH, COUNTS, Day, Stock, campaign_days, left_of

DATA = Path(__file__).parent / "data"
ENTRY, UNIT = table(OutreachEntry).c, table(Unit).c
MOST_LISTED = 200
NOTED = (
    select(*(ENTRY[name] for name in ("id", "unit_id", "month", "date", "title", "measure", "counted", "late")))
    .where(
        ENTRY.unit_id.in_(each_of("units")), ENTRY.month.in_(each_of("months")), ENTRY.measure != "", ~ENTRY.withdrawn
    )
    .order_by(ENTRY.date.desc(), ENTRY.id)
)
SUMMED = (*COUNTS, "counted")
SUMS = tuple(func.sum(ENTRY[name]).label(name) for name in SUMMED)

Key = tuple[str, int]
Row = Mapping[str, Any]


def entry(entry_id: str) -> OutreachEntry | None:
    """Return the entry with this id, withdrawn ones too."""
    return db.session.get(OutreachEntry, entry_id)


def noted(unit_ids: Collection[str], months: Collection[int]) -> dict[Key, list[dict[str, Any]]]:
    """Return what the reports of units count, as `{(unit id, month): [{"id", "measure", "counted", …}]}`.

    One question, however many units and months; the newest first.
    """
    found: dict[Key, list[dict[str, Any]]] = {}
    for row in execute(NOTED, units=list(unit_ids), months=list(months)).mappings():
        found.setdefault((row["unit_id"], row["month"]), []).append(dict(row))
    return found


def entries(path: str, month: Month, kind: str = "") -> list[OutreachEntry]:
    """Return the entries at or under a place that count in a month, at most MOST_LISTED, the newest first."""
    mine = (OutreachEntry.month == int(month), OutreachEntry.kind.in_([kind] if kind else BY_MONTH))
    return _entries(path, *mine, order=(OutreachEntry.date.desc(), OutreachEntry.id))


def plans(path: str, first: date, last: date) -> list[OutreachEntry]:
    """Return the plans of the offices at or under a place from one day to another, the earliest first."""
    mine = (OutreachEntry.kind == "plan", OutreachEntry.date.between(first, last))
    return _entries(path, *mine, order=(OutreachEntry.date, OutreachEntry.id))


def points(path: str) -> list[OutreachEntry]:
    """Return the service points at or under a place that are there, by unit and name."""
    order = (OutreachEntry.unit_id, OutreachEntry.title, OutreachEntry.id)
    return _entries(path, OutreachEntry.kind == "point", order=order)


def _entries(path: str, *conditions: ColumnElement[bool], order: tuple[Any, ...]) -> list[OutreachEntry]:
    wanted = select(OutreachEntry).join(Unit, Unit.id == OutreachEntry.unit_id)
    wanted = wanted.where(within(path), ~OutreachEntry.withdrawn, *conditions).order_by(*order).limit(MOST_LISTED)
    return list(db.session.scalars(wanted))


def stock(point_ids: Collection[str], besides: str = "") -> dict[str, list[Stock]]:
    """Return the changes of the stock of points, by point, without that of the entry `besides`."""
    columns = (ENTRY.point_id, ENTRY.date, ENTRY.movement, ENTRY.quantity)
    mine = and_(ENTRY.point_id.in_(point_ids), ~ENTRY.withdrawn, ENTRY.id != besides)
    found: dict[str, list[Stock]] = {point: [] for point in point_ids}
    for point, *change in db.session.execute(select(*columns).where(mine)):
        found[point].append(Stock(*change))
    return found


def levels(point_ids: Collection[str]) -> dict[str, int]:
    """Return how much each point has now."""
    return {point: left_of(changes) for point, changes in stock(point_ids).items()}


def totals(path: str, month: Month) -> dict[str, dict[str, int]]:
    """Return what a place and all under it come to in a month, by kind: `entries`, and each of SUMMED."""
    under = (within(path), ENTRY.month == int(month), ENTRY.kind.in_(BY_MONTH), ~ENTRY.withdrawn)
    query = select(ENTRY.kind, func.count().label("entries"), *SUMS).join(Unit, UNIT.id == ENTRY.unit_id)
    rows = db.session.execute(query.where(*under).group_by(ENTRY.kind)).mappings()
    return {row["kind"]: _numbers(row) for row in rows}


def measures(path: str, month: Month) -> dict[str, dict[str, dict[str, int]]]:
    """Return the same for each unit at or under a place by itself: `{unit id: {kind: {"entries", …}}}`.

    Counts of meetings, trainings, hours, heads and deliveries, for scoring offices; units without entries are missing.
    """
    under = (within(path), ENTRY.month == int(month), ENTRY.kind.in_(BY_MONTH), ~ENTRY.withdrawn)
    query = select(ENTRY.unit_id, ENTRY.kind, func.count().label("entries"), *SUMS)
    query = query.join(Unit, UNIT.id == ENTRY.unit_id).where(*under).group_by(ENTRY.unit_id, ENTRY.kind)
    found: dict[str, dict[str, dict[str, int]]] = {}
    for row in db.session.execute(query).mappings():
        found.setdefault(row["unit_id"], {})[row["kind"]] = _numbers(row)
    return found


def _numbers(row: Mapping[Any, Any]) -> dict[str, int]:
    return {name: int(row[name]) for name in ("entries", *SUMMED)}


@cache
def _days() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((DATA / "days.json").read_text("utf-8"))
    return found


def day_labels() -> dict[str, Mapping[str, str]]:
    """Return the names of the campaign days by their codes."""
    return {row["code"]: row["label"] for row in _days()}


def days_between(first: date, last: date) -> list[Day]:
    """Return the campaign days of a stretch of time."""
    return campaign_days(_days(), first, last)
