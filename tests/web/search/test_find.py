"""The index: what is found, in which order, and what is not."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from webapp.core.db import db, transaction
from webapp.search import queries
from webapp.search.models import SearchPosting, SearchSubject, SearchWord
from webapp.search.queries import find
from webapp.search.service import forget, index

SHELF = {
    "subsidy": {"title": ["育儿补贴", "育兒補貼", "Childcare subsidy"], "summary": ["三岁以下的孩子每年 3600 元"]},
    "birth": {"title": ["生育登记", "Birth registration"], "body": ["不用准生证，网上就能登记。"]},
    "vaccine": {"title": ["HPV 疫苗接种", "HPV vaccination"], "body": ["补贴接种的女孩满 13 岁"]},
}
FINDS = {
    **dict.fromkeys(
        ["育儿补贴", "育兒補貼", "育儿不贴", "yuerbutie", "yu er bu tie", "yebt", "补", "３６００元"], "subsidy"
    ),
    **dict.fromkeys(["childcare subsidies", "subsdy"], "subsidy"),
    **dict.fromkeys(["准生证", "birth registratoin"], "birth"),
    **dict.fromkeys(["疫苗", "hpv", "Vaccine"], "vaccine"),
}
FINDS_NOTHING = ("", "   ", "？！", "量子力学", "qwxz", "%_'\"--", "𠮷" * 500, "\x00", "a" * 10_000)


@pytest.fixture
def shelf(app: Flask) -> Callable[[str], list[str]]:
    """Return a function: query -> what is found on a small shelf, the best first."""
    with transaction():
        for name, fields in SHELF.items():
            index("book", name, fields, place=name)
    return lambda query: find(query, "book").ids


def rows() -> dict[str, int]:
    """Return how many rows each table of the index has."""
    return {
        model.__tablename__: db.session.scalar(select(func.count()).select_from(model))
        for model in (SearchSubject, SearchWord, SearchPosting)
    }


def test_what_is_typed_finds(shelf: Callable[[str], list[str]]):
    assert {query: shelf(query)[:1] for query in FINDS} == {query: [first] for query, first in FINDS.items()}


def test_what_nobody_says_finds_nothing(shelf: Callable[[str], list[str]]):
    assert {query: shelf(query) for query in FINDS_NOTHING} == {query: [] for query in FINDS_NOTHING}


def test_what_says_a_little_of_it_is_a_guess(shelf: Callable[[str], list[str]]):
    found = find("火星上的补贴和登月", "book")
    assert found.is_guess
    assert found.ids == ["subsidy", "vaccine"]
    assert not find("补贴", "book").is_guess


def test_whose_place_comes_first_is_found_first_when_both_say_it_alike(app: Flask):
    with transaction():
        for name, place in (("one", "b"), ("other", "a"), ("third", "c")):
            index("book", name, {"title": ["叶酸"]}, place=place)
    assert find("叶酸", "book").ids == ["other", "one", "third"]
    assert find("叶酸", "book", limit=2).ids == ["other", "one"]


def test_what_is_bounded_finds_nothing_else(shelf: Callable[[str], list[str]]):
    assert find("补贴", "book", among=["vaccine", "unknown"]).ids == ["vaccine"]
    assert find("补贴", "book", among=[]).ids == []
    some = select(SearchSubject.subject_id).where(SearchSubject.subject_id != "vaccine")
    assert find("补贴", "book", among=some).ids == ["subsidy"]


def test_another_kind_of_subject_is_not_found(shelf: Callable[[str], list[str]]):
    with transaction():
        index("page", "subsidy", {"title": ["育儿补贴"]})
    assert find("育儿补贴", "page").ids == ["subsidy"]
    assert find("疫苗", "page").ids == []


def test_what_changes_is_found_by_its_new_words_only(shelf: Callable[[str], list[str]]):
    with transaction():
        index("book", "birth", {"title": ["出生医学证明"]})
    assert shelf("出生医学证明") == ["birth"]
    assert shelf("生育登记") == []


def test_what_is_forgotten_is_not_found(shelf: Callable[[str], list[str]]):
    with transaction():
        forget("book", ["subsidy", "never there"])
        forget("page", ["vaccine"])
        forget("book", [])
    assert shelf("育儿") == []
    assert shelf("疫苗") == ["vaccine"]


def test_saying_the_same_again_leaves_no_trace(shelf: Callable[[str], list[str]]):
    before = rows()
    with transaction():
        index("book", "birth", SHELF["birth"], place="birth")
    assert rows() == before
    with transaction():
        forget("book", list(SHELF))
    assert set(rows().values()) == {0}


def test_how_many_say_a_word_is_counted_right(shelf: Callable[[str], list[str]]):
    said = select(SearchPosting.word, func.count()).group_by(SearchPosting.word)
    counted = select(SearchWord.word, SearchWord.subjects)
    assert sorted(map(tuple, db.session.execute(said))) == sorted(map(tuple, db.session.execute(counted)))


def test_a_field_without_a_weight_is_a_mistake(app: Flask):
    with pytest.raises(KeyError, match="heading"), transaction():
        index("book", "one", {"heading": ["叶酸"]})


@pytest.mark.one_database
def test_common_words_are_looked_for_where_rare_ones_find_too_little(
    shelf: Callable[[str], list[str]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queries, "MOST_READ", 1)
    assert find("育儿补贴", "book", among=["vaccine"]).ids == ["vaccine"]
    monkeypatch.setattr(queries, "ENOUGH", 1)
    assert find("育儿补贴", "book").ids == ["subsidy"], "which thousands say is not read on when rare words have found"
