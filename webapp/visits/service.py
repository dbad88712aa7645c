"""Noting, changing and withdrawing visits and needs. The caller holds the transaction."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from webapp.access.rules import may
from webapp.accounts.queries import Actor
from webapp.cards.service import CARDED_HOUSEHOLD
from webapp.changes import service as changes
from webapp.changes.service import Changed
from webapp.core import clock
from webapp.core.crypto import seal
from webapp.core.db import Base
from webapp.core.errors import Problem
from webapp.core.period import ALWAYS, Month, first_open
from webapp.core.rows import insert_many, update_many
from webapp.events.queries import closed_months
from webapp.events.service import COUNTED, EVENT
from webapp.events.service import State as EventState
from webapp.forms.queries import services
from webapp.households.queries import rows_of
from webapp.intake.rules import FORBIDDEN, Decision, Incoming, Job, Push, RecordType, Result, refused, repeated
from webapp.intake.service import apply, prepare
from webapp.keys.service import keys_of
from webapp.receipts.queries import versions_by_hash
from webapp.visits import queries
from webapp.visits.models import Need, Visit
from webapp.visits.rules import SENTENCES, problems_with_need, problems_with_visit
from webapp.visits.schemas import NeedSchema, VisitSchema

Stored = Mapping[str, Any] | None
NEED_CONTENT = ("service", "opened", "household")  # what a counted need must keep; its steps go on


@dataclass
class State:
    """What deciding needs: the records stored, their households and keys, the closed months, today's date."""

    stored: dict[str, dict[str, Any]]
    households: Mapping[str, Mapping[str, Any]]
    keys: Mapping[str, bytes]
    closed: Mapping[str, set[int]]
    earlier: dict[str, dict[str, int]]  # record id -> hash -> version, for what is sent again
    services: Sequence[Mapping[str, Any]]
    today: date
    notes: dict[str, dict[str, Any]]

    def keep(self, row: dict[str, Any], job: Job) -> None:
        """Know of `row`, a record that is about to be stored."""
        self.stored[row["id"]] = row
        self.notes[row["id"]] = _sealed_part(job.data)
        self.earlier.setdefault(row["id"], {})[job.hash] = row["version"]

    def month_of(self, unit_id: str, day: date) -> tuple[Month, bool]:
        """Return the month that something of `day` counts in, and whether as 补报."""
        month = first_open(day, {Month.from_int(number) for number in self.closed[unit_id]})
        return month, not month.contains(day)


def _read(jobs: Sequence[Job], find: Callable[[Collection[str]], dict[str, dict[str, Any]]]) -> State:
    stored = find([job.incoming.id for job in jobs])
    units = {job.data["unit"] for job in jobs} | {_counts_at(row) for row in stored.values()}
    about = {job.data["household"] for job in jobs} | {row["household_id"] for row in stored.values()}
    earlier = versions_by_hash(stored.keys())
    keys = keys_of(about)
    notes = queries.notes_of(stored.values())
    return State(stored, rows_of(about), keys, closed_months(units), earlier, services(), clock.today(), notes)


def _counts_at(row: Mapping[str, Any]) -> str:
    """Return the unit whose report counts a stored record: that of a need may not have its household any more."""
    unit_id: str = row.get("counts_at") or row["unit_id"]
    return unit_id


def read_visits(jobs: Sequence[Job]) -> State:
    """Return the state for deciding `jobs`, all of them visits."""
    return _read(jobs, queries.visits)


def read_needs(jobs: Sequence[Job]) -> State:
    """Return the state for deciding `jobs`, all of them needs."""
    return _read(jobs, queries.needs)


def decide_visit(job: Job, state: State) -> Decision:
    """Return what is to become of a visit; the state then knows it."""
    stored = state.stored.get(job.incoming.id)
    answer = repeated(job, stored, state.earlier) or _outdated(job, stored, state, queries.visit_data)
    if answer:
        return answer
    problems = _problems_with_place(job, stored, state)
    if stored and stored["month"] in state.closed[stored["unit_id"]]:
        problems = [_counted("date", stored)]
    elif not problems and not job.incoming.deleted:
        problems = problems_with_visit(job.data, state.services, state.today)
    if problems:
        return refused(problems)
    return _decided("visit", job, stored, state, _visit_row(job, state))


