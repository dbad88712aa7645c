"""Numbering changes. The caller holds the transaction."""

from collections.abc import Sequence
from typing import NamedTuple

from webapp.changes.models import Change
from webapp.changes.queries import last_seq
from webapp.core.rows import insert_many


class Changed(NamedTuple):
    """A record that has just been written."""

    type: str
    record_id: str
    version: int
    unit_id: str
    month: int
    deleted: bool = False


def note(changes: Sequence[Changed]) -> None:
    """Give each of `changes` the next number, in their order."""
    if not changes:
        return
    first = last_seq() + 1
    rows = [{"seq": first + i, **change._asdict()} for i, change in enumerate(changes)]
    insert_many(Change, rows)
