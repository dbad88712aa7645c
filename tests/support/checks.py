"""Judges from outside: axe for accessibility, the W3C's checker for HTML."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.support.sources import ROOT

AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE_SIGHT = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]  # hang on the looks
# Of what is right, axe need not tell where it stands.
AXE_RUN = "rules => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })"
VNU = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"

# Our tables say their roles again, because Safari 15 forgets them once a style shows the rows as cards.
KNOWN = re.compile(r"The “role” attribute must not be used on a “(?:tr|td|th)” element which has a “table” ancestor")


@cache
def axe_source() -> str:
    """Return the script of axe; `void 0` keeps the driver from sending its whole value back."""
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8") + "; void 0"


def axe_problems(page: Page, rules: Sequence[str] = AXE_RULES) -> list[str]:
    """Return what axe finds wrong with the page as it stands by `rules` (their names, or tags), one line each."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe_source())
    found: dict[str, Any] = page.evaluate(AXE_RUN, list(rules))
    return [
        f"{violation['id']}: {violation['help']} {node['target']} {node['html'][:160]}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def html_problems(pages: Mapping[str, str], folder: Path) -> list[str]:
    """Return the errors that the W3C's checker finds in `pages` (name -> HTML), one line each.

    Warnings are not among them.
    One run takes all pages, since starting it takes a second. `folder` is an empty one to work in.
    """
    java = shutil.which("java")
    assert java, "no Java: run `make setup-dev`"
    names = {}
    for number, (name, text) in enumerate(pages.items()):
        path = folder / f"{number}.html"
        path.write_text(text, encoding="utf-8")
        names[f"file:{path}"] = name
    done = subprocess.run(
        [java, "-jar", VNU, "--format", "json", "--exit-zero-always", "--stdout", *map(str, folder.glob("*.html"))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    messages = json.loads(done.stdout)["messages"]
    return [
        f"{names.get(m['url'], m['url'])} line {m.get('lastLine')}: {m['message']} {m.get('extract', '').strip()[:120]}"
        for m in messages
        if m["type"] == "error" and not KNOWN.match(m["message"])
    ]
