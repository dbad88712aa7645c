"""Moving households, and holding what their former owner still sends. The caller holds the transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import update

from webapp.accounts.queries import Actor
from webapp.cards.models import Card
from webapp.changes import service as changes
from webapp.changes.service import Changed
from webapp.core import clock
from webapp.core.clock import to_local
from webapp.core.crypto import seal
from webapp.core.db import db
from webapp.core.period import ALWAYS, Month
from webapp.core.rows import insert_many, update_many
from webapp.feedback.models import Feedback
from webapp.handover import queries
from webapp.handover.models import HeldRecord
from webapp.handover.rules import (
    DECLINED,
    HELD,
    OPEN,
    TAKEN,
    UNFINISHED,
    Hanging,
    Held,
    household_in,
    in_order,
    is_former,
)
from webapp.households.models import Household, HouseholdTerm
from webapp.intake.rules import Decision, Incoming, Job, Push, RecordType, Result
from webapp.intake.service import apply, prepare
from webapp.keys.service import keys_of
from webapp.ledger import service as ledger
from webapp.ledger.rules import Line
from webapp.orgs.models import Unit
from webapp.visits.models import Need


@dataclass
class State:
    """What deciding needs: the state of the record's own rules, whose each household is and was, what is held."""

    inner: Any
    homes: Mapping[str, str]
    owners: Mapping[str, set[str]]
    held: dict[str, dict[str, Any]]
    keys: Mapping[str, bytes]

    @property
    def held_visits(self) -> dict[str, str]:
        """Return the households of the visits that are held."""
        return {key: row["household_id"] for key, row in self.held.items() if row["type"] == "visit"}


def holding(kind: RecordType) -> RecordType:
    """Return `kind`, but for records about a household that is somebody else's by now: the new owner gets those."""

    def read(jobs: Sequence[Job]) -> State:
        return _read(jobs, kind)

    def decide(job: Job, state: State) -> Decision:
        return _hold(job, state) or kind.decide(job, state.inner)

    def write(decisions: Sequence[Decision]) -> None:
        _store([decision for decision in decisions if decision.kind == HELD])
        kind.write([decision for decision in decisions if decision.kind != HELD])

    return replace(kind, read=read, decide=decide, write=write)


def _read(jobs: Sequence[Job], kind: RecordType) -> State:
    inner = kind.read(jobs)
    if kind.name == "event" and not any(job.data.get("visit") for job in jobs):
        return State(inner, {}, {}, {}, {})  # nothing in it leads to a household: the road of most records
    visits = {job.data["visit"] for job in jobs if job.data.get("visit")}
    held = queries.held([*(job.incoming.id for job in jobs), *visits])
    state = State(inner, {}, {}, held, {})
    about = {found for job in jobs if (found := _household_of(job, state))}
    state.homes = queries.homes(about)
    moved = {found for job in jobs if (found := _household_of(job, state)) and _is_elsewhere(job, found, state)}
    state.owners, state.keys = queries.owners(moved), keys_of(moved) if moved else {}
    return state


def _household_of(job: Job, state: State) -> str | None:
    return household_in(job.incoming.type, job.incoming.id, job.data, state.held_visits)


def _is_elsewhere(job: Job, household_id: str, state: State) -> bool:
    unit_id: str = job.data["unit"]
    return state.homes.get(household_id, unit_id) != unit_id


def _hold(job: Job, state: State) -> Decision | None:
    """Return the decision to hold `job`, None when it is for the record's own rules."""
    found = _household_of(job, state)
    if not found or not is_former(job.data["unit"], state.homes.get(found), state.owners.get(found, ())):
        return None
    known = state.held.get(job.incoming.id)
    if known and (known["hash"] == job.hash or known["state"] != OPEN):
        return Decision("same" if known["hash"] == job.hash else "gone", known["version"])
    if job.incoming.deleted or found not in state.keys:
        return Decision("gone", known["version"] if known else 0)
    row = _row(job, found, state, (known["version"] if known else 0) + 1)
    state.held[row["id"]] = row
    month = int(Month.of(to_local(job.declared_at).date()))
    outcome = "updated" if known else "created"
    return Decision(
        outcome, row["version"], action="record.held", unit_id=row["unit_id"], month=month, row=row, kind=HELD
    )


