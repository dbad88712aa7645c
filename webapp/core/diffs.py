"""What changed from one text to the next, line by line and within a line word by word."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

SAME, INSERTED, DELETED = "same", "ins", "del"
AROUND = 1  # unchanged lines shown before and after a change
LONGEST = 1500  # characters of a line that is compared word by word
ALIKE = 0.35  # how much of two lines must be the same for words to be compared at all
_WORDS = re.compile(r"[A-Za-z0-9]+|\s+|[^A-Za-z0-9\s]")  # a Chinese character is a word


class Run(NamedTuple):
    """A run of text that is the same in both, or stands in one of them: `kind` is `same`, `ins` or `del`."""

    kind: str
    text: str


class Line(NamedTuple):
    """A line of the comparison; `skipped` counts unchanged lines that stand here and are not shown (`runs` empty)."""

    runs: tuple[Run, ...]
    skipped: int = 0


def compare(before: str, after: str) -> list[Line]:
    """Return what changed between two texts, the unchanged lines far from any change left out; empty when nothing."""
    old, new = before.splitlines(), after.splitlines()
    if old == new:
        return []
    return _folded([line for line in _lines(old, new)])


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from (Line((Run(SAME, text),)) for text in old[i1:i2])
        else:
            yield from _changed(old[i1:i2], new[j1:j2])


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    """Yield lines that stand for one another side by side, and what is left of either."""
    pairs = min(len(old), len(new))
    for one, two in zip(old[:pairs], new[:pairs], strict=True):
        yield from _within(one, two)
    yield from (Line((Run(DELETED, text),)) for text in old[pairs:])
    yield from (Line((Run(INSERTED, text),)) for text in new[pairs:])


def _within(old: str, new: str) -> Iterator[Line]:
    one, two = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(old), len(new)) > LONGEST or _likeness(one, two) < ALIKE:
        yield from (Line((Run(kind, text),)) for kind, text in ((DELETED, old), (INSERTED, new)) if text)
        return
    yield Line(tuple(_runs(one, two)))


def _likeness(one: Sequence[str], two: Sequence[str]) -> float:
    """Return how much of the words is the same; that there are spaces between them makes no two sentences alike."""
    old, new = ([word for word in each if not word.isspace()] for each in (one, two))
    return SequenceMatcher(None, old, new, autojunk=False).ratio()


def _runs(one: Sequence[str], two: Sequence[str]) -> Iterator[Run]:
    """Yield what is the same and what changed, neighbours that changed as one: a space alone does not part them."""
    gone, come = "", ""
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        left, right = "".join(one[i1:i2]), "".join(two[j1:j2])
        if kind != "equal" or (left.isspace() and (gone or come)):
            gone, come = gone + left, come + right
            continue
        yield from _change(gone, come)
        yield Run(SAME, left)
        gone, come = "", ""
    yield from _change(gone, come)


def _change(gone: str, come: str) -> Iterator[Run]:
    yield from (Run(kind, text) for kind, text in ((DELETED, gone), (INSERTED, come)) if text)


def _folded(lines: list[Line]) -> list[Line]:
    changed = [any(run.kind != SAME for run in line.runs) for line in lines]
    near = [any(changed[max(0, at - AROUND) : at + AROUND + 1]) for at in range(len(lines))]
    found: list[Line] = []
    for line, is_near in zip(lines, near, strict=True):
        if is_near:
            found.append(line)
        elif found and found[-1].skipped:
            found[-1] = Line((), found[-1].skipped + 1)
        else:
            found.append(Line((), 1))
    return found
