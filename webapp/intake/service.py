"""The road itself. The caller holds the transaction; `prepare` may be called before it, and should."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from webapp.access.rules import covers, may
from webapp.accounts.queries import Actor
from webapp.changes import service as changes
from webapp.changes.service import Changed
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import Problem
from webapp.core.fields import load
from webapp.core.period import ALWAYS
from webapp.core.rows import insert_many
from webapp.intake.rules import (
    FORBIDDEN,
    INTERNAL,
    Decision,
    Incoming,
    Job,
    Push,
    RecordType,
    Result,
    declared,
    record_hash,
    refused,
    waves,
)  # fmt: skip
from webapp.intake.schemas import parse, problems_with_kind, unsealed
from webapp.keys.service import open_record
from webapp.ledger import service as ledger
from webapp.ledger.rules import Line
from webapp.orgs.models import Unit
from webapp.receipts import queries as receipts
from webapp.receipts.models import Receipt
from webapp.receipts.rules import Slip
from webapp.receipts.service import make_slip

Types = Mapping[str, RecordType]
Outcome = tuple[Job, Decision]

log = logging.getLogger(__name__)


def receive(raw: Any, types: Types) -> Job:
    """Return the job for the record that `raw` (JSON) spells. Raises BadRequest when it is not of the agreed shape.

    A record that was sealed is opened here, outside of any transaction; one that cannot be opened is a job with that
    problem, and holds up no other.
    """
    clear, problems = unsealed(raw, open_record)
    incoming = parse(clear)
    known = types.get(incoming.type)
    job = prepare(incoming, known, problems or problems_with_kind(clear, known))
    job.is_sealed = "sealed" in raw
    return job


def prepare(
    incoming: Incoming, record_type: RecordType | None, problems: Sequence[Problem] = (), author: str = ""
) -> Job:
    """Return the job for `incoming`: shape checked, hash made, receipt signed. Asks no database.

    Signing happens before the outcome is known, because here nobody waits for it; an unused receipt is dropped.
    """
    received_at = clock.now().replace(microsecond=0)
    data: dict[str, Any] = {}
    if record_type and not problems:
        data, problems = load(record_type.schema, incoming.data)
    hashed = record_hash(incoming)
    slip = make_slip(hashed, declared(incoming, received_at), received_at)
    return Job(incoming, data, hashed, received_at, slip, problems, author)


def apply_one(incoming: Incoming, actor: Actor, record_type: RecordType) -> Result:
    """Return what became of a single record, for the HTML forms."""
    push = Push(actor, [prepare(incoming, record_type)])
    return apply([push], {record_type.name: record_type})[0][0]


def apply(pushes: Sequence[Push], types: Types) -> list[list[Result]]:
    """Return what became of the jobs of several pushes, in their order.

    All are tried at once in one savepoint. Should anything fail that no rule foresaw, each is tried alone, so that
    one bad record holds up nobody; the bad one is answered `refused` and stays on its phone.
    """
    for push in pushes:
        for job in push.jobs:
            job.actor = push.actor
    try:
        with db.session.begin_nested():
            outcomes = _run(pushes, types)
    except Exception:  # no rule foresaw it, so nobody knows its class
        log.exception("a batch failed; its records are tried one by one")
        outcomes = [outcome for push in pushes for job in push.jobs for outcome in _run_alone(job, types)]
    return _answers(pushes, outcomes)


def _run_alone(job: Job, types: Types) -> list[Outcome]:
    try:
        with db.session.begin_nested():
            return _run([Push(job.actor, [job])], types)
    except Exception:  # whatever it is, the other records must not pay for it
        log.exception("a %s failed", job.incoming.type)
        return [(job, refused([Problem("", "internal", INTERNAL)]))]


def _run(pushes: Sequence[Push], types: Types) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for wave in waves(pushes):
        for name, jobs in wave.items():
            outcomes += _decide(jobs, types.get(name))
    _remember([(job, decision) for job, decision in outcomes if decision.is_stored])
    return outcomes


def _decide(jobs: Sequence[Job], record_type: RecordType | None) -> list[Outcome]:
    """Return the decision for each of `jobs`, all of `record_type`, with what is to be stored stored."""
    outcomes: list[Outcome] = [(job, refused(job.problems)) for job in jobs if job.problems]
    sound = [job for job in jobs if not job.problems]
    if not sound or record_type is None:
        return outcomes
    reachable, foreign = _split_by_reach(sound, record_type)
    outcomes += [(job, refused([Problem("unit", "forbidden", FORBIDDEN)])) for job in foreign]
    state = record_type.read(reachable)
    decided = [(job, record_type.decide(job, state)) for job in reachable]
    record_type.write([decision for _, decision in decided if decision.is_stored])
    return outcomes + decided


def _split_by_reach(jobs: Sequence[Job], record_type: RecordType) -> tuple[list[Job], list[Job]]:
    """Return the jobs whose actor may send them for their unit, and the others; only foreign units are looked up."""
    foreign = {job.data["unit"] for job in jobs if job.data["unit"] != job.actor.unit_id}
    paths: dict[str, str] = {}
    if foreign:
        rows = db.session.execute(select(Unit.id, Unit.path).where(Unit.id.in_(foreign)))
        paths = {unit_id: path for unit_id, path in rows}
    inside: list[Job] = []
    outside: list[Job] = []
    for job in jobs:
        unit = job.data["unit"]
        own = unit == job.actor.unit_id or covers(job.actor.unit_path, paths.get(unit, ""))
        (inside if own and may(job.actor.role, record_type.action_for(job)) else outside).append(job)
    return inside, outside


def _remember(stored: Sequence[Outcome]) -> None:
    """Write the ledger lines, changes and receipts of what was stored."""
    ledger.record_many([_line(job, decision) for job, decision in stored])
    changes.note([_change(job, decision) for job, decision in stored])
    insert_many(Receipt, [_receipt(job, decision) for job, decision in stored])


def _line(job: Job, decision: Decision) -> Line:
    detail = {"version": decision.version, "hash": job.hash}
    who, what = job.actor.account_id, job.incoming
    month = None if decision.month == ALWAYS else decision.month
    return Line(decision.action, what.type, what.id, who, decision.unit_id, month, detail)


def _change(job: Job, decision: Decision) -> Changed:
    what = job.incoming
    is_gone = what.deleted and not decision.kind  # what is kept under another type is not what was withdrawn
    return Changed(decision.kind or what.type, what.id, decision.version, decision.unit_id, decision.month, is_gone)


def _receipt(job: Job, decision: Decision) -> dict[str, Any]:
    what = job.incoming
    about = {"record_type": decision.kind or what.type, "record_id": what.id, "version": decision.version}
    return {**about, "unit_id": decision.unit_id, "month": decision.month, **job.slip._asdict()}


def _answers(pushes: Sequence[Push], outcomes: Iterable[Outcome]) -> list[list[Result]]:
    decisions = {id(job): decision for job, decision in outcomes}
    fresh = {(job.incoming.id, d.version, job.hash): job.slip for job, d in outcomes if d.is_stored}
    repeated = {job.incoming.id for job, d in outcomes if d.outcome == "same"}
    slips = {**receipts.slips_of(repeated), **fresh}
    return [[_answer(job, decisions[id(job)], slips) for job in push.jobs] for push in pushes]


def _answer(job: Job, decision: Decision, slips: Mapping[tuple[str, int, str], Slip]) -> Result:
    kept = decision.outcome in ("created", "updated", "same")
    slip = slips.get((job.incoming.id, decision.version, job.hash)) if kept else None
    return Result(job.incoming.id, decision.outcome, decision.version, slip, decision.problems, decision.current)
