"""Out of a package from the lock only what a page uses, as one script.

Packages are modules that import each other, which addresses with hashes cannot follow, and hold more than we need.
Each module becomes a function that returns what is wanted of it and keeps only the statements which that takes.
It reads what compilers write: statements begin at the margin, and everything within them is indented.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from webapp.core.joining import strip_comments

_MARGIN = re.compile(r"^(?=[^\s})\]])", re.MULTILINE)
_IMPORT = re.compile(r"""import \{(?P<names>[^}]*)\} from ["'](?P<path>\.[^"']+)["'];""")
_EXPORTS = re.compile(r"export \{(?P<names>[^}]*)\};")
_DECLARES = re.compile(r"(?P<export>export )?(?:(?:async )?(?:function\*?|class)|const|let) (?P<name>[\w$]+|\{[^}]*\})")
_WORD = re.compile(r"[\w$]+")
_TEXTS = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")


def take(entry: Path, names: Collection[str]) -> str:
    """Return a script that declares `names`, exports of the module at `entry`, for all scripts of a page.

    Raises KeyError for a name that is not exported.
    """
    return f"var {{{','.join(names)}}}={_module(entry, names)};\n"


def _module(path: Path, wanted: Collection[str]) -> str:
    """Return an expression: the object whose members are the exports of `path` called `wanted`."""
    statements = _MARGIN.split(strip_comments(path.read_text(), indented=True))
    inside = _exported(statements)
    kept = _reached(statements, {inside[name] for name in wanted})
    body = "".join(_inlined(text, used, path) for text, used in kept)
    return f"(()=>{{\n{body}return {{{','.join(f'{name}:{inside[name]}' for name in wanted)}}};\n}})()"


def _exported(statements: Iterable[str]) -> dict[str, str]:
    """Return the names that `statements` have within their module, by those they are exported under."""
    found: dict[str, str] = {}
    for text in statements:
        if listed := _EXPORTS.match(text):
            found.update({outer: inner for inner, outer in _pairs(listed["names"]).items()})
        elif (declared := _DECLARES.match(text)) and declared["export"]:
            found[declared["name"]] = declared["name"]
    return found


def _pairs(names: str) -> dict[str, str]:
    """Return what stands after `as` by what stands before it; a name without it stands for itself."""
    words = [part.split() for part in names.split(",") if part.strip()]
    return {each[0]: each[-1] for each in words}


def _declared(text: str) -> set[str]:
    """Return what a statement declares; nothing when it only does something."""
    if brought := _IMPORT.match(text):
        return set(_pairs(brought["names"]).values())
    found = _DECLARES.match(text)
    return set(_WORD.findall(re.sub(r"[\w$]+\s*:", "", found["name"]))) if found else set()


def _reached(statements: list[str], roots: set[str]) -> list[tuple[str, set[str]]]:
    """Return the statements that `roots` take, in their order, each with the names it is needed for."""
    rows = [(text, _declared(text), set(_WORD.findall(_TEXTS.sub("", text)))) for text in statements]
    needed, before = set(roots), set[str]()
    while needed != before:
        before = set(needed)
        for text, names, words in rows:
            if names & needed and not _IMPORT.match(text):
                needed |= words
    return [(text, names & needed) for text, names, _ in rows if names & needed]


def _inlined(text: str, used: Collection[str], path: Path) -> str:
    """Return a statement without `export`; in place of an import stands what is imported."""
    brought = _IMPORT.match(text)
    if not brought:
        return strip_comments(text.removeprefix("export "))
    pairs: Mapping[str, str] = {outer: inner for outer, inner in _pairs(brought["names"]).items() if inner in used}
    members = ",".join(f"{outer}:{inner}" for outer, inner in pairs.items())
    return f"const {{{members}}}={_module(path.parent / brought['path'], list(pairs))};\n"
