"""The index: what is found, in which order, alike on both databases."""

from collections.abc import Callable

import pytest
from flask import Flask

from webapp.core.db import transaction
from webapp.search.queries import find
from webapp.search.service import forget, index

SHELF = {
    "subsidy": {"title": ["育儿补贴", "育兒補貼", "Childcare subsidy"], "summary": ["三岁以下的孩子每年 3600 元"]},
    "birth": {"title": ["生育登记", "Birth registration"], "body": ["不用准生证，网上就能登记。"]},
    "vaccine": {"title": ["HPV 疫苗接种", "HPV vaccination"], "body": ["补贴接种的女孩满 13 岁"]},
}


@pytest.fixture
def shelf(app: Flask) -> Callable[[str], list[str]]:
    """Return a function: query -> what is found on a small shelf, the best first."""
    with transaction():
        for name, fields in SHELF.items():
            index("book", name, fields, place=name)
    return lambda query: find(query, "book")


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("育儿补贴", "subsidy"),
        ("育兒補貼", "subsidy"),
        ("育儿不贴", "subsidy"),
        ("yuerbutie", "subsidy"),
        ("yu er bu tie", "subsidy"),
        ("yebt", "subsidy"),
        ("childcare subsidies", "subsidy"),
        ("subsdy", "subsidy"),
        ("准生证", "birth"),
        ("birth registratoin", "birth"),
        ("疫苗", "vaccine"),
        ("hpv", "vaccine"),
    ],
)
def test_what_is_typed_finds(shelf: Callable[[str], list[str]], query: str, first: str):
    assert shelf(query)[:1] == [first]


@pytest.mark.parametrize("query", ["", "   ", "？！", "量子力学", "qwxz", "%_'\"--", "𠮷" * 500])
def test_what_nobody_says_finds_nothing(shelf: Callable[[str], list[str]], query: str):
    assert shelf(query) == []


def test_what_changes_is_found_by_its_new_words_only(shelf: Callable[[str], list[str]]):
    with transaction():
        index("book", "birth", {"title": ["出生医学证明"]})
    assert shelf("出生医学证明") == ["birth"]
    assert shelf("生育登记") == []


def test_what_is_forgotten_is_not_found(shelf: Callable[[str], list[str]]):
    with transaction():
        forget("book", ["subsidy", "never there"])
        forget("page", ["vaccine"])
    assert shelf("育儿补贴") == []
    assert shelf("补贴") == ["vaccine"]
    assert shelf("疫苗") == ["vaccine"]
