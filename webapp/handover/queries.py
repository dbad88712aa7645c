"""Reading whose a household is and was, and what is held."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from webapp.access.rules import may
from webapp.accounts.queries import Actor
from webapp.core.clock import to_local
from webapp.core.crypto import unseal
from webapp.core.db import db, table
from webapp.core.period import ALWAYS, Month
from webapp.core.rows import each_of, execute
from webapp.feedback.models import Feedback
from webapp.handover.models import HeldRecord
from webapp.handover.rules import KINDS, OPEN, UNFINISHED, Hanging, Held, Sent, action_on
from webapp.households.models import Household, HouseholdTerm
from webapp.keys.service import keys_of
from webapp.orgs.queries import children
from webapp.receipts.rules import HELD
from webapp.visits.models import Need

HOUSEHOLD, TERM, NEED, COLUMNS = table(Household).c, table(HouseholdTerm).c, table(Need).c, table(HeldRecord).c
HOMES = select(HOUSEHOLD.id, HOUSEHOLD.unit_id).where(HOUSEHOLD.id.in_(each_of("ids")))
LIVING_AT = select(HOUSEHOLD.id).where(HOUSEHOLD.unit_id == bindparam("unit"), HOUSEHOLD.erased_at.is_(None))
OWNERS = select(TERM.household_id, TERM.unit_id).where(TERM.household_id.in_(each_of("ids")))
VERSIONS = (
    select(HOUSEHOLD.id, HOUSEHOLD.version).where(HOUSEHOLD.id.in_(each_of("ids"))),
    select(NEED.id, NEED.version).where(NEED.id.in_(each_of("ids"))),
)
SENT = (
    select(COLUMNS.device_id, func.sum(COLUMNS.version), func.sum(func.length(COLUMNS.sealed)))
    .where(COLUMNS.device_id.in_(each_of("ids")))
    .group_by(COLUMNS.device_id)
)
BY_ID = select(table(HeldRecord)).where(COLUMNS.id.in_(each_of("ids")))


def homes(household_ids: Collection[str]) -> dict[str, str]:
    """Return the unit that each of `household_ids` belongs to now; unknown ones are missing."""
    return dict(execute(HOMES, ids=list(household_ids)).all()) if household_ids else {}


def living_at(unit_id: str) -> set[str]:
    """Return the households of a group that are not erased."""
    return set(execute(LIVING_AT, unit=unit_id).scalars())


def owners(household_ids: Collection[str]) -> dict[str, set[str]]:
    """Return all units that ever had each of `household_ids`."""
    found: dict[str, set[str]] = {}
    for household_id, unit_id in execute(OWNERS, ids=list(household_ids)) if household_ids else ():
        found.setdefault(household_id, set()).add(unit_id)
    return found


def held(record_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return the records held under `record_ids`, decided ones too, as stored."""
    rows = execute(BY_ID, ids=list(record_ids)).mappings() if record_ids else ()
    return {row["id"]: dict(row) for row in rows}


def sent_by(device_ids: Collection[str]) -> dict[str, Sent]:
    """Return how much is held of what ended phones have sent; those that sent nothing are missing."""
    rows = execute(SENT, ids=list(device_ids)) if device_ids else ()
    return {device_id: Sent(versions, size) for device_id, versions, size in rows}


def living(household_ids: Collection[str]) -> Sequence[Household]:
    """Return those of `household_ids` that are not erased."""
    query = select(Household).where(Household.id.in_(household_ids), Household.erased_at.is_(None))
    return db.session.scalars(query.order_by(Household.id)).all()


def hanging_on(household_ids: Collection[str]) -> list[Hanging]:
    """Return the needs of households, what residents told that is still to be done, what waits to be looked at."""
    needs = select(Need).where(Need.household_id.in_(household_ids), ~Need.deleted)
    told = select(Feedback).where(Feedback.household_id.in_(household_ids), Feedback.state.in_(UNFINISHED))
    held = select(HeldRecord).where(HeldRecord.household_id.in_(household_ids), HeldRecord.state == OPEN)
    return [
        *(Hanging(HELD, h.id, h.version, h.unit_id, month_of(h.declared_at)) for h in db.session.scalars(held)),
        *(Hanging("need", n.id, n.version, n.unit_id, ALWAYS) for n in db.session.scalars(needs)),
        *(Hanging("feedback", f.id, f.version, f.unit_id, ALWAYS) for f in db.session.scalars(told)),
    ]


def month_of(declared_at: datetime) -> int:
    """Return the month under which phones hear of what was declared then."""
    return int(Month.of(to_local(declared_at).date()))


def opened(record_ids: Collection[str]) -> list[Held]:
    """Return the records of `record_ids` that still wait, opened; those of erased households are missing."""
    return _open([row for row in held(record_ids).values() if row["state"] == OPEN])


def own_units(actor: Actor) -> list[str]:
    """Return the units for which `actor` decides what is held: a group's own, a community's and its groups'."""
    if actor.unit_level == "group":
        return [actor.unit_id]
    return [actor.unit_id, *(unit.id for unit in children(actor.unit_id))]


def count_waiting(actor: Actor) -> int:
    """Return how many records wait for `actor` to be looked at."""
    kinds = [kind for kind in KINDS if may(actor.role, action_on(kind))]
    mine = (COLUMNS.unit_id.in_(own_units(actor)), COLUMNS.state == OPEN, COLUMNS.type.in_(kinds))
    return db.session.scalar(select(func.count()).select_from(table(HeldRecord)).where(*mine)) or 0


def waiting(unit_ids: Collection[str]) -> list[Held]:
    """Return what waits for units, oldest first."""
    query = select(table(HeldRecord)).where(COLUMNS.unit_id.in_(unit_ids), COLUMNS.state == OPEN)
    rows = db.session.execute(query.order_by(COLUMNS.declared_at, COLUMNS.id)).mappings()
    return _open([dict(row) for row in rows])


def _open(rows: Iterable[Mapping[str, Any]]) -> list[Held]:
    rows = list(rows)
    keys = keys_of({row["subject_id"] for row in rows}) if rows else {}
    return [_opened(row, keys[row["subject_id"]]) for row in rows if row["subject_id"] in keys]


def _opened(row: Mapping[str, Any], key: bytes) -> Held:
    body = unseal(key, row["subject_id"], row["sealed"])
    known = {
        name: row[name] for name in ("id", "version", "type", "household_id", "unit_id", "author_id", "declared_at")
    }
    said = {"data": body["data"], "base_version": body["base_version"], "deleted": body.get("deleted", False)}
    return Held(**known, **said, is_from_ended=row["device_id"] is not None)


def versions(record_ids: Collection[str]) -> dict[str, int]:
    """Return the versions of those of `record_ids` that are stored and go where their household goes."""
    found: dict[str, int] = {}
    for statement in VERSIONS if record_ids else ():
        found |= dict(execute(statement, ids=list(record_ids)).all())
    return found


def as_data(row: Held) -> dict[str, Any]:
    """Return what the new owner's phone is told of a held record: that it is there. To judge it she opens the page."""
    day = to_local(row.declared_at).date().isoformat()
    return {"unit": row.unit_id, "household": row.household_id, "kind": row.type, "on": day}
