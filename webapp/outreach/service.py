"""Noting, correcting and withdrawing what was done for everybody. The caller holds the transaction."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from webapp.accounts.queries import Actor
from webapp.core import clock
from webapp.core.canonical import content_hash
from webapp.core.db import db
from webapp.core.errors import N_, Invalid, NotFound, Problem
from webapp.core.fields import NOT_A_CHOICE
from webapp.core.period import Month
from webapp.events.queries import closed_months
from webapp.events.service import COUNTED
from webapp.ledger.rules import Line
from webapp.ledger.service import record_many
from webapp.orgs import queries as orgs
from webapp.orgs.models import Unit
from webapp.outreach import queries
from webapp.outreach.models import OutreachEntry
from webapp.outreach.rules import (
    COUNTS,
    FRESH_REQUIRED,
    LINKS,
    MEASURES,
    NOT_EMPTY,
    SHORT,
    Stock,
    counted_in,
    measure_of,
    problems_with,
    problems_with_reason,
    shortage,
)  # fmt: skip

CHANGED = N_("刚刚有人改过这一条，请看过再改。")
COLUMNS = {"date", "title", *COUNTS, *LINKS}  # what is not sealed with the other texts

Data = Mapping[str, Any]


def note(entry_id: str, kind: str, unit: Unit, data: Data, actor: Actor) -> OutreachEntry:
    """Store a new entry of a unit; one that is stored already is returned as it is: a form was sent twice.

    Raises Invalid, and NotFound for an id that is somebody else's.
    """
    stored = queries.entry(entry_id)
    if stored is not None:
        if (stored.author_id, stored.unit_id, stored.kind) != (actor.account_id, unit.id, kind):
            raise NotFound
        return stored
    now = clock.now()
    entry = OutreachEntry(
        id=entry_id, version=0, unit_id=unit.id, kind=kind, withdrawn=False, reason=None,
        author_id=actor.account_id, noted_at=now,
    )  # fmt: skip
    _fill(entry, data)
    db.session.add(entry)
    _remember(entry, "outreach.noted", data, actor)
    return entry


def correct(entry: OutreachEntry, data: Data, version: int, reason: str, actor: Actor) -> None:
    """Let an entry that was shown in `version` say `data`. Raises Invalid."""
    _may_change(entry, version, reason)
    point, before = entry.point_id, _numbers_of(entry)
    _fill(entry, data)
    _has_enough([point] if point and point != entry.point_id else [], entry.id)
    entry.reason = reason
    now = _numbers_of(entry)
    was = {name: value for name, value in before.items() if value != now[name]}
    _remember(entry, "outreach.changed", data, actor, was=was)


def _numbers_of(entry: OutreachEntry) -> dict[str, Any]:
    """Return what the ledger keeps of an entry that is corrected: its day and numbers, none of its words."""
    return {"date": entry.date.isoformat(), **{name: getattr(entry, name) for name in COUNTS}}


def withdraw(entry: OutreachEntry, version: int, reason: str, actor: Actor) -> None:
    """Let an entry count no more. Raises Invalid, also where what it brought has been taken out since."""
    _may_change(entry, version, reason)
    if entry.kind == "point" and (there := queries.levels([entry.id])[entry.id]):
        raise Invalid([Problem("reason", "not_empty", NOT_EMPTY, {"point": entry.title, "there": there})])
    if entry.point_id:
        _has_enough([entry.point_id], entry.id, field="reason")
    entry.withdrawn, entry.reason = True, reason
    _remember(entry, "outreach.withdrawn", {}, actor)


def is_counted(entry: OutreachEntry) -> bool:
    """Say whether a report that is in counts the entry: it is corrected there."""
    return bool(entry.measure) and entry.month in closed_months([entry.unit_id])[entry.unit_id]


def counted_problem(entry: OutreachEntry) -> Problem:
    """Return why an entry that a report counts stays as it is."""
    return Problem("", "counted", COUNTED, {"month": Month.from_int(entry.month).label})


def _may_change(entry: OutreachEntry, version: int, reason: str) -> None:
    problems = problems_with_reason(reason)
    if is_counted(entry):
        problems = [counted_problem(entry)]
    elif entry.withdrawn or entry.version != version:
        problems = [Problem("", "changed", CHANGED)]
    if problems:
        raise Invalid(problems)


def _fill(entry: OutreachEntry, data: Data) -> None:
    """Put `data` into the columns of `entry`. Raises Invalid."""
    problems = problems_with(entry.kind, data, clock.today())
    if problems:
        raise Invalid(problems)
    holds = _take_from_point(entry, data)
    is_group = orgs.unit(entry.unit_id).level == "group"
    measure = measure_of(entry.kind, data, holds) if is_group else ""  # nobody above a group hands in a report
    month = counted_in(data["date"], measure, closed_months([entry.unit_id])[entry.unit_id])
    numbers = {name: data.get(name, 0) for name in COUNTS}
    numbers["fresh"] = _fresh(entry, data, int(month))
    for name, number in numbers.items():
        setattr(entry, name, number)
    entry.date, entry.title = data["date"], data["title"]
    entry.month, entry.late = int(month), month != Month.of(data["date"])
    entry.measure, entry.counted = measure, numbers[MEASURES[measure]] if measure else 0
    entry.occasion = data.get("occasion") or None
    entry.texts = {name: text for name, text in data.items() if name not in COLUMNS and text}


def _fresh(entry: OutreachEntry, data: Data, month: int) -> int:
    """Return how many of the households that something was brought to nothing had reached in the month."""
    if "households" not in data or "fresh" in data:
        return int(data.get("fresh", 0))
    others = queries.noted([entry.unit_id], [month]).get((entry.unit_id, month), [])
    if any(row["measure"] == "notices" and row["id"] != entry.id for row in others):
        raise Invalid([Problem("fresh", "required", FRESH_REQUIRED)])
    return int(data["households"])


def _take_from_point(entry: OutreachEntry, data: Data) -> str:
    """Change the stock of the point that `data` names, if any; return what it holds. Raises Invalid."""
    if "point" not in data:
        entry.point_id = entry.movement = None
        return ""
    point = queries.entry(data["point"])
    if point is None or point.kind != "point" or point.withdrawn or point.unit_id != entry.unit_id:
        raise Invalid([NOT_A_CHOICE._replace(field="point")])
    _has_enough([point.id], entry.id, [Stock(data["date"], data["movement"], data["quantity"])])
    entry.point_id, entry.movement = point.id, data["movement"]
    return str(point.texts["holds"])


def _has_enough(point_ids: Collection[str], besides: str, more: Sequence[Stock] = (), field: str = "quantity") -> None:
    """Raise Invalid where a point would have had less than nothing, without the entry `besides` and with `more`."""
    for point_id, changes in queries.stock(point_ids, besides).items():
        found, point = shortage([*changes, *more]), queries.entry(point_id)
        if found and point:
            words = {"point": point.title, "day": found.day.isoformat(), "there": found.there, "asked": found.asked}
            raise Invalid([Problem(field, "short", SHORT, words)])


def _remember(entry: OutreachEntry, action: str, data: Data, actor: Actor, **more: Any) -> None:
    entry.version, entry.changed_at = entry.version + 1, clock.now()
    db.session.flush()
    content = {name: str(value) for name, value in data.items()}
    detail = {"version": entry.version, "hash": content_hash(content), **more}
    about = Line(action, "outreach", entry.id, actor.account_id, entry.unit_id, entry.month, detail)
    record_many([about])
