"""Habits of the Python code that no linter knows: one clock, one commit, reasons for every exception."""

import ast
import re
import tomllib
from pathlib import Path

from tests.support.sources import ROOT, calls_in, each, files, imports_of, name_of, python_files

CLOCKS = {
    "date.today", "datetime.now", "datetime.today", "datetime.utcnow", "func.now", "func.current_timestamp",
    "time.ctime", "time.gmtime", "time.localtime", "time.time", "time.time_ns",
}  # fmt: skip
OPENERS = re.compile(r"views\.py|cli\w*\.py")  # who may open a writing transaction, besides these folders
OPENING_FILES = {"webapp/access/service.py"}  # the hook that lets a session slide on after the view is done
OPENING_FOLDERS = {"dashboards", "demo", "manage", "polling", "publishing", "register", "rounds", "sync"}
SILENCED = re.compile(r"#\x20noqa(?!: [A-Z]+\d+(?:, [A-Z]+\d+)* - \S)")
TESTS = files("tests/**/*.py")


@each(python_files())
def test_only_the_clock_asks_the_time(path: Path):
    if name_of(path) == "webapp/core/clock.py":
        return
    wrong = [
        f"{name_of(path)}:{node.lineno} {name}"
        for name, node in calls_in(path)
        if ".".join(name.split(".")[-2:]) in CLOCKS
    ]
    from_time = [name for name, _ in imports_of(path) if name in {"time.time", "time.time_ns"}]
    assert not wrong
    assert not from_time


@each(python_files())
def test_nobody_commits_but_the_transaction(path: Path):
    if name_of(path) == "webapp/core/db.py":
        return
    wrong = [f"{name_of(path)}:{n.lineno} {name}" for name, n in calls_in(path) if name.split(".")[-1] == "commit"]
    opened = [name for name, _ in imports_of(path) if name == "webapp.core.db.transaction"]
    assert not wrong
    assert not opened or may_open(path), "only views and commands open a transaction"


def may_open(path: Path) -> bool:
    """Return whether `path` stands where a writing transaction begins."""
    return (
        bool(OPENERS.fullmatch(path.name))
        or name_of(path) in OPENING_FILES
        or path.relative_to(ROOT).parts[1] in OPENING_FOLDERS
    )


@each(python_files())
def test_what_happened_at_the_same_time_has_an_order_too(path: Path):
    """A moment alone orders nothing: two rows may share it, and each database then answers as it likes."""
    last = [
        (node.lineno, ast.unparse(node.args[-1]).removesuffix(".desc()"))
        for name, node in calls_in(path)
        if name.split(".")[-1] == "order_by" and node.args
    ]
    assert not [f"{name_of(path)}:{line} {column}" for line, column in last if column.endswith("_at")]


@each(TESTS)
def test_a_skipped_test_says_why(path: Path):
    if not re.search("skip|xfail", path.read_text()):
        return
    silent = []
    for name, node in calls_in(path):
        marker = name.split(".")[-1]
        if name.startswith("pytest.mark.") and marker in {"skip", "skipif", "xfail"}:
            silent += [] if any(key.arg == "reason" for key in node.keywords) else [node.lineno]
        elif name in {"pytest.skip", "pytest.xfail"}:
            silent += [] if node.args or node.keywords else [node.lineno]
    bare = [n.lineno for n in bare_markers(path)]
    assert not silent + bare


def bare_markers(path: Path) -> list[ast.Attribute]:
    """Return the skip markers of `path` that are not even called."""
    from tests.support.sources import tree_of

    return [
        node
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in {"pytest.mark.skip", "pytest.mark.xfail"}
        and not (isinstance(node.parent, ast.Call) and node.parent.func is node)  # type: ignore[attr-defined]
    ]


@each(files("tests/js/**/*.js"))
def test_a_skipped_script_test_says_why(path: Path):
    assert not re.search(r"\b(?:test|it|describe)\.(?:only|skip|todo)\(", path.read_text())


@each(files("webapp/**/*.py", "tests/**/*.py", "bench/**/*.py"))
def test_a_silenced_check_says_why(path: Path):
    """A code without a reason tells nobody whether it may go."""
    wrong = [
        f"{name_of(path)}:{number}"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if SILENCED.search(line)
    ]
    assert not wrong


def test_every_folder_of_tests_is_run():
    """Except those that other commands run: `make soak` and `node --test`."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    listed = set(settings["tool"]["pytest"]["ini_options"]["testpaths"])
    there = {"/".join(path.relative_to(ROOT).parts[:2]) for path in files("tests/**/test_*.py")}
    assert there - listed <= {"tests/soak"}