def _visit_row(job: Job, state: State) -> dict[str, Any]:
    month, late = state.month_of(job.data["unit"], job.data["date"])
    shape = {name: job.data.get(name) for name in ("date", "outcome", *queries.VISIT_DAYS)}
    return {**shape, "topics": job.data["topics"], "month": int(month), "late": late}


def decide_need(job: Job, state: State) -> Decision:
    """Return what is to become of a need; the state then knows it. Phones hear of it however old it is."""
    stored = state.stored.get(job.incoming.id)
    answer = repeated(job, stored, state.earlier) or _outdated(job, stored, state, queries.need_data)
    if answer:
        return answer
    problems = _problems_with_place(job, stored, state)
    if stored and stored["month"] in state.closed[stored["counts_at"]] and not _keeps_content(job, stored):
        problems = [_counted("opened", stored)]
    elif not problems and not job.incoming.deleted:
        problems = problems_with_need(job.data, state.services, state.today, stored)
    if problems:
        return refused(problems)
    return replace(_decided("need", job, stored, state, _need_row(job, stored, state)), month=ALWAYS)


def _keeps_content(job: Job, stored: Mapping[str, Any]) -> bool:
    before = {**stored, "household": stored["household_id"]}
    return not job.incoming.deleted and all(job.data[name] == before[name] for name in NEED_CONTENT)


def _need_row(job: Job, stored: Stored, state: State) -> dict[str, Any]:
    shape = {name: job.data.get(name) for name in ("service", "state", "opened", *queries.NEED_DAYS)}
    counts_at = stored["counts_at"] if stored else job.data["unit"]
    month, late = state.month_of(counts_at, job.data["opened"])
    counted = {"month": int(month), "late": late}
    if stored and stored["opened"] == job.data["opened"]:
        counted = {"month": stored["month"], "late": stored["late"]}
    return {**shape, **counted, "counts_at": counts_at, "visit_id": job.data.get("visit")}


def _outdated(job: Job, stored: Stored, state: State, spell: Callable[..., dict[str, Any]]) -> Decision | None:
    if stored is None:
        return Decision("gone") if job.incoming.deleted else None
    if stored["deleted"]:
        return Decision("gone", stored["version"])
    if job.incoming.base_version < stored["version"]:
        current = {**spell(stored, state.notes.get(stored["id"])), "version": stored["version"]}
        return Decision("stale", stored["version"], current=current)
    return None


def _problems_with_place(job: Job, stored: Stored, state: State) -> list[Problem]:
    """Return why the record cannot be about its household: another's, erased and unknown ones look the same.

    What is stored at the unit stays its to mend, also when the household has gone to another.
    """
    household = state.households.get(job.data["household"])
    is_theirs = household and (household["unit_id"] == job.data["unit"] or stored)
    if household is None or not is_theirs or household["id"] not in state.keys:
        return [Problem("household", "household_unknown", SENTENCES["household_unknown"])]
    if stored and stored["household_id"] != household["id"]:
        return [Problem("household", "household_fixed", SENTENCES["household_fixed"])]
    return []


def _counted(field: str, stored: Mapping[str, Any]) -> Problem:
    return Problem(field, "counted", COUNTED, {"month": Month.from_int(stored["month"]).label})


