"""Reading accounts and devices, and what their owners undertook."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, or_, select

from webapp.accounts.models import Account, Device
from webapp.accounts.rules import ENDED_SENDS_FOR, LOOKS_AFTER, is_recent
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.core.rows import each_of, execute
from webapp.orgs.models import Unit

DATA = Path(__file__).parent / "data"
DEVICE, ACCOUNT, UNIT = Device.__table__.c, Account.__table__.c, Unit.__table__.c


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking: an account, its unit, and the device it is signed in on."""

    account_id: str
    login: str
    name: str
    role: str
    unit_id: str
    unit_name: str
    unit_code: str | None
    unit_level: str
    unit_path: str
    device_id: str
    signed_in_at: datetime
    heard_at: datetime
    expires_at: datetime
    opening_hash: str | None = None
    is_ended: bool = False  # somebody has ended the session: what such a phone sends is held, and it reads nothing

    @property
    def is_recent(self) -> bool:
        """Whether somebody has just signed in on this device: only then a phone's PIN may be chosen."""
        return is_recent(self.signed_in_at, clock.now())


class Undertaking(NamedTuple):
    """What whoever comes in undertakes, in force from a day on: its sentences and the law, each by language."""

    version: int
    since: date
    lines: Sequence[Mapping[str, str]]
    law: Mapping[str, str]


class Undertaken(NamedTuple):
    """A version of it that somebody undertook, and on which day."""

    text: Undertaking
    on: date


ACTORS = (
    select(
        DEVICE.token_hash,
        ACCOUNT.id, ACCOUNT.login, ACCOUNT.name, ACCOUNT.role,
        UNIT.id, UNIT.name, UNIT.code, UNIT.level, UNIT.path,
        DEVICE.id, DEVICE.created_at, DEVICE.heard_at, DEVICE.expires_at, DEVICE.opening_hash,
    )
    .join(Account.__table__, ACCOUNT.id == DEVICE.account_id)
    .join(Unit.__table__, UNIT.id == ACCOUNT.unit_id)
    .where(DEVICE.token_hash.in_(each_of("hashes")), DEVICE.expires_at > bindparam("now"))
)  # fmt: skip
ACTOR = ACTORS.where(DEVICE.revoked_at.is_(None), ACCOUNT.closed_at.is_(None))
ENDED = ACTORS.where(func.coalesce(DEVICE.revoked_at, ACCOUNT.closed_at) > bindparam("since"))


def actors_of(token_hashes: Collection[str]) -> dict[str, Actor]:
    """Return who is behind each of `token_hashes`; those of dead sessions are missing."""
    if not token_hashes:
        return {}
    rows = execute(ACTOR, hashes=list(token_hashes), now=clock.now())
    return {token_hash: Actor(*about) for token_hash, *about in rows}


def ended_among(token_hashes: Collection[str]) -> dict[str, Actor]:
    """Return who was behind those of `token_hashes` that somebody has ended lately: their phones may still send."""
    if not token_hashes:
        return {}
    now = clock.now()
    rows = execute(ENDED, hashes=list(token_hashes), now=now, since=now - ENDED_SENDS_FOR)
    return {token_hash: replace(Actor(*about), is_ended=True) for token_hash, *about in rows}


def actor_of(login: str) -> Actor | None:
    """Return the open account called `login` as somebody who acts without a device: by a command of the operator."""
    found = account_by_login(login)
    unit = db.session.get(Unit, found.unit_id) if found else None
    if found is None or unit is None:
        return None
    about, now = (found.id, found.login, found.name, found.role), clock.now()
    return Actor(*about, unit.id, unit.name, unit.code, unit.level, unit.path, "", now, now, now)


def revoked_among(token_hashes: Collection[str]) -> set[str]:
    """Return those of `token_hashes` whose sessions were ended by somebody, not by time."""
    if not token_hashes:
        return set()
    query = select(DEVICE.token_hash).join(Account.__table__, ACCOUNT.id == DEVICE.account_id)
    query = query.where(DEVICE.token_hash.in_(token_hashes))
    ended = or_(DEVICE.revoked_at.is_not(None), ACCOUNT.closed_at.is_not(None))
    return set(db.session.scalars(query.where(ended)))


