"""What the office reads about its own people and due days."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from webapp.accounts import queries as accounts
from webapp.accounts.models import Account, Device
from webapp.accounts.queries import Actor
from webapp.core import clock
from webapp.core.db import db
from webapp.forms.models import DueExtension
from webapp.orgs import queries as orgs
from webapp.orgs.models import Unit


class Person(NamedTuple):
    """Somebody who signs in, with the devices they are signed in on, the last heard of first."""

    account: Account
    devices: Sequence[Device]


class Place(NamedTuple):
    """A unit and who works there."""

    unit: Unit
    people: Sequence[Person]


class Granted(NamedTuple):
    """More time given to some units at once: the month's number, their names, the new day, the reason."""

    month: int
    units: Sequence[str]
    due: date
    reason: str


def above(unit: Unit, actor: Actor) -> Unit | None:
    """Return the unit above `unit`, when `actor` may see it."""
    return None if unit.id == actor.unit_id or unit.parent_id is None else orgs.unit(unit.parent_id)


def places_at(unit: Unit) -> list[Place]:
    """Return `unit` and the open units directly under it, with their people."""
    units = [unit, *orgs.children(unit.id)]
    people = accounts.people_at([one.id for one in units])
    devices = accounts.live_devices([one.id for one in people])
    return [Place(one, [_person(account, devices) for account in people if account.unit_id == one.id]) for one in units]


def _person(account: Account, devices: Sequence[Device]) -> Person:
    return Person(account, [device for device in devices if device.account_id == account.id])


def person(account: Account) -> Person:
    """Return `account` with its devices."""
    return Person(account, accounts.live_devices([account.id]))


def open_units(path: str, levels: Collection[str]) -> Sequence[Unit]:
    """Return the open units of some levels at or under the unit with `path`, by code."""
    query = select(Unit).where(orgs.within(path), Unit.level.in_(levels), orgs.open_on(clock.today()))
    return db.session.scalars(query.order_by(Unit.code, Unit.name)).all()


def names_of_role(units: Sequence[Unit], role: str) -> dict[str, str]:
    """Return who has `role` at each of `units`, names joined, by unit id; units without anybody are left out."""
    found: dict[str, list[str]] = {}
    for account in accounts.people_at([unit.id for unit in units]):
        if account.role == role:
            found.setdefault(account.unit_id, []).append(account.name)
    return {unit_id: "、".join(names) for unit_id, names in found.items()}


def granted_within(path: str, since: int) -> list[Granted]:
    """Return the extensions given to units at or under `path` for months from `since` (202611) on, the newest first.

    The same day for the same reason is one line, whoever it was given to.
    """
    query = (
        select(DueExtension, Unit.name)
        .join(Unit, Unit.id == DueExtension.unit_id)
        .where(orgs.within(path), DueExtension.month >= since)
        .order_by(DueExtension.granted_at.desc(), Unit.code)
    )
    lines: dict[tuple[int, date, str], list[str]] = {}
    for row, name in db.session.execute(query):
        lines.setdefault((row.month, row.due, row.reason), []).append(name)
    return [Granted(month, names, due, reason) for (month, due, reason), names in lines.items()]
