"""Characters of the traditional script in the simplified one, each for itself.

For comparing, not for reading: words are not looked at, so that a part of a text becomes the same as it does within
the text. What is written for people in the other script is made elsewhere, by words.
"""

from opencc import OpenCC  # type: ignore[import-untyped]

FIRST_HAN, LAST_HAN = 0x3400, 0x9FFF
LAST_KEPT = 0xFFFF
# What the table of characters leaves as it is because only the word would tell.
_VARIANTS = {"著": "着", "裏": "里", "裡": "里", "妳": "你", "乾": "干", "藉": "借", "徵": "征", "嚐": "尝"}


class _Simplified(dict[int, str]):
    """A table for `str.translate` that asks for each character once."""

    def __init__(self) -> None:
        super().__init__({ord(one): other for one, other in _VARIANTS.items()})
        self._converter = OpenCC("t2s")

    def __missing__(self, code: int) -> str:
        alike = chr(code)
        if FIRST_HAN <= code <= LAST_HAN:
            alike = self._converter.convert(self._converter.convert(alike))  # 薴 takes two steps
        if code <= LAST_KEPT:
            self[code] = alike
        return alike


_TABLE = _Simplified()


def simplified(text: str) -> str:
    """Return `text` with each traditional character as its simplified one; as long as `text`."""
    return text.translate(_TABLE)
