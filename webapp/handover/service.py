"""Moving households, and holding what their former owner still sends. The caller holds the transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import update

from webapp.accounts.queries import Actor
from webapp.cards.models import Card
from webapp.changes import service as changes
from webapp.changes.service import Changed
from webapp.core import clock
from webapp.core.crypto import seal
from webapp.core.db import db
from webapp.core.errors import Problem
from webapp.core.ids import new_id
from webapp.core.period import ALWAYS
from webapp.core.rows import insert_many, update_many
from webapp.feedback.models import Feedback
from webapp.handover import queries
from webapp.handover.models import HeldRecord
from webapp.handover.rules import (
    DECLINED,
    OPEN,
    TAKEN,
    UNFINISHED,
    Hanging,
    Held,
    Sent,
    household_in,
    in_order,
    is_former,
    is_there,
)
from webapp.households.models import Household, HouseholdTerm
from webapp.intake.rules import FORBIDDEN, INTERNAL, Decision, Incoming, Job, Push, RecordType, Result, refused
from webapp.intake.service import apply, prepare
from webapp.keys.service import keys_of, make_keys
from webapp.ledger import service as ledger
from webapp.ledger.rules import Line
from webapp.orgs.models import Unit
from webapp.receipts.queries import versions_by_hash
from webapp.receipts.rules import HELD
from webapp.visits.models import Need

AT_DOORS = frozenset({"household", "visit", "need", "event"})  # what goes to a household's new owner


@dataclass
class State:
    """What deciding needs: the state of the record's own rules, whose each household is and was, what is held.

    Of ended phones also what they have sent, and what arrived before: `earlier` is record id -> hash -> version.
    """

    inner: Any
    homes: Mapping[str, str] = field(default_factory=dict)
    owners: Mapping[str, set[str]] = field(default_factory=dict)
    held: dict[str, dict[str, Any]] = field(default_factory=dict)
    keys: Mapping[str, bytes] = field(default_factory=dict)
    held_visits: dict[str, str | None] = field(default_factory=dict)  # the households of the visits that are held
    sent: dict[str, Sent] = field(default_factory=dict)
    earlier: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def keep(self, row: dict[str, Any]) -> None:
        """Know of `row`, a record that is held."""
        self.held[row["id"]] = row
        if row["type"] == "visit":
            self.held_visits[row["id"]] = row["household_id"]


def holding(kind: RecordType) -> RecordType:
    """Return `kind`, but for what somebody else is to look at first.

    That is what is said about a household which is somebody else's by now, and all that comes from ended phones.
    """

    def read(jobs: Sequence[Job]) -> State:
        return _read(jobs, kind)

    def decide(job: Job, state: State) -> Decision:
        if job.actor.is_ended:
            return _hold_ended(job, state)
        return _hold(job, state) or kind.decide(job, state.inner)

    def write(decisions: Sequence[Decision]) -> None:
        _store([decision for decision in decisions if decision.kind == HELD])
        kind.write([decision for decision in decisions if decision.kind != HELD])

    return replace(kind, read=read, decide=decide, write=write)


def _read(jobs: Sequence[Job], kind: RecordType) -> State:
    state, ended = State(kind.read(jobs)), [job for job in jobs if job.actor.is_ended]
    leads = kind.name in AT_DOORS and (kind.name != "event" or any(job.data.get("visit") for job in jobs))
    if not (leads or ended):
        return state  # nothing in it leads to a household: the road of most records
    visits = {job.data["visit"] for job in jobs if job.data.get("visit")}
    for row in queries.held([*(job.incoming.id for job in jobs), *visits]).values():
        state.keep(row)
    about = {found for job in jobs if (found := _household_of(job, state))}
    state.homes = queries.homes(about)
    mine = {found for job in ended if (found := _household_of(job, state))}
    moved = {found for job in jobs if (found := _household_of(job, state)) and _is_elsewhere(job, found, state)}
    state.owners, state.keys = queries.owners(moved), keys_of(moved | mine) if moved | mine else {}
    if ended:
        state.sent = queries.sent_by({job.actor.device_id for job in ended})
        state.earlier = versions_by_hash([job.incoming.id for job in ended])
    return state


def _household_of(job: Job, state: State) -> str | None:
    return household_in(job.incoming.type, job.incoming.id, job.data, state.held_visits)


def _is_elsewhere(job: Job, household_id: str, state: State) -> bool:
    unit_id: str = job.data["unit"]
    return state.homes.get(household_id, unit_id) != unit_id


def _hold(job: Job, state: State) -> Decision | None:
    """Return the decision to hold `job`, None when it is for the record's own rules.

    Those judge what is stored for the former owner: it counts there, and is theirs to mend and to take back.
    """
    found = _household_of(job, state) if job.incoming.type in AT_DOORS else None
    if not found or not is_former(job.data["unit"], state.homes.get(found), state.owners.get(found, ())):
        return None
    stored = state.inner.stored.get(job.incoming.id)
    if stored and stored["unit_id"] == job.data["unit"]:
        return None
    known = state.held.get(job.incoming.id)
    if known and (known["hash"] == job.hash or known["state"] != OPEN):
        return Decision("same" if known["hash"] == job.hash else "gone", known["version"])
    ends = job.incoming.deleted and not is_there(stored)
    if found not in state.keys or (ends and not known):
        return Decision("gone", known["version"] if known else 0)
    return _kept(job, _row(job, found, state, ends=ends), state)


def _hold_ended(job: Job, state: State) -> Decision:
    """Return the decision about what comes from an ended phone: none of it is written before somebody has looked.

    Also what takes back something unknown is kept, decided already: the phone has to be rid of it.
    """
    found = _household_of(job, state)
    home = state.homes.get(found or "", job.data["unit"])
    if home != job.data["unit"] and not is_former(job.data["unit"], home, state.owners.get(found or "", ())):
        return refused([Problem("unit", "forbidden", FORBIDDEN)])
    known, before = state.held.get(job.incoming.id), state.earlier.get(job.incoming.id, {}).get(job.hash, 0)
    if known["hash"] == job.hash if known else before > job.incoming.base_version:
        return Decision("same", known["version"] if known else before)
    if found in state.homes and found not in state.keys:
        return Decision("gone")  # erased
    row = _row(job, found, state, ends=job.incoming.deleted and not _is_stored(job, state))
    more = state.sent.get(job.actor.device_id, Sent()).and_one(len(str(row["body"])))
    if not job.is_sealed or more is None:
        return refused([Problem("", "held_full", INTERNAL)])  # the phone is not told why
    state.sent[job.actor.device_id] = more
    return _kept(job, {**row, "device_id": job.actor.device_id}, state)


def _is_stored(job: Job, state: State) -> bool:
    return is_there(getattr(state.inner, "stored", {}).get(job.incoming.id))


def _kept(job: Job, row: dict[str, Any], state: State) -> Decision:
    state.keep(row)
    about = {"unit_id": row["unit_id"], "month": queries.month_of(job.declared_at)}
    outcome = "updated" if row["version"] > 1 else "created"
    return Decision(outcome, row["version"], action="record.held", row=row, kind=HELD, **about)


def _row(job: Job, household_id: str | None, state: State, *, ends: bool) -> dict[str, Any]:
    """Return what is kept of `job`, its body still open: `_store` has the keys."""
    what, known = job.incoming, state.held.get(job.incoming.id)
    subject = known["subject_id"] if known else household_id if household_id in state.keys else new_id()
    return {
        "id": what.id,
        "version": known["version"] + 1 if known else 1,
        "type": what.type,
        "household_id": household_id,
        "subject_id": subject,
        "device_id": None,
        "unit_id": state.homes.get(household_id or "", job.data["unit"]),
        "body": {"data": what.data, "base_version": what.base_version, "deleted": what.deleted},
        "state": DECLINED if ends else OPEN,
        "hash": job.hash,
        "author_id": job.actor.account_id,
        "declared_at": job.declared_at,
        "received_at": job.received_at,
        "decided_at": job.received_at if ends else None,
        "decided_by": job.actor.account_id if ends else None,
    }


def _store(decisions: Sequence[Decision]) -> None:
    """Store what is held, each record sealed with its household's key, or with one that is made for it."""
    if not decisions:
        return
    subjects = {decision.row["subject_id"] for decision in decisions}
    keys = keys_of(subjects)
    keys |= make_keys(subjects - keys.keys())
    insert_many(HeldRecord, [_sealed(d.row, keys) for d in decisions if d.outcome == "created"])
    update_many(HeldRecord, [_sealed(d.row, keys) for d in decisions if d.outcome == "updated"])


