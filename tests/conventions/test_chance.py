"""No test's verdict hangs on chance: what is drawn is the same in every run, and nothing short is sought in it."""

import ast
import os
import re
import secrets
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import settings

from tests.support.chance import drawn_from
from tests.support.pages import undrawn
from tests.support.sources import ROOT, each, tree_of
from webapp.core.crypto import new_box

SHORT = re.compile(r"[\w+/=-]{1,5}\Z", re.ASCII)  # of the letters of base64 and hex
HEAP = re.compile(r"^(str|repr|dump|bytes)\(|\.(text|data|sealed|hex\(\))$")


def drawn() -> list[object]:
    return [uuid.uuid4(), secrets.token_hex(4), secrets.randbelow(10**9), os.urandom(4), new_box()]


def test_the_same_is_drawn_under_the_same_name_only():
    found = []
    for name in ("a", "a", "b"):
        with drawn_from(name):
            found.append(drawn())
    first, again, other = found
    assert first == again
    assert not any(one == two for one, two in zip(first, other, strict=True))


def key_pairs() -> list[bytes]:
    agreed, signing = ec.generate_private_key(ec.SECP256R1()), Ed25519PrivateKey.generate()
    return [key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for key in (agreed, signing)]


@pytest.mark.parametrize("draw", [lambda: [uuid.uuid4().bytes], lambda: [secrets.token_bytes(8)], key_pairs])
def test_a_child_of_the_test_draws_as_ever(draw):
    ours, theirs = os.pipe()
    with drawn_from("a"):
        if os.fork() == 0:
            os.write(theirs, b"".join(draw()))
            os._exit(0)
        expected = draw()
    os.wait()
    found = os.read(ours, 4096)
    assert len(found) == len(b"".join(expected))
    assert not any(one in found for one in expected)
    os.close(ours)
    os.close(theirs)


def test_properties_are_tried_with_the_same_examples():
    assert settings().derandomize and settings().deadline is None and settings().print_blob


def test_only_what_is_drawn_is_left_out_of_a_page():
    page = f'<link href="/static/css/app.150150150150.css"><a href="/app/{uuid.uuid4()}?q=501" title="3幢 501">501</a>'
    assert undrawn(f'<input value="{"a501" * 6}">') == '<input value="…">'
    assert undrawn(page) == '<link href="…"><a href="/app/…?q=501" title="3幢 501">501</a>'


def needles(tree: ast.AST) -> Iterator[tuple[ast.Compare, str]]:
    """Yield what is sought where (comparison, needle), also by the loops whose names are sought."""
    loops: dict[str, list[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.comprehension) and isinstance(node.target, ast.Name):
            values = node.iter.elts if isinstance(node.iter, ast.Tuple | ast.List) else []
            loops.setdefault(node.target.id, []).extend(text for value in values for text in texts(value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In | ast.NotIn):
            named = loops.get(node.left.id, []) if isinstance(node.left, ast.Name) else texts(node.left)
            yield from ((node, needle) for needle in named)


def texts(node: ast.AST) -> list[str]:
    value = node.value if isinstance(node, ast.Constant) else None
    return [value.decode("latin-1") if isinstance(value, bytes) else value] if isinstance(value, str | bytes) else []


@each(sorted((ROOT / "tests").rglob("test_*.py")))
def test_nothing_short_is_sought_where_ids_and_hashes_lie(path: Path):
    """Look for it among what is shown (`words`, `get_text`), or in the source that is `undrawn`."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} {needle!r} in {where}"
        for node, needle in needles(tree_of(path))
        if SHORT.match(needle) and HEAP.search(where := ast.unparse(node.comparators[0]))
    ]
    assert not found
