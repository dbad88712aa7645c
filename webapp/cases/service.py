"""Taking cases, and every step after. The caller holds the transaction."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import update

from webapp.accounts.queries import Actor
from webapp.cases import queries, rules
from webapp.cases.models import Case, CaseStep
from webapp.cases.queries import CASE, STEP, Row
from webapp.cases.rules import (
    ANSWERED,
    CHANGED,
    CLOCK,
    CLOSED,
    ESCALATED,
    FORWARDED,
    OFFICE,
    RATED,
    RECEIVED,
    RESIDENT,
    Way,
    due_on,
)  # fmt: skip
from webapp.core import clock
from webapp.core.canonical import canonical
from webapp.core.clock import to_local
from webapp.core.crypto import seal
from webapp.core.db import db
from webapp.core.errors import AppError
from webapp.core.ids import new_id
from webapp.core.rows import insert_many, update_many
from webapp.keys.service import destroy, keyed_hash, keys_of, make_keys
from webapp.ledger.service import record
from webapp.orgs.queries import successor


class Stale(AppError):
    """The case has changed since it was looked at."""

    status = 409
    code = "stale"
    sentence = CHANGED


class Brought(NamedTuple):
    """A case that was taken: its row as it is stored, and the secret that nobody can look up again."""

    row: Row
    secret: str


def secret_of(nonce: str, data: Mapping[str, Any]) -> str:
    """Return the secret of what is sent from the form with `nonce`, a random text that only that form has.

    The same form sent twice, because the answer got lost on its way, leads to the same case and secret; nothing that is
    stored leads to it.
    """
    said = canonical({name: str(value) for name, value in data.items()}).decode()
    return rules.secret_from(keyed_hash("case secret", f"{nonce}\n{said}"))


def bring(data: Mapping[str, Any], way: Way, place_id: str, nonce: str) -> Brought:
    """Take a case (`BringSchema`) that comes from `place_id` and goes `way`, once for a form and what is in it."""
    secret = secret_of(nonce, data)
    hashed = rules.secret_hash(secret)
    if known := queries.case_by_hash(hashed):
        return Brought(known, secret)
    now, case_id = clock.now(), new_id()
    due = due_on(data["kind"], to_local(now).date()).day
    key = make_keys([case_id])[case_id]
    content = {name: data[name] for name in ("text", "named", "contact") if data.get(name)}
    row = {
        "id": case_id, "version": 1, "number": _free_number(), "secret_hash": hashed, "kind": data["kind"],
        "about": data.get("about"), "state": RECEIVED, "place_id": place_id, "unit_id": way.unit_id,
        "named_id": way.named_id, "due": due, "sealed": seal(key, case_id, content),
        "first_unit_id": way.unit_id, "first_due": due, "created_at": now, "changed_at": now, "answered_at": None,
        "closed_at": None, "rating": None, "erased_at": None,
    }  # fmt: skip
    insert_many(Case, [row])
    _note(row, RECEIVED, RESIDENT, way.unit_id, to=way.unit_id)
    record("case.received", "case", case_id, actor_id=None, unit_id=way.unit_id, detail={"kind": data["kind"]})
    return Brought(row, secret)


def _free_number() -> str:
    while True:
        digits = str(secrets.randbelow(10**rules.NUMBER_DIGITS)).zfill(rules.NUMBER_DIGITS)
        number = rules.case_number(digits)
        if not queries.has_number(number):
            return number


def answer(case_id: str, words: str, version: int, actor: Actor) -> None:
    """Tell the resident what was done. Raises Stale when the case has changed since `version`, or went elsewhere."""
    row = _current(case_id, version, actor)
    if not rules.may_answer(row["state"]):
        raise Stale
    now = clock.now()
    new = {**row, "state": ANSWERED, "answered_at": row["answered_at"] or now}
    _step(new, ANSWERED, OFFICE, words=words, actor=actor)


def forward(case_id: str, to: str, words: str, version: int, actor: Actor) -> None:
    """Hand a case to the unit `to`, with words for it; what was promised stays. Raises Stale as `answer`."""
    row = _current(case_id, version, actor)
    if row["state"] not in rules.OPEN or to not in {one.id for one in queries.offices_for(row, actor)}:
        raise Stale
    _step({**row, "state": FORWARDED, "unit_id": to}, FORWARDED, OFFICE, words=words, actor=actor, before=row)


def close(case_id: str, words: str, version: int, actor: Actor) -> None:
    """End a case and tell the resident why. Raises Stale as `answer`."""
    row = _current(case_id, version, actor)
    if not rules.may_answer(row["state"]):
        raise Stale
    now = clock.now()
    new = {**row, "state": CLOSED, "closed_at": now, "answered_at": row["answered_at"] or now}
    _step(new, CLOSED, OFFICE, words=words, actor=actor)


def _current(case_id: str, version: int, actor: Actor) -> Row:
    row = queries.case_seen_by(actor, case_id)
    if row is None or row["version"] != version or row["erased_at"]:
        raise Stale
    return row


def escalate(case_id: str, words: str, version: int) -> None:
    """Take a case one level up for the resident. Raises Stale when it has changed since, or nobody is above."""
    row = _seen(case_id, version)
    above = superior_of(row)
    if not above or not rules.may_escalate(row["state"], row["due"], row["closed_at"], clock.today()):
        raise Stale
    _take_up(row, above, RESIDENT, words)


def superior_of(row: Row) -> str | None:
    """Return the office that a case would go up to, None when nobody is above the one that has it."""
    path, named = successor(row["unit_id"]).path, queries.named_in(row["named_id"])
    *above, last = queries.spots_to(path)
    return rules.superior([*(spot for spot in above if spot.id not in named), last])


def rate(case_id: str, rating: int, version: int) -> None:
    """Note how satisfied the resident is, 1 to 5; the case is closed by that. Raises Stale as `escalate`."""
    row = _seen(case_id, version)
    if not rules.may_rate(row["state"], row["rating"]):
        raise Stale
    _step({**row, "state": CLOSED, "closed_at": row["closed_at"] or clock.now(), "rating": rating}, RATED, RESIDENT)


def _seen(case_id: str, version: int) -> Row:
    row = queries.case(case_id)
    if row is None or row["version"] != version or row["erased_at"]:
        raise Stale
    return row


def escalate_overdue(today: date) -> int:
    """Take everything that is overdue one level up, where there is one; return how many cases."""
    return sum(_escalate_by_clock(row) for row in queries.overdue(today))


def _escalate_by_clock(row: Row) -> bool:
    above = superior_of(row)
    if above:
        _take_up(row, above, CLOCK)
    return above is not None


def pass_on_stranded() -> int:
    """Hand what lies with a merged unit to the one that took over, or above whom it bars; return how many cases."""
    return sum(_pass_on(row) for row in queries.stranded())


def _pass_on(row: Row) -> bool:
    heir = successor(row["unit_id"])
    to = superior_of(row) if rules.is_barred(queries.named_in(row["named_id"]), heir.path) else heir.id
    if to is None or to == row["unit_id"]:
        return False
    _step({**row, "state": FORWARDED, "unit_id": to}, FORWARDED, CLOCK, before=row)
    return True


def close_settled() -> int:
    """Close what was answered long ago and not taken up since; return how many cases."""
    rows = queries.settled(clock.now())
    for row in rows:
        _step({**row, "state": CLOSED, "closed_at": clock.now()}, CLOSED, CLOCK)
    return len(rows)


def _take_up(row: Row, above: str, by: str, words: str = "") -> None:
    due = due_on(row["kind"], clock.today()).day
    new = {**row, "state": ESCALATED, "unit_id": above, "due": due, "closed_at": None, "rating": None}
    _step(new, ESCALATED, by, words=words, before=row)


def _step(
    new: Row, kind: str, by: str, *, words: str = "", actor: Actor | None = None, before: Row | None = None
) -> None:
    """Store the case as it is now and the step that made it so; `before` when it went from one unit to another."""
    row = {**new, "version": new["version"] + 1, "changed_at": clock.now()}
    update_many(Case, [row])
    at = before["unit_id"] if before else row["unit_id"]
    _note(row, kind, by, at, to=row["unit_id"] if before else None, words=words, actor=actor)
    detail = {"version": row["version"], "by": by}
    who = actor.account_id if actor else None
    record(f"case.{kind}", "case", row["id"], actor_id=who, unit_id=at, detail=detail)


def _note(
    row: Row, kind: str, by: str, unit_id: str, *, to: str | None, words: str = "", actor: Actor | None = None
) -> None:
    step_id = new_id()
    sealed = seal(keys_of([row["id"]])[row["id"]], step_id, {"words": words}) if words else None
    insert_many(CaseStep, [{
        "id": step_id, "case_id": row["id"], "number": row["version"], "at": row["changed_at"], "kind": kind, "by": by,
        "unit_id": unit_id, "to_unit_id": to, "account_id": actor.account_id if actor else None, "due": row["due"],
        "sealed": sealed,
    }])  # fmt: skip


def erase(case_ids: Sequence[str]) -> None:
    """Forget what was said in cases, and what they are followed by; that there were some stays, for the numbers."""
    destroy(case_ids)
    db.session.execute(update(STEP).where(STEP.c.case_id.in_(case_ids)).values(sealed=None))
    gone = {"sealed": None, "secret_hash": None, "erased_at": clock.now()}
    db.session.execute(update(CASE).where(CASE.c.id.in_(case_ids)).values(gone))