def _decided(kind: str, job: Job, stored: Stored, state: State, shape: Mapping[str, Any]) -> Decision:
    household_id, content = job.data["household"], _sealed_part(job.data)
    row = {
        **shape,
        "id": job.incoming.id,
        "version": stored["version"] + 1 if stored else 1,
        "unit_id": job.data["unit"],
        "household_id": household_id,
        "deleted": job.incoming.deleted,
        "sealed": seal(state.keys[household_id], job.incoming.id, content) if content else None,
        "hash": job.hash,
        "author_id": stored["author_id"] if stored else job.author_id,  # who came, whoever mends it
        "declared_at": job.declared_at,
        "received_at": job.received_at,
    }
    state.keep(row, job)
    what = "withdrawn" if row["deleted"] else "changed" if stored else "noted"
    about = {"action": f"{kind}.{what}", "unit_id": row["unit_id"], "month": row["month"]}
    return Decision("updated" if stored else "created", row["version"], row=row, **about)


def _sealed_part(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a record is about somebody, and is kept sealed."""
    return {name: data[name] for name in ("note", "referred_to") if data.get(name)}


def _writer(model: type[Base]) -> Callable[[Sequence[Decision]], None]:
    """Return the function that stores what was decided, new records first."""

    def write(decisions: Sequence[Decision]) -> None:
        insert_many(model, [decision.row for decision in decisions if decision.outcome == "created"])
        update_many(model, [decision.row for decision in decisions if decision.outcome == "updated"])

    return write


_store_needs = _writer(Need)


def write_needs(decisions: Sequence[Decision]) -> None:
    """Store needs, and let the group that counts one hear of it where that is not the group that has it now."""
    _store_needs(decisions)
    away = [decision.row for decision in decisions if decision.row["counts_at"] != decision.row["unit_id"]]
    changes.note([Changed("need", r["id"], r["version"], r["counts_at"], ALWAYS, r["deleted"]) for r in away])


VISIT = RecordType("visit", VisitSchema(), "visit.write", read_visits, decide_visit, _writer(Visit))
NEED = RecordType("need", NeedSchema(), "need.write", read_needs, decide_need, write_needs)

# What is learned at a visit goes in by the visit: whoever may note the one may note the other.
AT_THE_DOOR: Mapping[str, RecordType] = {
    "visit": VISIT,
    "need": NEED,
    "event": replace(EVENT, action="visit.write"),
    "household": CARDED_HOUSEHOLD,
}


@dataclass
class AtVisits(EventState):
    """What deciding about events needs, and the visits at which those were learned that only a visit lets in."""

    visits: Mapping[str, Mapping[str, Any]]


def _read_at_visits(jobs: Sequence[Job]) -> AtVisits:
    named = {job.data["visit"] for job in jobs if job.data.get("visit") and not may(job.actor.role, EVENT.action)}
    return AtVisits(**vars(EVENT.read(jobs)), visits=queries.visits(named))


def _decide_at_visits(job: Job, state: AtVisits) -> Decision:
    visit = state.visits.get(job.data.get("visit") or "")
    if may(job.actor.role, EVENT.action) or (visit and visit["unit_id"] == job.data["unit"]):
        return EVENT.decide(job, state)
    return refused([Problem("unit", "forbidden", FORBIDDEN)])


# Events as phones send them: who goes round without noting entries otherwise notes those of the visits.
SENT_EVENT = replace(EVENT, visit_action="visit.write", read=_read_at_visits, decide=_decide_at_visits)


class Unkept(Exception):
    """Of records that belong together some were not taken; so that none is, the transaction is to be given up."""

    def __init__(self, results: Sequence[Result]) -> None:
        """Take what became of each record."""
        super().__init__(", ".join(result.outcome for result in results))
        self.results = results


def keep_together(records: Sequence[Incoming], actor: Actor) -> list[Result]:
    """Take a visit with all that came of it. Raises Unkept unless all of it is taken."""
    jobs = [prepare(record, AT_THE_DOOR[record.type]) for record in records]
    [results] = apply([Push(actor, jobs)], AT_THE_DOOR)
    gone = {job.incoming.id for job in jobs if job.incoming.deleted}  # to withdraw what is withdrawn changes nothing
    if not all(result.is_kept or (result.outcome == "gone" and result.id in gone) for result in results):
        raise Unkept(results)
    return results
