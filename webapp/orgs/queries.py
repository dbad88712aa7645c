"""Reading the unit tree: by id, code or place, as it is today or was on a day."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.orgs.models import Unit, UnitTerm
from webapp.orgs.rules import Node, Term

BATCH = 500  # values in one IN (...): every engine takes that many


def unit(unit_id: str) -> Unit:
    """Return the unit. Raises NotFound when there is none with this id."""
    found = db.session.get(Unit, unit_id)
    if found is None:
        raise NotFound
    return found


def units(unit_ids: Iterable[str]) -> dict[str, Unit]:
    """Return the units that exist among `unit_ids`, by id."""
    return {one.id: one for part in _batches(unit_ids) for one in _all(select(Unit).where(Unit.id.in_(part)))}


def by_code(code: str, on: date | None = None) -> Unit | None:
    """Return the unit that has this code (short form) today, or had it on a day; None when none."""
    today = select(Unit).where(Unit.code == code, Unit.closed.is_(None))
    wanted = today if on is None else _holders("code", code, on)
    return db.session.execute(wanted).scalars().first()


def children(unit_id: str, on: date | None = None) -> list[Unit]:
    """Return the units directly under a unit, by code: the open ones today, or those of a day."""
    if on is None:
        wanted = select(Unit).where(Unit.parent_id == unit_id, Unit.closed.is_(None))
    else:
        wanted = _holders("parent", unit_id, on)
    return _all(wanted.order_by(Unit.code, Unit.name))


def count_under(unit_id: str, day: date) -> int:
    """Return how many units stood directly under a unit on `day` or do so later."""
    ends_later = or_(UnitTerm.until.is_(None), UnitTerm.until > day)
    under = and_(UnitTerm.attribute == "parent", UnitTerm.value == unit_id, ends_later)
    return db.session.execute(select(func.count(UnitTerm.unit_id.distinct())).where(under)).scalar_one()


def ancestors(unit_id: str) -> list[Unit]:
    """Return the units above a unit today, the root first. Raises NotFound when there is no such unit."""
    above = ids_on_path(unit(unit_id).path)[:-1]
    found = units(above)
    return [found[one] for one in above]


def ids_on_path(path: str) -> list[str]:
    """Return the ids on a path from the root down; the last is the unit of the path itself."""
    return path.strip("/").split("/")


def open_groups_under(path: str, on: date) -> list[Unit]:
    """Return the groups that were there on a day and stand today in the sub-tree of `path`, by code."""
    return _all(select(Unit).where(within(path), Unit.level == "group", open_on(on)).order_by(Unit.code, Unit.name))


def within(prefix: str, column: InstrumentedAttribute[str] = Unit.path) -> ColumnElement[bool]:
    """Return the condition that a path lies in the sub-tree whose root has the path `prefix`.

    A range instead of LIKE: both engines answer it from the index. `0` is the character after `/`.
    """
    return and_(column >= prefix, column < prefix[:-1] + "0")


def open_on(day: date) -> ColumnElement[bool]:
    """Return the condition that a unit was there on `day`."""
    return and_(Unit.opened <= day, or_(Unit.closed.is_(None), Unit.closed > day))


def unit_name_on(unit_id: str, day: date) -> str | None:
    """Return the name a unit had on a day; None when it was not there."""
    return names_on([unit_id], day).get(unit_id)


def names_on(unit_ids: Iterable[str], day: date) -> dict[str, str]:
    """Return the names that units had on a day, by id; units that were not there are left out."""
    names: dict[str, str] = {}
    for part in _batches(unit_ids):
        of_part = and_(UnitTerm.unit_id.in_(part), _held("name", day))
        rows = db.session.execute(select(UnitTerm.unit_id, UnitTerm.value).where(of_part))
        names |= {unit_id: name or "" for unit_id, name in rows}
    return names


def histories(unit_ids: Iterable[str], attribute: str) -> dict[str, list[Term]]:
    """Return the history of one attribute (`name`, `code` or `parent`) of units, the oldest first, by unit id."""
    columns = (UnitTerm.unit_id, UnitTerm.value, UnitTerm.since, UnitTerm.until)
    found: dict[str, list[Term]] = {}
    for part in _batches(unit_ids):
        of_part = and_(UnitTerm.unit_id.in_(part), UnitTerm.attribute == attribute)
        for unit_id, value, since, until in db.session.execute(
            select(*columns).where(of_part).order_by(UnitTerm.since)
        ):
            found.setdefault(unit_id, []).append(Term(value, since, until))
    return found


def holders(codes: Iterable[str]) -> dict[str, str]:
    """Return which open units have the given codes today: code -> unit id."""
    found: dict[str, str] = {}
    for part in _batches(codes):
        rows = db.session.execute(select(Unit.code, Unit.id).where(Unit.code.in_(part), Unit.closed.is_(None)))
        found |= {code or "": unit_id for code, unit_id in rows}
    return found


def successor(unit_id: str) -> Unit:
    """Return the open unit that took over from a unit, through any number of mergers; itself when it is open."""
    return unit(successors(unit_id)[-1])


def successors(unit_id: str) -> list[str]:
    """Return the id of a unit and of those that took over from it, one after the other. Raises NotFound."""
    return successions([unit(unit_id).id])[unit_id]


def successions(unit_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return the ids of each of some units and of those that took over from it, through all mergers, by its own id.

    That takes a question for each step of mergers, however many units there are; who does not exist is left out.
    """
    known = units(unit_ids)
    found = {unit_id: [unit_id] for unit_id in known}
    while later := {after for line in found.values() if (after := known[line[-1]].successor_id)}:
        known |= units(later)
        for line in found.values():
            line.extend([after] if (after := known[line[-1]].successor_id) else [])
    return found


def nodes(ids: Collection[str] | None = None) -> list[Node]:
    """Return units as the rules see them: all, or those with the given ids."""
    after = UnitTerm.since > Unit.opened
    first, last = (func.min(UnitTerm.since), func.max(UnitTerm.since))
    moves = select(UnitTerm.unit_id, first.label("first"), last.label("last"))
    changes = moves.join(Unit, Unit.id == UnitTerm.unit_id).where(after).group_by(UnitTerm.unit_id).subquery()
    columns = (Unit.id, Unit.level, Unit.name, Unit.code, Unit.parent_id, Unit.opened, Unit.closed)
    wanted = select(*columns, changes.c.first, changes.c.last).outerjoin(changes, changes.c.unit_id == Unit.id)
    if ids is not None:
        wanted = wanted.where(Unit.id.in_(ids))
    return [Node(*row) for row in db.session.execute(wanted)]


def is_empty() -> bool:
    """Return whether there is no unit at all."""
    return db.session.execute(select(Unit.id).limit(1)).first() is None


def _held(attribute: str, day: date) -> ColumnElement[bool]:
    ended = or_(UnitTerm.until.is_(None), UnitTerm.until > day)
    return and_(UnitTerm.attribute == attribute, UnitTerm.since <= day, ended)


def _holders(attribute: str, value: str, day: date) -> Select[Unit]:
    """Return the units one of whose attributes had a value on `day`."""
    return (
        select(Unit).join(UnitTerm, UnitTerm.unit_id == Unit.id).where(_held(attribute, day), UnitTerm.value == value)
    )


def _batches(values: Iterable[str]) -> Iterator[list[str]]:
    wanted = list(values)
    return (wanted[at : at + BATCH] for at in range(0, len(wanted), BATCH))


def _all(wanted: Select[Any]) -> list[Any]:
    return list(db.session.execute(wanted).scalars())
