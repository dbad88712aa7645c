"""One spelling for a JSON value, so that a phone and the server hash the same bytes."""

import hashlib
import json
from typing import Any

_spell = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(value: Any) -> bytes:
    """Return `value` as UTF-8 JSON with sorted keys and no spaces.

    `value` holds dicts, lists, strings, integers, booleans and None only: floats are spelled differently by
    Python and JavaScript, so records do not carry any. Half a surrogate pair is let through: refusing it is the
    schema's part, and hashing comes first.
    """
    return _spell(value).encode("utf-8", "surrogatepass")


def content_hash(value: Any) -> str:
    """Return the SHA-256 of the canonical form of `value`, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def short_code(content: str) -> str:
    """Return the code a person can read aloud for a hash: its first eight digits, as `7F3A-92C1`."""
    return f"{content[:4]}-{content[4:8]}".upper()
