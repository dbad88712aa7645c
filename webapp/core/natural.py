"""The order in which people look for numbered things: 2 before 10, and 二 where 2 would be."""

import re

from webapp.core.pieces import plain

WIDTH = 6  # digits to which numbers are filled up
HAN = "零一二三四五六七八九"
_HAN_NUMBER = re.compile(f"[{HAN[1:]}]?十[{HAN[1:]}]?|[{HAN[1:]}]")
_NUMBER = re.compile(r"[0-9]+")
_BLANK = re.compile(r"\s+")


def natural(text: str) -> str:
    """Return a text whose order by character is the order of `text` by its numbers; signs of width play no part."""
    spelled = _HAN_NUMBER.sub(lambda found: str(number_of(found[0])), _BLANK.sub("", plain(text)))
    return _NUMBER.sub(lambda found: found[0].lstrip("0").rjust(WIDTH, "0"), spelled)


def number_of(text: str) -> int:
    """Return the number up to 99 that Chinese numerals write: 三, 十二, 二十, 二十一."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return HAN.index(text)
    return (HAN.index(tens) if tens else 1) * 10 + (HAN.index(ones) if ones else 0)
