"""Keeping answers. The caller holds the transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import update

from webapp.consents.models import Consent
from webapp.core.crypto import seal
from webapp.core.db import db
from webapp.core.ids import new_id
from webapp.core.rows import insert_many
from webapp.ledger import service as ledger
from webapp.ledger.rules import Line


class Answered(NamedTuple):
    """One new answer of one household; `key` is the household's."""

    household_id: str
    unit_id: str
    purpose: str
    answer: Mapping[str, Any]
    key: bytes
    author_id: str
    received_at: datetime


def keep(answers: Sequence[Answered]) -> None:
    """Store new answers, each with its line in the ledger."""
    insert_many(Consent, [_row(one) for one in answers])
    ledger.record_many([_line(one) for one in answers])


def _row(one: Answered) -> dict[str, Any]:
    guardian = one.answer.get("guardian")
    return {
        "id": new_id(),
        "household_id": one.household_id,
        "purpose": one.purpose,
        "text_version": one.answer["version"],
        "given": one.answer["given"],
        "on": date.fromisoformat(one.answer["on"]),
        "sealed": seal(one.key, one.household_id, {"guardian": guardian}) if guardian else None,
        "author_id": one.author_id,
        "received_at": one.received_at,
    }


def _line(one: Answered) -> Line:
    action = "consent.given" if one.answer["given"] else "consent.withdrawn"
    detail = {"purpose": one.purpose, "text_version": one.answer["version"]}
    return Line(action, "household", one.household_id, one.author_id, one.unit_id, None, detail)


def forget_guardians(household_ids: Collection[str]) -> None:
    """Let go of who agreed for whom: the household is erased, what it answered and when stays."""
    db.session.execute(update(Consent).where(Consent.household_id.in_(household_ids)).values(sealed=None))
