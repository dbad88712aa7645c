"""The source files of the project, for tests that hold conventions."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u3400-\u9fff]")


@cache
def files(*patterns: str) -> tuple[Path, ...]:
    """Return the files under the project that match any of `patterns` (as `webapp/**/*.py`), sorted."""
    return tuple(sorted({path for pattern in patterns for path in ROOT.glob(pattern) if path.is_file()}))


def python_files() -> tuple[Path, ...]:
    """Return the Python files of the package."""
    return files("webapp/**/*.py")


def each(paths: Iterable[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """Make the check of one file a single test of all `paths`, which names every file that fails and says why.

    As tests of their own they are thousands, and each costs more to collect and to report than to run.
    """
    every = tuple(paths)

    def over_all(check: Callable[[Path], None]) -> Callable[[], None]:
        def test() -> None:
            assert every, "no files"
            assert not (wrong := [found for path in every if (found := objection(check, path))]), "\n".join(wrong)

        test.__name__, test.__doc__ = check.__name__, check.__doc__
        return test

    return over_all


def objection(check: Callable[[Path], None], path: Path) -> str:
    """Return what `check` has against the file `path`, `""` for nothing."""
    try:
        check(path)
    except AssertionError as error:
        return f"{name_of(path)}: {error}"
    return ""


def name_of(path: Path) -> str:
    """Return `path` as it is written from the root of the project."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of the Python file `path`; every node knows its `parent`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            child.parent = node  # type: ignore[attr-defined]
    return tree


def module_of(path: Path) -> str:
    """Return the dotted name of the Python file `path`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> Iterator[tuple[str, int]]:
    """Yield what `path` imports, anywhere in it, as (dotted name, line); `from a import b` gives `a.b`."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports relatively"
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


@cache
def calls_in(path: Path) -> tuple[tuple[str, ast.Call], ...]:
    """Return the calls in `path` as (name as it is written, such as `datetime.now`, node)."""
    return tuple((ast.unparse(node.func), node) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))


def without_comments(script: str) -> str:
    """Return JavaScript or CSS without its comments; line numbers stay. Strings are left as they are."""
    token = re.compile(
        r'(?P<keep>"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|`(?:\\.|[^`\\])*`)|/\*.*?\*/|//[^\n]*', re.DOTALL
    )
    return token.sub(lambda found: found["keep"] or "\n" * found[0].count("\n"), script)
