"""What phones may send, how much of it, and the cursor of what they have read."""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from webapp.cards.service import CARDED_HOUSEHOLD
from webapp.feedback.service import FEEDBACK
from webapp.handover.service import holding
from webapp.intake.rules import RecordType
from webapp.reports.service import REPORT_TYPE
from webapp.visits.service import NEED, SENT_EVENT, VISIT

KINDS = (REPORT_TYPE, FEEDBACK, SENT_EVENT, CARDED_HOUSEHOLD, VISIT, NEED)
RECORD_TYPES: dict[str, RecordType] = {kind.name: holding(kind) for kind in KINDS}

MOST_RECORDS = 200
MOST_BYTES = 1024 * 1024
PAGE = 500
AT_DOORS = frozenset({"household", "visit", "need", "feedback", "held"})  # what only their phones hear of
MOST_HOUSEHOLDS = 5000  # on one phone
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


def beyond(groups: Sequence[str], counts: Mapping[str, int], most: int = MOST_HOUSEHOLDS) -> list[str]:
    """Return those of `groups`, in their order, whose households come to more than `most` with those before them."""
    so_far = list(accumulate(counts.get(group, 0) for group in groups))
    return [group for group, total in zip(groups, so_far, strict=True) if total > most]


def mark(*parts: str) -> str:
    """Return twelve hexadecimal digits that change with any of `parts`."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
