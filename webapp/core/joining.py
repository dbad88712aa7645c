"""Many small modules made into one script, and styles into one sheet, without what browsers do not need.

A page may load few files (each costs a round trip of half a second on a bad network), and modules should be small.
Both are had by joining: the modules a page needs are written one behind the other, imports and `export` left out.
The road not taken is a bundler: this join is some lines long.
"""

import re
from pathlib import Path

_IMPORT = re.compile(r'^import\s*(?:\{[^}]*\}\s*from\s*)?"(?P<path>\.[^"]+)";\s*?$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)
_COMMENT = re.compile(r"^\s*(?://[^\n]*|/\*\*(?:(?!\*/).)*\*/)[ \t]*\n", re.MULTILINE | re.DOTALL)
_CAST = re.compile(r"/\*\* @\w+ [^*\n]*\*/ ?")  # the types that stand within a line


def join_modules(entry: Path) -> str:
    """Return the module at `entry` and all it imports as one script, what is imported first."""
    order: list[Path] = []
    _visit(entry.resolve(), order, ())
    return "".join(strip_comments(_EXPORT.sub("", _IMPORT.sub("", path.read_text()))) for path in order)


def _visit(path: Path, order: list[Path], above: tuple[Path, ...]) -> None:
    if path in above:
        raise ValueError(f"modules import each other in a circle: {path.name}")
    if path in order:
        return
    for found in _IMPORT.finditer(path.read_text()):
        _visit((path.parent / found["path"]).resolve(), order, (*above, path))
    order.append(path)


def strip_comments(script: str, *, indented: bool = False) -> str:
    """Return `script` without lines of comment, types within lines, blank lines and, unless `indented`, indentation."""
    lines = _CAST.sub("", _COMMENT.sub("", script + "\n")).splitlines()
    return "".join(f"{line if indented else line.strip()}\n" for line in lines if line.strip())


def strip_styles(style: str) -> str:
    """Return `style` without comments, indentation and blank lines."""
    lines = (line.strip() for line in re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL).splitlines())
    return "".join(f"{line}\n" for line in lines if line)
