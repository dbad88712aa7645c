"""What a master key looks like, and by what it is known."""

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import NamedTuple

from webapp.core.crypto import Unopened, derived, unwrap

LABEL = "fingerprint"
_HEX = re.compile(r"[0-9a-fA-F]{64}")

MISSING = (
    "no master key: set SANSHI_MASTER_KEY, or bring the file %s back from its backup; "
    "for a new installation `flask keys make` makes one"
)
UNUSED = "the database knows no master key yet; `flask keys make` tells it"
NO_TABLES = "the database has not the tables of this version yet: run `flask db upgrade`"
WRONG = "the master key %s is not the one that this database was sealed with; bring the right one back"
CHANGED = "the keys were changed over to another master key than the one %s: start again with the new one"
NO_ROOT = "keys of households are there and the row of the master key is not: bring the database back from its backup"


class KeyTrouble(RuntimeError):
    """The master key is missing, wrong or not to be replaced; the sentence says what to do, and never says the key."""


class Secrets(NamedTuple):
    """What comes of the master key: the key that wraps others, and the root of those for columns and search."""

    wrapping: bytes
    root: bytes
    mark: str  # the fingerprint of the master key


def read_key(text: str, source: str) -> bytes:
    """Return the key of 32 bytes that `text` from `source` spells in hexadecimal digits. Raises KeyTrouble."""
    if not _HEX.fullmatch(text.strip()):
        raise KeyTrouble(f"{source} does not hold a master key: 64 hexadecimal digits")
    return bytes.fromhex(text.strip())


def fingerprint(key: bytes) -> str:
    """Return the 16 hexadecimal digits by which the database knows a master key; nothing leads back from them."""
    return derived(key, LABEL)[:8].hex()


def unwrapped(wrapping: bytes, wrapped: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return those of the keys `wrapped`, by their names, that the key `wrapping` opens."""
    found: dict[str, bytes] = {}
    for name, each in wrapped.items():
        with suppress(Unopened):
            found[name] = unwrap(wrapping, name, each)
    return found
