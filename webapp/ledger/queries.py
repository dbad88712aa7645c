"""Reading the ledger."""

from collections.abc import Iterator

from sqlalchemy import select

from webapp.core.db import db
from webapp.ledger.models import LedgerLine
from webapp.ledger.rules import GENESIS, Line, chained


def broken_lines() -> Iterator[tuple[int, str]]:
    """Yield `(number, why)` of every line that was changed, removed or put elsewhere, from the first on."""
    tip, expected = GENESIS, 1
    for row in db.session.execute(select(LedgerLine).order_by(LedgerLine.seq)).yield_per(1000).scalars():
        if row.seq != expected:
            yield expected, "missing"
        line = Line(row.action, row.subject_type, row.subject_id, row.actor_id, row.unit_id, row.month, row.detail)
        if row.previous_hash != tip:
            yield row.seq, "does not follow the line before"
        if row.hash != chained(row.previous_hash, row.seq, row.at, line):
            yield row.seq, "changed"
        tip, expected = row.hash, row.seq + 1
