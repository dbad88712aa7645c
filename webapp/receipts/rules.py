"""The number of a receipt and what its signature covers (Ed25519, RFC 8032)."""

import re
import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from webapp.core.canonical import canonical
from webapp.core.clock import to_local

HELD = "held"  # the type of a receipt for what somebody is to look at before it is there
DIGITS = 15
UNFOUND = 120  # numbers and codes from one address that nobody has, within the window of sign-ins
CODE_DIGITS = 8  # of the hash, in a short code (core/canonical.py)
_GAPS = re.compile(r"[\s\-‐‑‒–—－−]")


class Slip(NamedTuple):
    """What a receipt says: number, hash of the record, the two times (aware), signature (base64url)."""

    number: str
    hash: str
    declared_at: datetime
    received_at: datetime
    signature: str

    def spell(self) -> dict[str, str]:
        """Return the receipt as the doors answer it; times are written in Asia/Shanghai to the second."""
        times = {"declared_at": spell_time(self.declared_at), "received_at": spell_time(self.received_at)}
        return {"number": self.number, "hash": self.hash, **times, "signature": self.signature}


@lru_cache(maxsize=1000)  # each is spelled for the signature and for the answer, and many share their second
def spell_time(instant: datetime) -> str:
    """Return `instant` as `2026-11-29T21:03:11+08:00`."""
    return to_local(instant).isoformat(timespec="seconds")


def with_check_digit(digits: str) -> str:
    """Return `digits` with a check digit behind them (ISO/IEC 7812, as on bank cards)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def _plain(typed: str) -> str:
    """Return `typed` without blanks and dashes, wide digits made plain, in small letters."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", typed)).casefold()


def clean_number(typed: str) -> str | None:
    """Return the number that `typed` means, blanks and dashes left out; None when it cannot be one."""
    digits = _plain(typed)
    if not re.fullmatch(rf"[0-9]{{{DIGITS + 1}}}", digits):
        return None
    return digits if with_check_digit(digits[:-1]) == digits else None


def looks_like_number(typed: str) -> bool:
    """Return whether `typed` has as many digits as a receipt's number, right or mistyped."""
    return re.fullmatch(rf"[0-9]{{{DIGITS + 1}}}", _plain(typed)) is not None


def clean_code(typed: str) -> str | None:
    """Return the first digits of the hash whose short code (`7F3A-92C1`) `typed` means; None when it is none."""
    digits = _plain(typed)
    return digits if re.fullmatch(rf"[0-9a-f]{{{CODE_DIGITS}}}", digits) else None


def signed_content(number: str, content: str, declared_at: datetime, received_at: datetime) -> bytes:
    """Return the bytes that the signature of a receipt covers."""
    spelled = {"declared_at": spell_time(declared_at), "received_at": spell_time(received_at)}
    return canonical({"hash": content, "number": number, **spelled})


def sign(key: Ed25519PrivateKey, number: str, content: str, declared_at: datetime, received_at: datetime) -> Slip:
    """Return the signed receipt `number` for a record hashed `content`."""
    raw = key.sign(signed_content(number, content, declared_at, received_at))
    return Slip(number, content, declared_at, received_at, urlsafe_b64encode(raw).rstrip(b"=").decode())


def is_genuine(key: Ed25519PublicKey, slip: Slip) -> bool:
    """Return whether `slip` was signed with the key that belongs to `key` and says what it said then."""
    try:
        signature = urlsafe_b64decode(slip.signature + "=" * (-len(slip.signature) % 4))
        key.verify(signature, signed_content(*slip[:4]))
    except (InvalidSignature, ValueError):
        return False
    return True
