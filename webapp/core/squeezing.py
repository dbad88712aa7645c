"""Scripts without the blanks that only people need.

They are found token by token, so that texts, templates and patterns stay as they are; tests/conventions/test_scripts.py
has a compiler read both and compare. Shorter names would save more, and take a compiler here.
"""

import re
from collections.abc import Iterator

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
_WORDY = re.compile(r"[\w$#\"'`]")


def squeeze(script: str) -> str:
    """Return `script`, written as our modules are, with the same tokens and as few blanks as they take."""
    found = [(match.lastgroup, match[0]) for match in _TOKEN.finditer(script) if match.lastgroup != "comment"]
    return "".join(_parts(found)).strip() + "\n"


def _parts(found: list[tuple[str | None, str]]) -> Iterator[str]:
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
