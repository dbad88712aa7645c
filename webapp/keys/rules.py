"""What a master key looks like, and by what it is known."""

import re

from webapp.core.crypto import derived

LABEL = "fingerprint"
_HEX = re.compile(r"[0-9a-fA-F]{64}")


class KeyTrouble(RuntimeError):
    """The master key is missing, wrong or not to be replaced; the sentence says what to do, and never says the key."""


def read_key(text: str, source: str) -> bytes:
    """Return the key of 32 bytes that `text` from `source` spells in hexadecimal digits. Raises KeyTrouble."""
    if not _HEX.fullmatch(text.strip()):
        raise KeyTrouble(f"{source} does not hold a master key: 64 hexadecimal digits")
    return bytes.fromhex(text.strip())


def fingerprint(key: bytes) -> str:
    """Return the 16 hexadecimal digits by which the database knows a master key; nothing leads back from them."""
    return derived(key, LABEL)[:8].hex()
