"""Keeping the register: adding, changing, revealing, erasing. The caller holds the transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, update

from webapp.accounts.queries import Actor
from webapp.changes import service as changes
from webapp.changes.service import Changed
from webapp.consents import service as consents
from webapp.consents.queries import purposes
from webapp.consents.rules import new_answers
from webapp.consents.service import Answered
from webapp.core import clock
from webapp.core.crypto import seal, to_text
from webapp.core.db import db, table
from webapp.core.errors import N_, NotFound, Problem
from webapp.core.period import ALWAYS
from webapp.core.rows import insert_many, update_many
from webapp.forms.queries import services
from webapp.households import queries
from webapp.households.models import Household, HouseholdTerm, HouseholdWord
from webapp.households.rules import WALKERS, Known, content_of, found_by, problems_with_household
from webapp.households.schemas import HouseholdSchema, covered
from webapp.intake.rules import Decision, Job, RecordType, refused, repeated
from webapp.keys.service import destroy, keys_of, make_keys
from webapp.ledger import service as ledger
from webapp.orgs.queries import units
from webapp.receipts.queries import versions_by_hash

TABLE, WORDS = table(Household), table(HouseholdWord)
CHUNK = 400  # rows of words deleted at a time

NOT_A_GROUP = N_("住户登记在小组里，请选一个小组。")
NOT_BY_PHONE = N_("登记不能在手机上删除。搬走了请填搬走日期；登记错了请社区干事删除。")


@dataclass
class State:
    """What deciding about households needs: those stored (sealed and opened), the groups, what to judge by."""

    stored: dict[str, dict[str, Any]]
    opened: dict[str, dict[str, Any]]
    groups: frozenset[str]
    earlier: dict[str, dict[str, int]]  # record id -> hash -> version, for what is sent again
    known: Known


def read(jobs: Sequence[Job]) -> State:
    """Return the state for deciding `jobs`."""
    stored = queries.rows_of([job.incoming.id for job in jobs])
    groups = {key for key, unit in units({job.data["unit"] for job in jobs}).items() if unit.level == "group"}
    earlier = versions_by_hash(stored.keys())
    return State(stored, queries.open_all(stored.values()), frozenset(groups), earlier, known_now())


def known_now() -> Known:
    """Return what an entry is judged by today."""
    return Known(frozenset(service["code"] for service in services()), purposes(), clock.today())


def decide(job: Job, state: State) -> Decision:
    """Return what is to become of `job`; the state then knows it."""
    stored = state.stored.get(job.incoming.id)
    answer = repeated(job, stored, state.earlier) or _outdated(job, stored, state)
    if answer:
        return answer
    before = state.opened.get(job.incoming.id, {})
    problems = _problems(job, before, state)
    if problems:
        return refused(problems)
    row = _row(job, stored, before)
    state.stored[row["id"]] = row
    state.opened[row["id"]] = {**row["content"], **{name: row[name] for name in queries.KEPT}}
    state.earlier.setdefault(row["id"], {})[job.hash] = row["version"]
    outcome = "updated" if stored else "created"
    return Decision(outcome, row["version"], action=_action(row, before), unit_id=row["unit_id"], month=ALWAYS, row=row)


def _outdated(job: Job, stored: Mapping[str, Any] | None, state: State) -> Decision | None:
    if stored is None:
        return Decision("gone") if job.incoming.deleted else None
    before = state.opened.get(stored["id"])
    if before is None:
        return Decision("gone", stored["version"])
    if job.incoming.base_version < stored["version"]:
        current = queries.as_data(before)
        if job.actor.role not in WALKERS:
            current = covered(current)  # seen whole only for a reason, which the ledger keeps
        return Decision("stale", stored["version"], current={**current, "version": stored["version"]})
    return None


def _problems(job: Job, before: Mapping[str, Any], state: State) -> list[Problem]:
    if job.incoming.deleted:
        return [Problem("", "not_by_phone", NOT_BY_PHONE)]
    if job.data["unit"] not in state.groups:
        return [Problem("unit", "not_a_group", NOT_A_GROUP)]
    return problems_with_household(job.data, before, state.known)


def _row(job: Job, stored: Mapping[str, Any] | None, before: Mapping[str, Any]) -> dict[str, Any]:
    data = job.data
    return {
        "id": job.incoming.id,
        "version": stored["version"] + 1 if stored else 1,
        "unit_id": data["unit"],
        "kind": data["kind"],
        "sealed": None,  # by `write`, which has the keys
        "content": content_of(data, before),
        "before": before,
        "left_on": data.get("left_on"),
        "erased_at": None,
        "hash": job.hash,
        "author_id": job.author_id,
        "declared_at": job.declared_at,
        "received_at": job.received_at,
    }


def _action(row: Mapping[str, Any], before: Mapping[str, Any]) -> str:
    if row["left_on"] and not before.get("left_on"):
        return "household.left"
    return "household.changed" if before else "household.added"


def write(decisions: Sequence[Decision]) -> None:
    """Store what was decided: rows, terms, words, answers. Of several versions of one household the last is kept."""
    created = {decision.row["id"]: decision.row for decision in decisions if decision.outcome == "created"}
    newest = {decision.row["id"]: decision.row for decision in decisions}
    known = [record_id for record_id in newest if record_id not in created]
    keys = make_keys(created) | (keys_of(known) if known else {})
    sealed = {key: {**row, "sealed": seal(keys[key], key, row["content"])} for key, row in newest.items()}
    insert_many(Household, [sealed[key] for key in created])
    insert_many(HouseholdTerm, [_term(row) for row in created.values()])
    update_many(Household, [sealed[key] for key in known])
    _index([row for row in newest.values()], known)
    consents.keep([one for decision in decisions for one in _answered(decision.row, keys)])


def _term(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"household_id": row["id"], "since": row["declared_at"], "unit_id": row["unit_id"], "until": None}


def _answered(row: Mapping[str, Any], keys: Mapping[str, bytes]) -> list[Answered]:
    fresh = new_answers(row["before"].get("consents", {}), row["content"].get("consents", {}))
    about = (keys[row["id"]], row["author_id"], row["received_at"])
    return [Answered(row["id"], row["unit_id"], purpose, answer, *about) for purpose, answer in fresh]


def _index(rows: Sequence[Mapping[str, Any]], known: Sequence[str]) -> None:
    """Let households be found by what they say now, and no longer by what they said before."""
    _forget_words(known)
    scopes = queries.communities_of({row["unit_id"] for row in rows})
    words = [
        {"word": word, "household_id": row["id"]}
        for row in rows
        for word in {queries.hidden(scopes[row["unit_id"]], piece) for piece in found_by(row["content"])}
    ]
    insert_many(HouseholdWord, words)


def _forget_words(household_ids: Sequence[str]) -> None:
    for start in range(0, len(household_ids), CHUNK):
        some = household_ids[start : start + CHUNK]
        db.session.execute(delete(WORDS).where(WORDS.c.household_id.in_(some)))


HOUSEHOLD = RecordType("household", HouseholdSchema(), "household.write", read, decide, write)


def revealed(household_id: str, unit_id: str, fields: Sequence[str], why: tuple[str, str], actor: Actor) -> None:
    """Remember who looked at which fields of a household, and why; never what stood there.

    `why` is the kind of reason, and what the person wrote besides: sealed, because they may have written a name.
    """
    kind, said = why
    key = keys_of([household_id])[household_id]
    words = to_text(seal(key, household_id, {"words": said})) if said else ""
    detail = {"fields": sorted(fields), "reason": kind, "words": words}
    ledger.record(
        "household.revealed", "household", household_id, actor_id=actor.account_id, unit_id=unit_id, detail=detail
    )


def erase(household_id: str, reason: str, *, actor_id: str | None) -> None:
    """Destroy the key of a household and all that leads to it; a row without content stays, so that totals hold.

    Raises NotFound when there is no such household, or no longer.
    """
    row = queries.rows_of([household_id]).get(household_id)
    if row is None or row["erased_at"]:
        raise NotFound
    destroy([household_id])
    _forget_words([household_id])
    consents.forget_guardians([household_id])
    values = {"sealed": None, "erased_at": clock.now(), "hash": "", "version": row["version"] + 1}
    db.session.connection().execute(update(TABLE).where(TABLE.c.id == household_id).values(values))
    about = {"actor_id": actor_id, "unit_id": row["unit_id"], "detail": {"reason": reason}}
    ledger.record("household.erased", "household", household_id, **about)
    changes.note([Changed("household", household_id, row["version"] + 1, row["unit_id"], ALWAYS, deleted=True)])
