"""Noting amounts. The caller holds the transaction."""

from collections.abc import Mapping
from typing import Any

from webapp.amounts import queries
from webapp.amounts.models import Amount
from webapp.amounts.schemas import shipped
from webapp.core import clock
from webapp.core.canonical import content_hash
from webapp.core.db import db
from webapp.core.ids import new_id
from webapp.ledger.service import record


def note(facts: Mapping[str, Any], *, actor_id: str | None, unit_id: str | None = None) -> str:
    """Keep a row (`AmountSchema`); of two for the same scheme, region and first day this one holds. Return its id.

    `unit_id` is the office that noted it.
    """
    row = Amount(id=new_id(), **facts, noted_by=actor_id, noted_at=clock.now())
    db.session.add(row)
    db.session.flush()
    plain = {key: value.isoformat() if hasattr(value, "isoformat") else value for key, value in facts.items()}
    detail = {"scheme": row.scheme, "region": row.region, "hash": content_hash(plain)}
    record("amount.noted", "amount", row.id, actor_id=actor_id, unit_id=unit_id, detail=detail)
    return row.id


def load_shipped(*, actor_id: str | None = None, unit_id: str | None = None) -> int:
    """Note the shipped rows that are not there yet, by scheme, region and first day; return how many those were."""
    there = {(row.scheme, row.region, row.valid_from) for row in queries.all_amounts()}
    new = [facts for facts in shipped() if (facts["scheme"], facts["region"], facts["valid_from"]) not in there]
    for facts in new:
        note(facts, actor_id=actor_id, unit_id=unit_id)
    return len(new)
