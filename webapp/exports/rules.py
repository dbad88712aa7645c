"""Tables as files that spreadsheets open without harm: values in, text out."""

import csv
import io
from collections.abc import Iterable, Sequence

Cell = str | int | None

# A spreadsheet takes a text that begins with one of these for a formula and runs it.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"  # by which Excel knows UTF-8


def neutral(cell: Cell) -> Cell:
    """Return `cell` so that no spreadsheet computes it: a dangerous text gets an apostrophe, numbers stay numbers."""
    if isinstance(cell, str) and cell.startswith(DANGEROUS):
        return f"'{cell}"
    return cell


def as_csv(rows: Iterable[Sequence[Cell]]) -> str:
    """Return `rows` as CSV (RFC 4180) with the mark that Excel wants; None is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return BOM + text.getvalue()


def file_name(kind: str, code: str | None, unit_id: str, month: str) -> str:
    """Return the name of a file about a unit: ASCII, so that every system can keep it."""
    return f"sanshi-{kind}-{code or unit_id}-{month}.csv"
