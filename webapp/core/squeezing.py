"""Scripts without the blanks, and the commas behind the last of several, that only people need.

They are found token by token, so that texts, templates and patterns stay as they are; tests/conventions/test_scripts.py
has a compiler read both and compare. Shorter names would save more, and take a compiler here.
"""

import re
from collections.abc import Iterator, Sequence

Token = tuple[str | None, str]

_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)
    |(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<pattern>(?:(?<=[=(,:!&|?{};\[\n])|(?<=return))[ ]*/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*)
    |(?P<word>[\w$#]+)
    |(?P<blank>\s+)
    |(?P<sign>.)""",
    re.DOTALL | re.VERBOSE,
)
# A line may go on behind or before these whatever stands on the other side.
_OPEN, _CLOSING = frozenset("{;,([:?&|=*<>"), frozenset(")].?:&|}")
_ENDS = frozenset(")]}")
_WORDY = re.compile(r"[\w$#\"'`]")


def squeeze(script: str) -> str:
    """Return `script`, written as our modules are: the same tokens but last commas, with as few blanks as they take."""
    found = [(match.lastgroup, match[0]) for match in _TOKEN.finditer(script) if match.lastgroup != "comment"]
    return "".join(_parts(_without_last_commas(found))).strip() + "\n"


def _without_last_commas(found: Sequence[Token]) -> list[Token]:
    """Return `found` without commas that nothing follows. Our lists have no holes, in which a last one counts."""
    kept: list[Token] = []
    after = ""
    for kind, text in reversed(found):
        if text != "," or after not in _ENDS:
            kept.append((kind, text))
        after = after if kind == "blank" else text
    return kept[::-1]


def _parts(found: Sequence[Token]) -> Iterator[str]:
    last = ""
    for i, (kind, text) in enumerate(found):
        after = found[i + 1][1][:1] if i + 1 < len(found) else ""
        part = _between(text, last, after) if kind == "blank" else text
        last = part[-1:] or last
        yield part


def _between(blank: str, before: str, after: str) -> str:
    """Return what has to stand between two tokens, of which the last and the first character are given."""
    if "\n" in blank:
        return "" if before in _OPEN or after in _CLOSING or before == "\n" else "\n"
    apart = (_WORDY.match(before) and _WORDY.match(after)) or (before in "+-" and after in "+-")
    return " " if before and after and apart else ""
