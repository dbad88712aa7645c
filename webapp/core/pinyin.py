"""Pinyin as people type it: without tones, without blanks, and as they say it at home."""

import re
from functools import lru_cache

LONGEST_SYLLABLE = 6  # letters
MOST_DIVISIONS = 4
_BLUR = ((re.compile(r"^([zcs])h"), r"\1"), (re.compile(r"([aei])ng$"), r"\1n"))


@lru_cache(maxsize=1024)
def blurred(syllable: str) -> str:
    """Return `syllable` as many people say it: zh, ch, sh as z, c, s, and ang, eng, ing as an, en, in."""
    for pattern, instead in _BLUR:
        syllable = pattern.sub(instead, syllable)
    return syllable


def divisions(letters: str, known: frozenset[str]) -> list[tuple[str, ...]]:
    """Return the ways to divide `letters` into the fewest syllables; none when they do not divide."""
    best: list[list[tuple[str, ...]]] = [[()]]
    for end in range(1, len(letters) + 1):
        ends = [
            (*way, letters[start:end])
            for start in range(max(0, end - LONGEST_SYLLABLE), end)
            if letters[start:end] in known
            for way in best[start]
        ]
        fewest = min(map(len, ends), default=0)
        best.append([way for way in ends if len(way) == fewest][:MOST_DIVISIONS])
    return best[-1] if letters else []
