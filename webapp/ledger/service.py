"""Writing the ledger. The caller holds the transaction, so line and deed are stored together or not at all."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from webapp.core import clock
from webapp.core.db import table
from webapp.core.rows import execute, insert_many
from webapp.core.sealed import derived_key
from webapp.ledger.models import LedgerLine, LedgerTip
from webapp.ledger.rules import GENESIS, KEY_LABEL, Line, Tip, chained, check, is_vouched, vouched

COLUMNS, TIPS = table(LedgerLine).c, table(LedgerTip).c
ONLY = 1  # the id of the one row that says where the ledger ends
TIP = select(TIPS.seq, TIPS.hash, TIPS.code).where(TIPS.id == ONLY)
LAST = select(COLUMNS.seq, COLUMNS.hash).order_by(COLUMNS.seq.desc()).limit(1)
MOVE = update(table(LedgerTip)).where(TIPS.id == ONLY)
MOVE = MOVE.values(seq=bindparam("to_seq"), hash=bindparam("to_hash"), code=bindparam("to_code"))

log = logging.getLogger(__name__)


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
    at, key = clock.now(), derived_key(KEY_LABEL)
    last, is_sound = _last(key)
    seq, tip = last.seq, last.hash
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
    _move(vouched(seq, tip, key) if is_sound else Tip(seq, tip))


def _last(key: bytes) -> tuple[Tip, bool]:
    """Return where the ledger ends, and whether that can be vouched for; safe because writers take turns (core.db).

    Whoever cut lines off left the tip behind, so what follows leaves a gap. A tip that this program did not write, or
    that is not there, is never vouched for again: people's records are taken all the same, and `flask ledger verify`
    tells.
    """
    row = execute(TIP).first()
    tip = Tip(row.seq, row.hash, bytes(row.code)) if row else _end_of_lines()
    is_sound = is_vouched(tip, key)
    if not row:
        insert_many(LedgerTip, [{"id": ONLY, **tip._asdict()}])
    if not is_sound:
        log.error("the end of the ledger is not as it was left: run `flask ledger verify`")
    return tip, is_sound


def _move(tip: Tip) -> None:
    execute(MOVE, to_seq=tip.seq, to_hash=tip.hash, to_code=tip.code)


def vouch_for_lines_so_far() -> None:
    """Vouch for the ledger as it is, empty or not: once, when its database gets its first master key.

    From then on there is always an end that is vouched for, so that one that is missing was taken away.
    """
    if not execute(TIP).first():
        last = _end_of_lines()
        insert_many(LedgerTip, [{"id": ONLY, **vouched(last.seq, last.hash, derived_key(KEY_LABEL))._asdict()}])


def _end_of_lines() -> Tip:
    """Return the end that the lines themselves show, without a code."""
    last = execute(LAST).first()
    return Tip(last.seq, last.hash) if last else Tip(0, GENESIS)
