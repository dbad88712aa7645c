"""Taking what residents tell, and closing it. The caller holds the transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from webapp.changes import service as changes
from webapp.changes.service import Changed
from webapp.core import clock
from webapp.core.crypto import seal, unseal
from webapp.core.errors import Problem
from webapp.core.ids import new_id
from webapp.core.period import ALWAYS
from webapp.core.rows import insert_many, update_many
from webapp.feedback import queries
from webapp.feedback.models import Feedback
from webapp.feedback.rules import OPEN
from webapp.feedback.schemas import FeedbackSchema
from webapp.intake.rules import FORBIDDEN, Decision, Job, RecordType, refused, repeated
from webapp.keys.service import keys_of, make_keys
from webapp.ledger.service import record
from webapp.receipts.queries import versions_by_hash


def tell(unit_id: str, household_id: str | None, data: Mapping[str, Any]) -> str:
    """Keep what a resident tells (`TellSchema`) for the unit that looks after the door; return its id.

    Nothing in the register changes by it.
    """
    feedback_id, now = new_id(), clock.now()
    content = {name: data[name] for name in ("text", "phone") if data.get(name)}
    key = make_keys([feedback_id])[feedback_id]
    insert_many(Feedback, [{
        "id": feedback_id, "version": 1, "unit_id": unit_id, "household_id": household_id, "kind": data["kind"],
        "state": OPEN, "sealed": seal(key, feedback_id, content), "created_at": now,
        "closed_at": None, "closed_by": None,
    }])  # fmt: skip
    record("feedback.received", "feedback", feedback_id, actor_id=None, unit_id=unit_id, detail={"kind": data["kind"]})
    changes.note([Changed("feedback", feedback_id, 1, unit_id, ALWAYS)])
    return feedback_id


@dataclass
class State:
    """What deciding needs: the messages as stored, what was sent about them before, their keys."""

    stored: dict[str, dict[str, Any]]
    earlier: dict[str, dict[str, int]]  # record id -> hash -> version, for what is sent again
    keys: dict[str, bytes]


def read(jobs: Sequence[Job]) -> State:
    """Return the state for deciding `jobs`."""
    stored = queries.rows_of([job.incoming.id for job in jobs])
    earlier = versions_by_hash(stored.keys())
    return State(stored, earlier, keys_of(stored) if stored else {})


def decide(job: Job, state: State) -> Decision:
    """Return what is to become of `job`. Phones close what was told; they begin nothing and take nothing away."""
    stored = state.stored.get(job.incoming.id)
    if stored is None or job.incoming.deleted or job.incoming.id not in state.keys:
        return Decision("gone", stored["version"] if stored else 0)
    if job.actor.role == "county" and stored["unit_id"] != job.actor.unit_id:
        return refused([Problem("unit", "forbidden", FORBIDDEN)])
    if answer := repeated(job, stored, state.earlier):
        return answer
    if job.incoming.base_version < stored["version"]:
        current = {**queries.as_data(queries.opened([stored])[0]), "version": stored["version"]}
        return Decision("stale", stored["version"], current=current)
    row = _row(job, stored, state.keys[job.incoming.id])
    state.stored[row["id"]] = row
    state.earlier.setdefault(row["id"], {})[job.hash] = row["version"]
    return Decision("updated", row["version"], action="feedback.closed", unit_id=row["unit_id"], month=ALWAYS, row=row)


def _row(job: Job, stored: Mapping[str, Any], key: bytes) -> dict[str, Any]:
    content = unseal(key, stored["id"], stored["sealed"])
    content.pop("answer", None)
    content |= {"answer": job.data["answer"]} if job.data.get("answer") else {}
    return {
        **stored,
        "version": stored["version"] + 1,
        "state": job.data["state"],
        "sealed": seal(key, stored["id"], content),
        "closed_at": job.received_at,
        "closed_by": job.actor.account_id,
    }


def write(decisions: Sequence[Decision]) -> None:
    """Store what was decided."""
    update_many(Feedback, [decision.row for decision in decisions])


FEEDBACK = RecordType("feedback", FeedbackSchema(), "feedback.work", read, decide, write)
