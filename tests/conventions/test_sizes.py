"""Nothing grows past what a person reads in one go."""

import ast
from pathlib import Path

from tests.support.sources import each, files, tree_of

LONGEST_FILE = 300
LONGEST_FUNCTION = 40  # of scripts too: there the linter holds it

PYTHON = files("webapp/**/*.py", "tests/**/*.py", "bench/**/*.py")
WRITTEN = (
    *PYTHON,
    *files("static/**/*.js", "static/**/*.css", "sw/**/*.js", "templates/**/*.html", "tests/js/**/*.js", "tools/*"),
)


@each(WRITTEN)
def test_files_are_short(path: Path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@each(PYTHON)
def test_functions_are_short(path: Path):
    functions = [n for n in ast.walk(tree_of(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [f"{f.name}: {length}" for f in functions if (length := f.end_lineno - f.lineno + 1) > LONGEST_FUNCTION]
    assert not long
