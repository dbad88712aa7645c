"""Noting, correcting and withdrawing events. The caller holds the transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete

from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import N_, Problem
from webapp.core.period import Month, first_open
from webapp.core.rows import insert_many, update_many
from webapp.events import queries
from webapp.events.models import ClosedMonth, Event
from webapp.events.rules import problems_with_event
from webapp.events.schemas import EventSchema
from webapp.forms.queries import services
from webapp.intake.rules import Decision, Job, RecordType, refused, repeated
from webapp.receipts.queries import versions_by_hash

NOT_A_GROUP = N_("住户登记在小组里，请选一个小组。")
COUNTED = N_("这一条已计入已上报的%(month)s月报。要更正，请在月报里更正并写明原因，或请社区退回月报。")


@dataclass
class State:
    """What deciding about events needs: those stored, the closed months of the units, today's date."""

    stored: dict[str, dict[str, Any]]
    closed: dict[str, set[int]]
    earlier: dict[str, dict[str, int]]  # record id -> hash -> version, for what is sent again
    services: Sequence[Mapping[str, Any]]
    today: date


def read(jobs: Sequence[Job]) -> State:
    """Return the state for deciding `jobs`."""
    stored = queries.events([job.incoming.id for job in jobs])
    units = {job.data["unit"] for job in jobs} | {row["unit_id"] for row in stored.values()}
    earlier = versions_by_hash(stored.keys())
    return State(stored, queries.closed_months(units), earlier, services(), clock.today())


def decide(job: Job, state: State) -> Decision:
    """Return what is to become of `job`; the state then knows it."""
    stored = state.stored.get(job.incoming.id)
    answer = repeated(job, stored, state.earlier) or _outdated(job, stored)
    if answer:
        return answer
    problems = _problems(job, stored, state)
    if problems:
        return refused(problems)
    row = _row(job, stored, state)
    state.stored[row["id"]] = row
    state.earlier.setdefault(row["id"], {})[job.hash] = row["version"]
    outcome = "updated" if stored else "created"
    return Decision(outcome, row["version"], action=_action(row), unit_id=row["unit_id"], month=row["month"], row=row)


def _outdated(job: Job, stored: Mapping[str, Any] | None) -> Decision | None:
    if stored is None:
        return Decision("gone") if job.incoming.deleted else None
    if stored["deleted"]:
        return Decision("gone", stored["version"])
    if job.incoming.base_version < stored["version"]:
        current = {**queries.as_data(stored), "version": stored["version"]}
        return Decision("stale", stored["version"], current=current)
    return None


def _problems(job: Job, stored: Mapping[str, Any] | None, state: State) -> list[Problem]:
    closed = state.closed[job.data["unit"]]
    if job.data["unit"] == job.actor.unit_id and job.actor.unit_level != "group":
        return [Problem("unit", "not_a_group", NOT_A_GROUP)]  # above groups nothing is counted
    if stored and stored["month"] in closed:
        return [Problem("date", "counted", COUNTED, {"month": Month.from_int(stored["month"]).label})]
    if job.incoming.deleted:
        return []
    return problems_with_event(job.data, state.services, state.today)


def _row(job: Job, stored: Mapping[str, Any] | None, state: State) -> dict[str, Any]:
    data = job.data
    closed = {Month.from_int(month) for month in state.closed[data["unit"]]}
    month = first_open(data["date"], closed)
    shape = {name: data.get(name) for name in ("date", "kind", "persons", "households", *queries.OPTIONAL)}
    return {
        **shape,
        "visit_id": data.get("visit"),
        "id": job.incoming.id,
        "version": stored["version"] + 1 if stored else 1,
        "unit_id": data["unit"],
        "month": int(month),
        "late": month != Month.of(data["date"]),
        "deleted": job.incoming.deleted,
        "hash": job.hash,
        "author_id": job.author_id,
        "declared_at": job.declared_at,
        "received_at": job.received_at,
    }


def _action(row: Mapping[str, Any]) -> str:
    if row["deleted"]:
        return "event.withdrawn"
    return "event.noted" if row["version"] == 1 else "event.changed"


def write(decisions: Sequence[Decision]) -> None:
    """Store what was decided, new events first."""
    insert_many(Event, [decision.row for decision in decisions if decision.outcome == "created"])
    update_many(Event, [decision.row for decision in decisions if decision.outcome == "updated"])


EVENT = RecordType("event", EventSchema(), "event.write", read, decide, write)


def close_months(months: Collection[tuple[str, int]]) -> None:
    """Let units' months (`(unit id, month)`, open so far) take no more events: their report is in."""
    insert_many(ClosedMonth, [{"unit_id": unit_id, "month": month} for unit_id, month in months])


def reopen_month(unit_id: str, month: int) -> None:
    """Let a month take events again: its report was returned."""
    db.session.execute(delete(ClosedMonth).where(ClosedMonth.unit_id == unit_id, ClosedMonth.month == month))
