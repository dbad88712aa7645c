"""Reading receipts."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from webapp.core.db import db
from webapp.core.rows import each_of, execute
from webapp.ledger.queries import details_of
from webapp.receipts.models import Receipt
from webapp.receipts.rules import HELD, Slip

MOST = 20
COLUMNS = Receipt.__table__.c
SLIP = (COLUMNS.number, COLUMNS.hash, COLUMNS.declared_at, COLUMNS.received_at, COLUMNS.signature)
SLIPS = select(COLUMNS.record_id, COLUMNS.version, *SLIP).where(COLUMNS.record_id.in_(each_of("ids")))
VERSIONS = (
    select(COLUMNS.record_id, COLUMNS.hash, func.max(COLUMNS.version))
    .where(COLUMNS.record_id.in_(each_of("ids")), COLUMNS.record_type != HELD)
    .group_by(COLUMNS.record_id, COLUMNS.hash)
)

IN_PARTS = select(Receipt).order_by(Receipt.number).limit(500)


def receipt(number: str) -> Receipt | None:
    """Return the receipt with `number`, if there is one."""
    return db.session.get(Receipt, number)


def receipts_by_code(start: str) -> Sequence[Receipt]:
    """Return the receipts whose hash begins with the eight digits `start`, the newest first; nearly always one."""
    after = f"{int(start, 16) + 1:08x}"  # a range, which the index answers; "g" comes after every digit
    query = select(Receipt).where(Receipt.hash >= start, Receipt.hash < (after if len(after) == len(start) else "g"))
    return db.session.scalars(query.order_by(Receipt.received_at.desc(), Receipt.number).limit(MOST)).all()


def slips_of(record_ids: Collection[str]) -> dict[tuple[str, int, str], Slip]:
    """Return the receipts of records as `{(record id, version, hash): slip}`.

    A record that is held counts its versions by itself: one number may stand for two contents.
    """
    rows = execute(SLIPS, ids=list(record_ids)) if record_ids else ()
    return {(row[0], row[1], slip.hash): slip for row in rows for slip in (Slip(*row[2:]),)}


def versions_by_hash(record_ids: Collection[str]) -> dict[str, dict[str, int]]:
    """Return by record and hash the version that said so, the last one where several did: what is sent again.

    What is only held is not there yet.
    """
    found: dict[str, dict[str, int]] = {}
    for record_id, said, version in execute(VERSIONS, ids=list(record_ids)) if record_ids else ():
        found.setdefault(record_id, {})[said] = version
    return found


def receipts_without_line() -> Iterator[Receipt]:
    """Yield the receipts whose record and version no line of the ledger speaks of, by their numbers."""
    last = ""
    while part := db.session.scalars(IN_PARTS.where(Receipt.number > last)).all():
        told = details_of({receipt.record_id for receipt in part})
        for receipt in part:
            if not any(_speaks_of(detail, receipt) for detail in told.get(receipt.record_id, ())):
                yield receipt
        last = part[-1].number


def _speaks_of(detail: Mapping[str, Any], receipt: Receipt) -> bool:
    return detail.get("hash") == receipt.hash and detail.get("version", receipt.version) == receipt.version
