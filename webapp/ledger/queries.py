"""Reading the ledger."""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from webapp.core.db import db, table
from webapp.core.rows import each_of, execute
from webapp.core.sealed import derived_key
from webapp.ledger.models import LedgerLine
from webapp.ledger.rules import GENESIS, KEY_LABEL, Line, Tip, chained, is_vouched
from webapp.ledger.service import COLUMNS, TIP

LINES = select(table(LedgerLine)).order_by(COLUMNS.seq)
HASH_OF = select(COLUMNS.hash)
OF_SUBJECTS = (
    select(COLUMNS.subject_id, COLUMNS.detail).where(COLUMNS.subject_id.in_(each_of("ids"))).order_by(COLUMNS.seq)
)
PART = 1000
REACH = 3  # how far around the likely place of a line that was moved is looked
LOOKED_FOR = 100  # so many lines that are not sound are looked for at other places; each costs a look at all lines


class Damage(NamedTuple):
    """What is wrong with the line numbered `seq`, or with the end of the ledger."""

    seq: int
    what: str


def broken_lines() -> Iterator[Damage]:
    """Yield what is wrong with every line that was changed, removed or put elsewhere, from the first on.

    Then what is wrong with the end: lines cut off, or put on past this program.
    """
    end = tip()
    hash_before, expected, at_end, changed = GENESIS, 1, GENESIS, 0
    for row in db.session.connection().execute(LINES.execution_options(yield_per=PART)):
        yield from (Damage(seq, "removed") for seq in range(expected, row.seq))
        line = Line(row.action, row.subject_type, row.subject_id, row.actor_id, row.unit_id, row.month, row.detail)
        if row.hash != chained(row.previous_hash, row.seq, row.at, line):
            changed += 1
            place = _place_of(row, line) if changed < LOOKED_FOR else None
            yield Damage(row.seq, f"is line {place}, put here" if place else "changed")
        elif row.seq == expected and row.previous_hash != hash_before:
            yield Damage(row.seq, "does not follow the line before it")
        hash_before, expected = row.hash, row.seq + 1
        at_end = row.hash if end and row.seq == end.seq else at_end
    yield from _wrong_with_end(end, expected - 1, at_end)


def _place_of(row: Row[Any], line: Line) -> int | None:
    """Return the number under which a line that is not sound as it stands would be: it names the one before it."""
    before = db.session.execute(select(COLUMNS.seq).where(COLUMNS.hash == row.previous_hash)).scalars().all()
    places = [seq + 1 for seq in before] or ([1] if row.previous_hash == GENESIS else [])
    # The one before may have moved as well, so its neighbours' numbers are tried besides its own.
    tried = {place + shift for place in (*places, row.seq) for shift in range(-REACH, REACH + 1)}
    return next((seq for seq in sorted(tried) if row.hash == chained(row.previous_hash, seq, row.at, line)), None)


def _wrong_with_end(end: Tip | None, last: int, at_end: str) -> Iterator[Damage]:
    if end is None:
        yield Damage(last, "nothing says that the ledger ends here")
        return
    yield from (Damage(seq, "cut off") for seq in range(last + 1, end.seq + 1))
    if last > end.seq:
        yield Damage(last, f"was put on behind the end, {end.seq}")
    if end.seq <= last and at_end != end.hash:
        yield Damage(end.seq, "is not the line that the ledger ended with")
    if not is_vouched(end, derived_key(KEY_LABEL)):
        yield Damage(end.seq, "the end was noted by somebody else than this program")


def tip() -> Tip | None:
    """Return where the ledger says that it ends; None before there is a master key, or when it was taken away."""
    row = execute(TIP).first()
    return Tip(row.seq, row.hash, bytes(row.code)) if row else None


def tip_hash() -> str:
    """Return what changes whenever anybody changes anything that a page could say: they write it down."""
    end = tip()
    return end.hash if end else ""


def hash_of(seq: int) -> str | None:
    """Return the hash of the line numbered `seq`, if there is one."""
    found: str | None = db.session.scalar(HASH_OF.where(COLUMNS.seq == seq))
    return found


def details_of(subject_ids: Collection[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the details of all lines about each of `subject_ids`."""
    found: dict[str, list[dict[str, Any]]] = {}
    for subject_id, detail in execute(OF_SUBJECTS, ids=list(subject_ids)):
        found.setdefault(subject_id, []).append(detail)
    return found
