"""Writing the ledger. The caller holds the transaction, so line and deed are stored together or not at all."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from webapp.core import clock
from webapp.core.db import table
from webapp.core.rows import execute, insert_many
from webapp.ledger.models import LedgerLine
from webapp.ledger.rules import GENESIS, Line, chained, check

COLUMNS = table(LedgerLine).c
TIP = select(COLUMNS.seq, COLUMNS.hash).order_by(COLUMNS.seq.desc()).limit(1)


def record(
    action: str,
    subject_type: str,
    subject_id: str,
    *,
    actor_id: str | None,
    unit_id: str | None = None,
    month: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add one line. Raises ValueError when `detail` has not exactly the keys of `action`."""
    record_many([Line(action, subject_type, subject_id, actor_id, unit_id, month, detail or {})])


def record_many(lines: Sequence[Line]) -> None:
    """Add `lines` in their order, chained to the last one there is."""
    if not lines:
        return
    at = clock.now()
    seq, tip = _tip()
    rows: list[dict[str, Any]] = []
    for line in lines:
        check(line)
        seq += 1
        link = chained(tip, seq, at, line)
        rows.append(
            {**line._asdict(), "detail": dict(line.detail), "seq": seq, "at": at, "previous_hash": tip, "hash": link}
        )
        tip = link
    insert_many(LedgerLine, rows)


def _tip() -> tuple[int, str]:
    """Return the number and hash of the last line; safe because writers take turns (core.db)."""
    found = execute(TIP).first()
    return (found.seq, found.hash) if found else (0, GENESIS)