def _row(job: Job, household_id: str, state: State, version: int) -> dict[str, Any]:
    body = {"data": job.incoming.data, "base_version": job.incoming.base_version}
    return {
        "id": job.incoming.id,
        "version": version,
        "type": job.incoming.type,
        "household_id": household_id,
        "unit_id": state.homes[household_id],
        "sealed": seal(state.keys[household_id], household_id, body),
        "state": OPEN,
        "hash": job.hash,
        "author_id": job.actor.account_id,
        "declared_at": job.declared_at,
        "received_at": job.received_at,
        "decided_at": None,
        "decided_by": None,
    }


def _store(decisions: Sequence[Decision]) -> None:
    insert_many(HeldRecord, [decision.row for decision in decisions if decision.outcome == "created"])
    update_many(HeldRecord, [decision.row for decision in decisions if decision.outcome == "updated"])


def transfer(household_ids: Collection[str], unit: Unit, reason: str, actor: Actor) -> int:
    """Move households to the group `unit` with all that hangs on them, in one step; return how many were moved.

    Open needs, what residents told and cards go along; visits stay with the group that made them, because they
    counted there. Phones hear that a household is gone for the old group and that it is there for the new one.
    """
    before = {row.id: row for row in queries.living(household_ids) if row.unit_id != unit.id}
    moving = [Hanging("household", row.id, row.version, row.unit_id, ALWAYS) for row in before.values()]
    moving += queries.hanging_on(list(before))
    _move(list(before), unit.id)
    ledger.record_many([_moved(row.id, row.unit_id, unit.id, reason, actor) for row in before.values()])
    changes.note(
        [Changed(row.type, row.id, row.version, row.unit_id, row.month, deleted=True) for row in moving]
        + [Changed(row.type, row.id, row.version, unit.id, row.month) for row in moving]
    )
    return len(before)


def _moved(household_id: str, origin: str, unit_id: str, reason: str, actor: Actor) -> Line:
    detail = {"from": origin, "to": unit_id, "reason": reason}
    return Line("household.moved", "household", household_id, actor.account_id, unit_id, None, detail)


def _move(ids: Sequence[str], unit_id: str) -> None:
    now, session = clock.now(), db.session
    session.execute(update(Household).where(Household.id.in_(ids)).values(unit_id=unit_id))
    session.execute(
        update(HouseholdTerm)
        .where(HouseholdTerm.household_id.in_(ids), HouseholdTerm.until.is_(None))
        .values(until=now)
    )
    insert_many(HouseholdTerm, [{"household_id": key, "since": now, "unit_id": unit_id, "until": None} for key in ids])
    session.execute(update(Card).where(Card.household_id.in_(ids)).values(unit_id=unit_id))
    for model in (Need, Feedback):
        at_them = model.household_id.in_(ids)
        session.execute(update(model).where(at_them, model.state.in_(UNFINISHED)).values(unit_id=unit_id))


def take(record_ids: Collection[str], actor: Actor, types: Mapping[str, RecordType]) -> dict[str, Result]:
    """Take held records over as the new owner's own; return what became of each, by its id.

    They go the road of all records, with the time at which they were declared. One that is refused stays open, with
    what is wrong, so that it can be noted anew or declined.
    """
    rows = in_order(queries.opened(record_ids))
    jobs = [prepare(_as_own(row), types[row.type]) for row in rows]
    results = dict(zip([row.id for row in rows], apply([Push(actor, jobs)], types)[0] if jobs else [], strict=True))
    for row in rows:
        if results[row.id].is_kept:
            _decide(row, TAKEN, "record.taken", actor)
    return results


def _as_own(row: Held) -> Incoming:
    base = queries.version_of(row) if row.type == "household" else row.base_version
    data = {**row.data, "unit": row.unit_id}
    return Incoming(row.id, row.type, base, row.declared_at, data, seen_at=row.declared_at)


def decline(record_ids: Collection[str], actor: Actor) -> None:
    """Leave held records aside: they are kept for a while, and count nowhere."""
    for row in queries.opened(record_ids):
        _decide(row, DECLINED, "record.declined", actor)


def _decide(row: Held, state: str, action: str, actor: Actor) -> None:
    decided = {"state": state, "decided_at": clock.now(), "decided_by": actor.account_id}
    db.session.execute(update(HeldRecord).where(HeldRecord.id == row.id).values(decided))
    ledger.record(
        action, "held_record", row.id, actor_id=actor.account_id, unit_id=row.unit_id, detail={"type": row.type}
    )
    month = int(Month.of(to_local(row.declared_at).date()))
    changes.note([Changed(HELD, row.id, row.version, row.unit_id, month, deleted=True)])
