"""What phones may send, how much of it, and the cursor of what they have read."""

import hashlib
from typing import NamedTuple

from webapp.events.service import EVENT
from webapp.households.service import HOUSEHOLD
from webapp.intake.rules import RecordType
from webapp.reports.service import REPORT_TYPE
from webapp.visits.service import NEED, VISIT

RECORD_TYPES: dict[str, RecordType] = {kind.name: kind for kind in (EVENT, REPORT_TYPE, HOUSEHOLD, VISIT, NEED)}

MOST_RECORDS = 200
MOST_BYTES = 1024 * 1024
PAGE = 500
MONTHS_ON_PHONE = 4  # the open window and the month before it, whose closing is the first opening


class Cursor(NamedTuple):
    """How far a phone has read: the last change, the scope it read with, the reference data it has."""

    seq: int
    scope: str
    reference: str

    def __str__(self) -> str:
        """Return the cursor as phones keep it: opaque to them."""
        return f"{self.seq}.{self.scope}.{self.reference}"


def parse_cursor(text: str) -> Cursor | None:
    """Return the cursor that `text` spells, None when it spells none: the phone then starts anew."""
    seq, _, rest = text.partition(".")
    scope, _, reference = rest.partition(".")
    if not (seq.isascii() and seq.isdigit() and len(seq) < 19 and scope and reference):
        return None
    return Cursor(int(seq), scope, reference)


def mark(*parts: str) -> str:
    """Return twelve hexadecimal digits that change with any of `parts`."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