def account_by_login(login: str) -> Account | None:
    """Return the open account called `login`."""
    return db.session.scalar(select(Account).where(Account.login == login, Account.closed_at.is_(None)))


def live_devices(account_ids: Collection[str]) -> Sequence[Device]:
    """Return the devices that accounts are signed in on, the last heard of first."""
    query = select(Device).where(Device.account_id.in_(account_ids), Device.revoked_at.is_(None))
    query = query.where(Device.expires_at > clock.now()).order_by(Device.heard_at.desc(), Device.id)
    return db.session.scalars(query).all()


def at_work_since(unit_id: str) -> datetime | None:
    """Return when a unit got its first account, None while it has none."""
    return db.session.scalar(select(func.min(Account.created_at)).where(Account.unit_id == unit_id))


def device(device_id: str) -> Device | None:
    """Return the device with this id."""
    return db.session.get(Device, device_id)


def account(account_id: str) -> Account | None:
    """Return the account with this id."""
    return db.session.get(Account, account_id)


@cache
def undertakings() -> Sequence[Undertaking]:
    """Return all versions of what is undertaken at the first visit, the oldest first."""
    rows = json.loads((DATA / "undertaking.json").read_text("utf-8"))["versions"]
    return [Undertaking(**{**row, "since": date.fromisoformat(row["since"])}) for row in rows]


def undertaking() -> Undertaking:
    """Return the version that is in force today."""
    known = undertakings()
    return next((one for one in reversed(known) if one.since <= clock.today()), known[0])


def undertaking_due(account_id: str | None) -> Undertaking | None:
    """Return what is still to be undertaken for an account, or for one that is not there yet; None when nothing is."""
    asked, found = undertaking(), account(account_id) if account_id else None
    return None if found and found.undertaking_version == asked.version else asked


def undertaken(account_id: str) -> Undertaken | None:
    """Return what the owner of an account undertook last; None when nothing was."""
    found = account(account_id)
    if found is None or found.undertaking_at is None:
        return None
    text = next(one for one in undertakings() if one.version == found.undertaking_version)
    return Undertaken(text, clock.to_local(found.undertaking_at).date())


def open_account(account_id: str) -> Account:
    """Return the account with this id. Raises NotFound when there is none, or it was closed."""
    found = account(account_id)
    if found is None or found.closed_at:
        raise NotFound
    return found


def people_at(unit_ids: Collection[str]) -> Sequence[Account]:
    """Return the open accounts at some units, by role then name."""
    query = select(Account).where(Account.unit_id.in_(unit_ids), Account.closed_at.is_(None))
    return db.session.scalars(query.order_by(Account.role, Account.name, Account.login)).all()


def helpers_of(actor: Actor) -> list[Account]:
    """Return who looks after `actor`, those of the nearest unit only; nobody for the highest office."""
    path = actor.unit_path.strip("/").split("/")
    able = [found for found in people_at(path) if actor.role in LOOKS_AFTER.get(found.role, ())]
    nearest = max((path.index(found.unit_id) for found in able), default=0)
    return [found for found in able if found.unit_id == path[nearest]]


def heard_of(unit_ids: Collection[str]) -> dict[str, datetime]:
    """Return when a leader's phone of each of `unit_ids` was last heard from; units never heard of are missing."""
    query = select(Account.unit_id, func.max(Device.heard_at)).join(Device, Device.account_id == Account.id)
    leaders = query.where(Account.unit_id.in_(unit_ids), Account.role == "leader").group_by(Account.unit_id)
    return {unit_id: at for unit_id, at in db.session.execute(leaders)}


def under(path: str) -> ColumnElement[bool]:
    """Return the condition that a unit lies at or under the unit with `path`, as a range of the index."""
    return (Unit.path >= path) & (Unit.path < path[:-1] + "0")  # "0" is the character after "/"
