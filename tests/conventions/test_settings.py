"""Every setting has a line in the README, and the README names no setting that is gone."""

import ast
import re

from tests.support.sources import ROOT, python_files, tree_of

NAME = re.compile(r"(?:SANSHI_[A-Z_]+|DATABASE_URL|PORT)\Z")
CONFIG = ROOT / "webapp" / "config.py"


def strings_of(path) -> set[str]:
    """Return the names of settings that stand in `path` as strings."""
    constants = (node.value for node in ast.walk(tree_of(path)) if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str) and NAME.match(value)}


def test_every_setting_is_documented():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    documented = {name for name in re.findall(r"^\| `([A-Z_]+)` \|", readme, re.MULTILINE) if NAME.match(name)}
    assert strings_of(CONFIG) == documented


def test_only_the_config_reads_the_environment():
    elsewhere = [
        path.name
        for path in python_files()
        if path != CONFIG and re.search(r"os\.(?:environ|getenv)", path.read_text(encoding="utf-8"))
    ]
    assert not elsewhere
