"""What a card is made of: a token that says nothing, a number to type, an address that fits into a small code."""

import hashlib
import re
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from webapp.receipts.rules import with_check_digit

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # base32 (RFC 4648, 6): all of it stands in a code's short alphabet
TOKEN_LETTERS = 26  # 130 bits
NUMBER_DIGITS = 6  # and the check digit
LEVEL = "Q"
LARGEST_VERSION = 5  # modules of 0.5 mm and more on the smallest label
# A code of version 5 at level Q holds 87 letters (ISO/IEC 18004, table 7): https://, the host, /Q/ and the token.
LONGEST_HOST = 87 - len("HTTPS://") - len("/Q/") - TOKEN_LETTERS

LIVE, REVOKED, LOST = "live", "revoked", "lost"
ENDED = frozenset({REVOKED, LOST})
SIZES = (25, 40, 60)  # millimetres: width of the code with its blank margin
USUAL_SIZE = 40
PER_SHEET = {25: 36, 40: 16, 60: 9}  # labels on one A4 page; a test prints them
SHEETS = 10  # printed at once: more would be more than a browser likes

_TOKEN = re.compile(rf"[{ALPHABET}]{{{TOKEN_LETTERS}}}\Z")
_GAPS = re.compile(r"[\s\-‐‑‒–—－−]")
_NUMBER = re.compile(rf"[0-9]{{{NUMBER_DIGITS + 1}}}\Z")


def token_hash(token: str) -> bytes:
    """Return what the database keeps of `token`, however its letters are written: its SHA-256, 32 bytes."""
    return hashlib.sha256(token.upper().encode("utf-8", "surrogatepass")).digest()


def looks_like_token(text: str) -> bool:
    """Return whether `text` can be a token at all."""
    return _TOKEN.match(text.upper()) is not None


def phone_hash(hashed: bytes) -> str:
    """Return what phones keep of a token's hash: its first 16 bytes as base64url, enough to tell a door by."""
    return urlsafe_b64encode(hashed[:16]).rstrip(b"=").decode()


def card_number(digits: str) -> str:
    """Return the number of a card whose first six digits are `digits`."""
    return with_check_digit(digits)


def clean_number(typed: str) -> str | None:
    """Return the card's number that `typed` means, blanks and dashes left out; None when it cannot be one."""
    digits = _GAPS.sub("", unicodedata.normalize("NFKC", typed))
    return digits if _NUMBER.match(digits) and with_check_digit(digits[:-1]) == digits else None


def printed_address(root: str, token: str) -> str:
    """Return the address in the code, all in capitals; `root` is `https://host/`. Schemes and hosts know no case."""
    return f"{root}q/{token}".upper()


def spaced(number: str) -> str:
    """Return a card's number as it is read aloud: `123 4567`."""
    return f"{number[:3]} {number[3:]}"


def clean_size(text: str | None) -> int:
    """Return the size of label that `text` means, the usual one for anything else."""
    return next((size for size in SIZES if str(size) == text), USUAL_SIZE)


class Building(NamedTuple):
    """What is known of the cards of one building: how many doors it has, and how many of them have a live card."""

    name: str
    doors: int
    with_card: int

    @property
    def without(self) -> int:
        """How many doors have no live card."""
        return self.doors - self.with_card


def buildings_of(households: Iterable[Mapping[str, Any]], carded: Collection[str]) -> list[Building]:
    """Return the buildings of `households` in the order they come; `carded` are the households with a live card."""
    doors: dict[str, list[str]] = {}
    for household in households:
        doors.setdefault(household["address"]["building"], []).append(household["id"])
    return [Building(name, len(ids), sum(one in carded for one in ids)) for name, ids in doors.items()]
