"""Citizen numbers (GB 11643-1999) and what may be shown of personal data on a list."""

import re
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"  # by the weighted sum modulo 11

_SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]", re.ASCII)
_REGION = re.compile(r"(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])[0-9]{4}")
_LONG_NUMBER = re.compile(r"[0-9０-９]{11}")
_STAR = "*"
LONG_PHONE = 8


def is_citizen_number(text: str) -> bool:
    """Return whether `text` (upper case) is a number with a real birth date and the right check character.

    The first six digits are not compared with today's divisions: numbers outlive them, and residence permits of Hong
    Kong, Macao, Taiwan (81-83) and foreigners' cards (9) are numbered alike.
    """
    return bool(_SHAPE.fullmatch(text)) and check_of(text) == text[17] and birth_of(text) is not None


def is_region(text: str) -> bool:
    """Return whether `text` is shaped as a code of GB/T 2260: six digits that begin with those of a province."""
    return bool(_REGION.fullmatch(text))


def has_long_number(text: str) -> bool:
    """Return whether a remark holds a number as long as a telephone's or a person's, in whatever width."""
    return bool(_LONG_NUMBER.search(text))


def check_of(text: str) -> str:
    """Return the check character of a number's first seventeen digits."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(text, WEIGHTS, strict=False)) % 11]


def birth_of(text: str) -> date | None:
    """Return the birth date that a number carries, None when there is no such day."""
    try:
        return date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None


def sex_of(text: str) -> str:
    """Return `m` or `f`: the last digit before the check is odd for men."""
    return "m" if int(text[16]) % 2 else "f"


def masked_number(text: str) -> str:
    """Return a number as lists show it: `110105********002X`."""
    return f"{text[:6]}{_STAR * 8}{text[14:]}"


def masked_name(text: str) -> str:
    """Return a name as lists show it: the first character, and one star for each other one (at most two)."""
    return text[:1] + _STAR * min(len(text) - 1, 2) if len(text) > 1 else text


def masked_phone(text: str) -> str:
    """Return a telephone number as lists show it: `138****5678`; of a short one only the end."""
    digits = "".join(sign for sign in text if sign.isdigit() or sign == "+")
    if len(digits) < LONG_PHONE:
        return f"{_STAR * 4}{digits[-2:]}" if digits else ""
    return f"{digits[:3]}{_STAR * 4}{digits[-4:]}"


def age_on(birth: date, day: date) -> int:
    """Return how many years old somebody born on `birth` is on `day`."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
