"""Templates: every sentence translated, nothing marked safe, no logic that belongs elsewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

from tests.support.sources import CHINESE, ROOT, each, files, name_of

TEMPLATES = files("templates/**/*.html", "templates/**/*.svg", "templates/**/*.txt")
# Each language is named in itself; the second are examples of what somebody may type.
AS_THEY_ARE = {"简体中文", "繁體中文", "三"}
GETTEXT = {"_", "gettext", "ngettext"}
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"], autoescape=True)


def tree_of(path: Path) -> nodes.Template:
    """Return the syntax tree of the template `path`."""
    return ENVIRONMENT.parse(path.read_text(encoding="utf-8"), filename=str(path))


def literals(node: nodes.Node, *, translated: bool = False) -> Iterator[tuple[str, int]]:
    """Yield the texts under `node` that are shown as they stand, with lines."""
    if isinstance(node, nodes.TemplateData):
        yield node.data, node.lineno
    elif isinstance(node, nodes.Const) and isinstance(node.value, str) and not translated:
        yield node.value, node.lineno
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in GETTEXT:
        translated = True
    for child in node.iter_child_nodes():
        yield from literals(child, translated=translated)


@each(TEMPLATES)
def test_no_chinese_outside_gettext(path: Path):
    wrong = [
        f"{name_of(path)}:{line} {text.strip()[:40]}"
        for text, line in literals(tree_of(path))
        if CHINESE.search(text) and text not in AS_THEY_ARE
    ]
    assert not wrong


@each(TEMPLATES)
def test_nothing_is_marked_safe(path: Path):
    tree = tree_of(path)
    assert not [f.lineno for f in tree.find_all(nodes.Filter) if f.name == "safe"]
    assert not list(tree.find_all(nodes.ScopedEvalContextModifier)), "autoescape stays on"


@each(TEMPLATES)
def test_what_is_imported_is_used(path: Path):
    tree = tree_of(path)
    used = {name.name for name in tree.find_all(nodes.Name) if name.ctx == "load"}
    imported = {
        name[1] if isinstance(name, tuple) else name for i in tree.find_all(nodes.FromImport) for name in i.names
    }
    imported |= {i.target for i in tree.find_all(nodes.Import)}
    assert not sorted(imported - used)


def test_every_template_is_used():
    """A template that nobody renders, extends, includes or imports is dead."""
    sources = "\n".join(path.read_text() for path in (*files("webapp/**/*.py"), *TEMPLATES))
    names = [path.relative_to(ROOT / "templates").as_posix() for path in TEMPLATES]
    # Error pages are found by their status.
    assert not [name for name in names if name not in sources and not re.match(r"errors/\d{3}\.html", name)]
