"""Reading cases: one by number and secret, those of an office, those that are overdue, and what offices did."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from hmac import compare_digest
from statistics import median
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased

from webapp.accounts.models import Account
from webapp.accounts.queries import Actor
from webapp.cases.models import Case, CaseStep
from webapp.cases.rules import ANSWERED, CLOSED, OFFICES, OPEN, SETTLED, WORKERS, Spot, is_barred, secret_hash
from webapp.core.clock import SHANGHAI, to_local
from webapp.core.crypto import unseal
from webapp.core.db import db, table
from webapp.core.period import Month
from webapp.keys.service import keys_of
from webapp.orgs.models import Unit
from webapp.orgs.queries import ids_on_path, names_on, successions, successors, unit, units, within

CASE, STEP = table(Case), table(CaseStep)
NOBODYS = secret_hash("nobody has this secret")
MOST_CLOSED = 30
MOST_AT_ONCE = 200

Row = Mapping[str, Any]


def case_followed(number: str, secret: str) -> Row | None:
    """Return the case with this number and this secret, as it is stored; None for any other pair.

    One question and one comparison, whichever of the two is wrong: how long it takes tells nothing.
    """
    row = db.session.execute(select(CASE).where(CASE.c.number == number)).mappings().first()
    expected = bytes(row["secret_hash"]) if row and row["secret_hash"] else NOBODYS
    is_right = compare_digest(expected, secret_hash(secret))
    return dict(row) if row and is_right else None


def case_by_hash(hashed: bytes) -> Row | None:
    """Return the case whose secret has this hash, as it is stored."""
    row = db.session.execute(select(CASE).where(CASE.c.secret_hash == hashed)).mappings().first()
    return dict(row) if row else None


def case(case_id: str) -> Row | None:
    """Return the case with this id, as it is stored."""
    row = db.session.execute(select(CASE).where(CASE.c.id == case_id)).mappings().first()
    return dict(row) if row else None


def has_number(number: str) -> bool:
    """Return whether a case has this number."""
    return db.session.execute(select(CASE.c.id).where(CASE.c.number == number)).first() is not None


def case_seen_by(actor: Actor, case_id: str) -> Row | None:
    """Return the case, when `actor` may see it: the office that has it now; of help, the leader of the group too."""
    row = case(case_id)
    return row if row and _is_shown(actor, row, named_in(row["named_id"])) else None


def _is_shown(actor: Actor, row: Row, named: Collection[str]) -> bool:
    if actor.role == "leader":
        return row["kind"] == "help" and row["place_id"] == actor.unit_id and row["erased_at"] is None
    is_theirs = actor.role in WORKERS and row["unit_id"] == actor.unit_id
    return is_theirs and not is_barred(named, actor.unit_path)


def named_in(named_id: str | None) -> list[str]:
    """Return the ids of the unit that a case complains about and of those that took over from it; none: no such."""
    return successors(named_id) if named_id else []


def was_with(case_id: str, actor: Actor) -> bool:
    """Return whether the office of `actor` had the case before: who is told that it went on."""
    query = select(CASE.c.named_id).join(STEP, STEP.c.case_id == CASE.c.id)
    had = db.session.execute(query.where(CASE.c.id == case_id, STEP.c.unit_id == actor.unit_id)).first()
    return had is not None and actor.role in WORKERS and not is_barred(named_in(had.named_id), actor.unit_path)


def open_for(actor: Actor) -> list[Row]:
    """Return the cases that wait for `actor`, as they are stored, the first due first."""
    return _shown(actor, _mine(actor).where(CASE.c.state.in_(OPEN)).order_by(CASE.c.due, CASE.c.number))


def done_for(actor: Actor) -> list[Row]:
    """Return the cases that were answered or closed there last, the newest first."""
    done = _mine(actor).where(CASE.c.state.in_((ANSWERED, CLOSED)), CASE.c.erased_at.is_(None))
    return _shown(actor, done.order_by(CASE.c.changed_at.desc(), CASE.c.number).limit(MOST_CLOSED))


def _shown(actor: Actor, wanted: Select[Any]) -> list[Row]:
    rows = [dict(row) for row in db.session.execute(wanted).mappings()]
    named = _named_in(rows)
    return [row for row in rows if _is_shown(actor, row, named.get(row["named_id"], []))]


def _named_in(rows: Iterable[Mapping[Any, Any]]) -> dict[str, list[str]]:
    """Return `named_in` for all that `rows` complain about, with as many questions as for one of them."""
    return successions({row["named_id"] for row in rows if row["named_id"]})


def count_open(actor: Actor) -> int:
    """Return how many cases wait for `actor`."""
    return len(open_for(actor))


def _mine(actor: Actor) -> Any:
    """Return the cases that `actor` may see at all: those at the own unit; of a leader, help for the own group."""
    if actor.role == "leader":
        return select(CASE).where(CASE.c.place_id == actor.unit_id, CASE.c.kind == "help")
    return select(CASE).where(CASE.c.unit_id == actor.unit_id)


class Told(NamedTuple):
    """What was said: the content of a case (`text`, `named`, `contact`), and the words of its steps by their ids."""

    content: Mapping[str, Any]
    words: Mapping[str, str]


def opened(row: Row, steps: Sequence[Row]) -> Told:
    """Return what was said in a case and with its `steps`; nothing once its key is gone."""
    key = keys_of([row["id"]]).get(row["id"])
    if key is None or row["sealed"] is None:
        return Told({}, {})
    words = {step["id"]: unseal(key, step["id"], step["sealed"])["words"] for step in steps if step["sealed"]}
    return Told(unseal(key, row["id"], row["sealed"]), words)


def steps_of(case_id: str) -> list[Row]:
    """Return what was done about a case, as it is stored, the first step first."""
    query = select(STEP).where(STEP.c.case_id == case_id).order_by(STEP.c.number)
    return [dict(row) for row in db.session.execute(query).mappings()]


def spots_to(path: str) -> list[Spot]:
    """Return the units on the way to `path`, the root first, and whether somebody works on cases there."""
    ids = [unit_id for unit_id in ids_on_path(path) if unit_id]
    working = select(Account.unit_id).where(
        Account.unit_id.in_(ids), Account.role.in_(WORKERS), Account.closed_at.is_(None)
    )
    staffed, found = set(db.session.scalars(working)), units(ids)
    return [Spot(one, found[one].level, one in staffed) for one in ids if one in found]


class Choices(NamedTuple):
    """Some places under one heading: an office with what lies directly under it, as `(code or id, name)`."""

    heading: str
    places: Sequence[tuple[str, str]]


def places_to_choose(path: str, *, with_groups: bool) -> list[Choices]:
    """Return the open offices on the way to `path` and under it, by township; the groups of a community besides.

    Groups are told only where `path` is that of one community: a county has a thousand.
    """
    ids = [unit_id for unit_id in ids_on_path(path) if unit_id]
    levels = (*OFFICES, "group") if with_groups and ids and unit(ids[-1]).level == "community" else OFFICES
    query = select(Unit).where(Unit.closed.is_(None), Unit.level.in_(levels), or_(within(path), Unit.id.in_(ids)))
    found: dict[str, list[Unit]] = {}
    names: dict[str, str] = {}
    for one in sorted(db.session.scalars(query), key=lambda each: (each.path.count("/"), each.code or "", each.name)):
        names[one.id] = one.name
        heading = one.id if one.level in ("county", "township") else one.path.split("/")[-3]
        heading = heading if one.level != "group" else one.path.split("/")[-4]
        found.setdefault(heading, []).append(one)
    return [
        Choices(names.get(heading, ""), [(one.code or one.id, one.name) for one in places])
        for heading, places in found.items()
    ]


def names_at(steps: Sequence[Row]) -> dict[str, tuple[str, str]]:
    """Return for each step, by its id, what the unit and the one it went to were called on that day."""
    found = {}
    for step in steps:
        both = [step["unit_id"], *([step["to_unit_id"]] if step["to_unit_id"] else [])]
        names = names_on(both, to_local(step["at"]).date())
        found[step["id"]] = names.get(step["unit_id"], ""), names.get(step["to_unit_id"] or "", "")
    return found


def offices_for(row: Row, actor: Actor) -> list[Unit]:
    """Return where `actor` may hand a case: offices under the own one, and the one above; none that it complains about.

    In the order of their codes.
    """
    above = [spot.id for spot in spots_to(actor.unit_path)[:-1] if spot.level in OFFICES]
    query = select(Unit).where(Unit.level.in_(OFFICES), Unit.closed.is_(None), Unit.id != actor.unit_id)
    query = query.where(or_(within(actor.unit_path), Unit.id.in_(above[-1:])))
    found = db.session.scalars(query.order_by(Unit.code, Unit.name))
    named = named_in(row["named_id"])
    return [one for one in found if not is_barred(named, one.path)]


def overdue(today: date) -> list[Row]:
    """Return cases whose day is over and that an office above can take, the longest overdue first; some at a time."""
    query = select(CASE).join(Unit, Unit.id == CASE.c.unit_id)
    query = query.where(CASE.c.state.in_(OPEN), CASE.c.due < today, Unit.level.in_(OFFICES[:-1]))
    rows = db.session.execute(query.order_by(CASE.c.due, CASE.c.number).limit(MOST_AT_ONCE)).mappings()
    return [dict(row) for row in rows]


def stranded() -> list[Row]:
    """Return open cases that lie where nobody may work on them: with a unit that a merger ended or that it bars.

    Some at a time.
    """
    named = aliased(Unit)
    query = select(CASE, Unit.path, Unit.closed).join(Unit, Unit.id == CASE.c.unit_id)
    query = query.outerjoin(named, named.id == CASE.c.named_id)
    query = query.where(CASE.c.state.in_(OPEN), or_(Unit.successor_id.is_not(None), named.successor_id.is_not(None)))
    rows = db.session.execute(query.order_by(CASE.c.due, CASE.c.number).limit(MOST_AT_ONCE)).mappings().all()
    heirs = _named_in(rows)
    return [
        {column.name: row[column.name] for column in CASE.c}
        for row in rows
        if row["closed"] or is_barred(heirs.get(row["named_id"], []), row["path"])
    ]


def settled(now: datetime) -> list[Row]:
    """Return answered cases whose answer nobody answered for so long that they are closed; some at a time."""
    query = select(CASE).where(CASE.c.state == ANSWERED, CASE.c.changed_at < now - SETTLED)
    rows = db.session.execute(query.order_by(CASE.c.changed_at, CASE.c.id).limit(MOST_AT_ONCE)).mappings()
    return [dict(row) for row in rows]


class Handled(NamedTuple):
    """What became of the cases that a unit was asked first in a month. They count for the office, not for anybody.

    `days` is the median of whole days from being brought to being closed, None while none is closed.
    """

    brought: int
    answered: int
    in_time: int
    closed: int
    escalated: int
    days: float | None


def handled(unit_ids: Collection[str], month: Month) -> dict[str, Handled]:
    """Return what became of the cases that each of `unit_ids` was asked first in `month`, by unit; missing: none came.

    `in_time` are those with an answer by the day promised first, `escalated` those that another office ended up with.
    """
    rows = db.session.execute(
        select(CASE).where(CASE.c.first_unit_id.in_(list(unit_ids)), *_within_month(month))
    ).mappings()
    by_unit: dict[str, list[Row]] = {}
    for row in rows:
        by_unit.setdefault(row["first_unit_id"], []).append(dict(row))
    return {unit_id: _handled(found) for unit_id, found in by_unit.items()}


def _within_month(month: Month) -> Sequence[ColumnElement[bool]]:
    start, end = (datetime.combine(day, time(), SHANGHAI) for day in (month.first, month.next().first))
    return CASE.c.created_at >= start, CASE.c.created_at < end


def _handled(rows: Sequence[Row]) -> Handled:
    answered = [row for row in rows if row["answered_at"]]
    closed = [row for row in rows if row["closed_at"]]
    return Handled(
        len(rows),
        len(answered),
        sum(to_local(row["answered_at"]).date() <= row["first_due"] for row in answered),
        len(closed),
        sum(row["unit_id"] != row["first_unit_id"] for row in rows),
        median((row["closed_at"] - row["created_at"]).days for row in closed) if closed else None,
    )
