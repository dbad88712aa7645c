"""Reading what residents told. What is sealed is opened here."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import select

from webapp.accounts.queries import Actor
from webapp.core.clock import to_local
from webapp.core.crypto import unseal
from webapp.core.db import db, table
from webapp.core.rows import each_of, execute
from webapp.feedback.models import Feedback
from webapp.feedback.rules import OPEN, due_on
from webapp.keys.service import keys_of
from webapp.orgs.models import Unit
from webapp.orgs.queries import within

COLUMNS = table(Feedback).c
BY_ID = select(table(Feedback)).where(COLUMNS.id.in_(each_of("ids")))
SEALED = ("text", "phone", "answer")
MOST_CLOSED = 20

Told = dict[str, Any]


def rows_of(ids: Collection[str]) -> dict[str, Told]:
    """Return messages as they are stored, sealed, by their id."""
    return {row["id"]: dict(row) for row in execute(BY_ID, ids=list(ids)).mappings()} if ids else {}


def told(feedback_id: str) -> Told | None:
    """Return one message, opened: its row and `text`, `phone`, `answer` where there are any; None when none is."""
    return next(iter(opened(rows_of([feedback_id]).values())), None)


def opened(rows: Iterable[Mapping[str, Any]]) -> list[Told]:
    """Return stored messages opened, in their order; of one whose key is gone only the row is left."""
    rows = list(rows)
    keys = keys_of([row["id"] for row in rows]) if rows else {}
    return [{**row, **_content(row, keys)} for row in rows]


def _content(row: Mapping[str, Any], keys: Mapping[str, bytes]) -> Mapping[str, Any]:
    return unseal(keys[row["id"]], row["id"], row["sealed"]) if row["sealed"] and row["id"] in keys else {}


def for_phones(ids: Collection[str]) -> dict[str, Told]:
    """Return those of `ids` that are still open as phones know them; closed ones leave the phone and are missing."""
    return {row["id"]: as_data(row) for row in opened(rows_of(ids).values()) if row["state"] == OPEN}


def as_data(row: Mapping[str, Any]) -> Told:
    """Return an opened message as a record's data."""
    data = {"unit": row["unit_id"], "kind": row["kind"], "state": row["state"]}
    data |= {"household": row["household_id"]} if row["household_id"] else {}
    data |= {name: row[name] for name in SEALED if row.get(name)}
    told_at = to_local(row["created_at"]).isoformat(timespec="seconds")
    return {**data, "told_at": told_at, "due": due_on(row["created_at"]).isoformat()}


def open_for(actor: Actor) -> list[Told]:
    """Return what still wants doing where `actor` looks after doors, opened, the oldest first."""
    query = select(table(Feedback)).where(COLUMNS.state == OPEN, COLUMNS.unit_id.in_(_units(actor)))
    return opened(dict(row) for row in db.session.execute(query.order_by(COLUMNS.created_at, COLUMNS.id)).mappings())


def closed_for(actor: Actor) -> list[Told]:
    """Return what was closed last there, the newest first, unopened."""
    query = select(table(Feedback)).where(COLUMNS.state != OPEN, COLUMNS.unit_id.in_(_units(actor)))
    rows = db.session.execute(query.order_by(COLUMNS.closed_at.desc(), COLUMNS.id).limit(MOST_CLOSED)).mappings()
    return [dict(row) for row in rows]


def count_open(actor: Actor) -> int:
    """Return how many messages still want doing there."""
    query = select(COLUMNS.id).where(COLUMNS.state == OPEN, COLUMNS.unit_id.in_(_units(actor)))
    return len(db.session.execute(query).all())


def _units(actor: Actor) -> Any:
    """Return the units whose messages `actor` sees: a county's office only what was told to itself."""
    query = select(Unit.id)
    return query.where(Unit.id == actor.unit_id if actor.role == "county" else within(actor.unit_path))
