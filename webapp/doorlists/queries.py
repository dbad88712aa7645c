"""Reading a list of doors against the groups of an office."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from webapp.consents.queries import purposes
from webapp.core import clock
from webapp.core.tables import Head, read_list
from webapp.doorlists.rules import COLUMNS, NEEDED, Row
from webapp.doorlists.schemas import read_row
from webapp.orgs.queries import open_groups_under


def rows_in(path: Path, unit_path: str, on_head: Callable[[Head], object] = lambda _: None) -> Iterator[Row]:
    """Yield the rows of the list at `path`; groups are those under the unit with `unit_path`, by name or code.

    Columns that are not read are told to `on_head`. Raises Invalid when the file cannot be read or has no head.
    """
    today = clock.today()
    units = open_groups_under(unit_path, today)
    groups = {name.replace(" ", ""): unit.id for unit in units for name in (unit.name, unit.code) if name}
    asked = purposes()["contact"]
    for line in read_list(path, COLUMNS, NEEDED, on_head):
        yield read_row(line.number, line.cells, groups, asked, today)


def digest_of(path: Path) -> str:
    """Return the SHA-256 of the file at `path`, by which the ledger knows it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
