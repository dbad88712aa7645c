"""Pieces of a text by which it is found: runs of letters, of digits and of other characters, and how they begin.

Somebody types the beginning of a name, its pinyin, its initials, or the numbers of a door. A text is stored by the
pieces of it that may be typed; what is typed is looked up by its longest pieces, and what is found is compared with
the whole of what was typed. So a store of keyed hashes, which knows equal from unequal only, finds beginnings too.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from pypinyin import Style, pinyin

LENGTHS = (1, 2, 3, 4, 6, 8, 12)  # of stored pieces; what is typed is looked up by the longest that fits
RUN = re.compile(r"[0-9]+|[a-z]+|[^\W\d_a-z]+")
_LETTERS = re.compile(r"[a-z]+")

# Surnames that are read otherwise than the character alone.
SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "查": "zha", "任": "ren", "区": "ou", "朴": "piao",
    "盖": "ge", "种": "chong", "缪": "miao", "乐": "yue", "员": "yun", "冼": "xian", "洗": "xian", "尉": "yu",
    "翟": "zhai", "覃": "qin", "折": "she", "召": "shao", "宓": "mi", "繁": "po", "黑": "he", "秘": "bi", "长": "zhang",
}  # fmt: skip


def plain(text: str) -> str:
    """Return `text` as it is compared: ordinary width, lower case, no blanks at the ends."""
    return unicodedata.normalize("NFKC", text).lower().strip()


def runs(text: str) -> list[str]:
    """Return the runs of `text`: digits, Latin letters, other letters; signs and blanks only divide."""
    return RUN.findall(plain(text))


def syllables(text: str, *, is_name: bool = False) -> tuple[str, ...]:
    """Return the pinyin of the Chinese characters of `text`, without tones, ü as v; other runs stay as they are."""
    spelled = [syllable for run in runs(text) for syllable in _spelled(run)]
    if is_name and spelled and plain(text)[0] in SURNAMES:
        spelled[0] = SURNAMES[plain(text)[0]]
    return tuple(spelled)


# By the run, not by the text: the doors of a street share its name, and looking that up costs more than opening a door.
@lru_cache(maxsize=4096)
def _spelled(run: str) -> tuple[str, ...]:
    return tuple(row[0] for row in pinyin(run, style=Style.NORMAL)) if not run.isascii() else (run,)


def pieces(run: str, starts: Iterable[int] | None = None) -> Iterator[str]:
    """Yield the stored pieces of one run: those of each length from each of `starts`, by default from everywhere."""
    for start in range(len(run)) if starts is None else starts:
        for length in LENGTHS:
            if start + length > len(run):
                break
            yield run[start : start + length]


def spelled_pieces(spelled: Iterable[str]) -> Iterator[str]:
    """Yield the stored pieces of a text's pinyin, from each syllable on, and of its initials."""
    parts = [part for part in spelled if _LETTERS.fullmatch(part)]
    starts = [sum(map(len, parts[:index])) for index in range(len(parts))]
    yield from pieces("".join(parts), starts)
    yield from pieces("".join(part[0] for part in parts))


def longest_piece(run: str) -> str:
    """Return the longest stored piece that `run` begins with."""
    return run[: max(length for length in LENGTHS if length <= len(run))]


def stored_pieces(texts: Iterable[str], names: Iterable[str] = (), numbers: Iterable[str] = ()) -> set[str]:
    """Return the pieces by which something is found that says `texts` and `names`, and has `numbers` as they stand."""
    found = {number for text in numbers for number in runs(text)}
    for text, is_name in [*((text, False) for text in texts), *((name, True) for name in names)]:
        found.update(spelled_pieces(syllables(text, is_name=is_name)))
        for run in runs(text):
            found.update(pieces(run, [0] if run.isdigit() else None))
    return found


def says(run: str, texts: Iterable[str], names: Iterable[str] = (), numbers: Iterable[str] = ()) -> bool:
    """Return whether one typed `run` stands in a text, begins somewhere in a text's pinyin, or is a number's end."""
    known = [(text, False) for text in texts] + [(name, True) for name in names]
    if any(run in plain(text) for text, _ in known) or any(text.endswith(run) for text in numbers):
        return True
    is_letters = bool(_LETTERS.fullmatch(run))
    return is_letters and any(_is_spelled(run, syllables(text, is_name=is_name)) for text, is_name in known)


def _is_spelled(run: str, spelled: tuple[str, ...]) -> bool:
    parts = [part for part in spelled if _LETTERS.fullmatch(part)]
    ends = any("".join(parts[index:]).startswith(run) for index in range(len(parts)))
    return ends or run in "".join(part[0] for part in parts)