def _sealed(row: Mapping[str, Any], keys: Mapping[str, bytes]) -> dict[str, Any]:
    subject = row["subject_id"]
    return {**row, "sealed": seal(keys[subject], subject, row["body"])}


def transfer(household_ids: Collection[str], unit: Unit, reason: str, actor: Actor) -> int:
    """Move households to the group `unit` with all that hangs on them, in one step; return how many were moved.

    Needs, what residents told, cards and what waits to be looked at go along; visits stay with the group that made
    them, because they counted there, and needs go on counting there. Phones hear that a household is gone for the old
    group and that it is there for the new one.
    """
    before = {row.id: row for row in queries.living(household_ids) if row.unit_id != unit.id}
    moving = [Hanging("household", row.id, row.version, row.unit_id, ALWAYS) for row in before.values()]
    moving += queries.hanging_on(list(before))
    _move(list(before), unit.id)
    ledger.record_many([_moved(row.id, row.unit_id, unit.id, reason, actor) for row in before.values()])
    changes.note(
        [Changed(row.type, row.id, row.version, row.unit_id, row.month, row.type != "need") for row in moving]
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
    session.execute(update(Need).where(Need.household_id.in_(ids)).values(unit_id=unit_id))
    for model, states in ((Feedback, UNFINISHED), (HeldRecord, (OPEN,))):
        at_them = model.household_id.in_(ids)
        session.execute(update(model).where(at_them, model.state.in_(states)).values(unit_id=unit_id))


def take(rows: Sequence[Held], actor: Actor, types: Mapping[str, RecordType]) -> dict[str, Result]:
    """Take the held `rows` over for the household's owner; return what became of each, by its id.

    They go the road of all records, with the time at which they were declared, and stay the work of who sent them.
    One that is refused stays open, with what is wrong, so that it can be noted anew or declined.
    """
    rows = in_order(rows)
    homes = queries.homes({row.household_id for row in rows if row.household_id})
    # From a former owner it goes on top of what is there; from an ended phone only where nothing newer is.
    known = queries.versions({row.id for row in rows if not row.is_from_ended})
    jobs = [
        prepare(
            _as_own(row, homes.get(row.household_id or "", row.unit_id), known.get(row.id)),
            types[row.type],
            author=row.author_id,
        )
        for row in rows
    ]
    results = dict(zip([row.id for row in rows], apply([Push(actor, jobs)], types)[0] if jobs else [], strict=True))
    for row in rows:
        if results[row.id].is_kept:
            _decide(row, TAKEN, "record.taken", actor)
    return results


def _as_own(row: Held, unit_id: str, version: int | None) -> Incoming:
    """Return `row` as a record of the unit that has its household, on top of the `version` that is stored, if any."""
    base, data = row.base_version if version is None else version, {**row.data, "unit": unit_id}
    return Incoming(row.id, row.type, base, row.declared_at, data, row.deleted, seen_at=row.declared_at)


def decline(rows: Sequence[Held], actor: Actor) -> None:
    """Leave the held `rows` aside: they are kept for a while, and count nowhere."""
    for row in rows:
        _decide(row, DECLINED, "record.declined", actor)


def _decide(row: Held, state: str, action: str, actor: Actor) -> None:
    decided = {"state": state, "decided_at": clock.now(), "decided_by": actor.account_id}
    db.session.execute(update(HeldRecord).where(HeldRecord.id == row.id).values(decided))
    ledger.record(
        action, "held_record", row.id, actor_id=actor.account_id, unit_id=row.unit_id, detail={"type": row.type}
    )
    month = queries.month_of(row.declared_at)
    changes.note([Changed(HELD, row.id, row.version, row.unit_id, month, deleted=True)])
