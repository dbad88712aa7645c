"""Codes, places in the tree, and histories without gaps."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.orgs.rules import (
    LEVELS,
    NOT_KNOWN,
    PARENTS,
    Node,
    Term,
    in_circles,
    is_unbroken,
    problems_with_change,
    problems_with_code,
    problems_with_dates,
    problems_with_merger,
    problems_with_parent,
    short_code,
    value_on,
    with_change,
    with_end,
)

TODAY = date(2026, 11, 21)
OPENED = date(2020, 1, 1)
DAYS = st.integers(0, 2600).map(lambda n: OPENED + timedelta(n))


def node(level: str, code: str | None = None, **given) -> Node:
    return Node(
        **{
            "id": code or level,
            "level": level,
            "name": level,
            "code": code,
            "parent_id": None,
            "opened": OPENED,
            **given,
        }
    )


def codes(problems) -> list[str]:
    return [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("330000000000", "33"), ("330000", "33"), ("331100", "3311"), ("331126000000", "331126"),
        ("331126001000", "331126001"), ("331126001001", "331126001001"), ("33112600100110", "33112600100110"),
        ("331126100", "331126100"), ("331126", "331126"), ("", ""),
    ],
)  # fmt: skip
def test_padding_is_taken_off(text: str, short: str):
    assert short_code(text) == short


@pytest.mark.parametrize(
    ("level", "code", "problem"),
    [
        ("province", "33", []), ("city", "3311", []), ("county", "331126", []), ("township", "331126001", []),
        ("community", "331126001001", []), ("group", "33112600100101", []), ("group", "331126001001001", []),
        ("county", "3311260", ["shape"]), ("group", "3311260010010001", ["shape"]),
        ("community", "33112600100A", ["shape"]),
        ("community", "3.31126E+11", ["mangled"]), ("county", "", ["shape"]), ("county", "３３１１２６", ["shape"]),
        ("county", "331126\n", ["shape"]),
    ],
)  # fmt: skip
def test_codes_have_the_length_of_their_level(level: str, code: str, problem: list[str]):
    assert codes(problems_with_code(level, code)) == problem


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("above", LEVELS)
def test_only_the_levels_of_the_table_stand_under_each_other(level: str, above: str):
    found = problems_with_parent(node(level), node(above))
    assert codes(found) == ([] if above in PARENTS[level] else ["level"])


def test_a_code_begins_with_the_code_above():
    community = node("community", "331126001001")
    assert codes(problems_with_parent(community, node("township", "331126002"))) == ["prefix"]
    assert problems_with_parent(community, node("township", "331126001")) == []
    assert problems_with_parent(community, node("township")) == []


def test_only_a_group_needs_something_above_it():
    assert codes(problems_with_parent(node("group"), None)) == ["required"]
    assert problems_with_parent(node("township"), None) == []


@pytest.mark.parametrize(
    ("opened", "closed", "problem"),
    [
        (OPENED, None, []), (TODAY, None, []), (NOT_KNOWN, TODAY, []),
        (TODAY + timedelta(1), None, ["future"]), (OPENED, TODAY + timedelta(1), ["future"]),
        (OPENED, OPENED, ["order"]), (TODAY, OPENED, ["order"]),
    ],
)  # fmt: skip
def test_a_unit_lives_at_least_a_day_and_not_in_the_future(opened: date, closed: date | None, problem: list[str]):
    assert codes(problems_with_dates(opened, closed, TODAY)) == problem


def test_changes_come_in_order_and_not_after_the_end():
    terms = [Term("a", OPENED, date(2024, 1, 1)), Term("b", date(2024, 1, 1), None)]
    assert problems_with_change(terms, date(2024, 1, 1), TODAY) == []
    assert codes(problems_with_change(terms, date(2023, 12, 31), TODAY)) == ["order"]
    assert codes(problems_with_change(terms, TODAY + timedelta(1), TODAY)) == ["future"]
    assert codes(problems_with_change(with_end(terms, TODAY), TODAY, TODAY)) == ["closed"]


@given(st.lists(st.tuples(st.sampled_from("abc"), DAYS)), DAYS)
def test_a_history_has_no_gap_and_no_overlap(changes, day):
    terms, said = [Term("a", OPENED, None)], [("a", OPENED)]
    for value, since in changes:
        if problems_with_change(terms, since, date.max):
            continue
        terms = with_change(terms, value, since)
        said.append((value, since))
        assert is_unbroken(terms, OPENED, None)
    assert all(one.value != two.value for one, two in pairwise(terms))
    assert value_on(terms, day) == [value for value, since in said if since <= day][-1]


@given(st.lists(DAYS, unique=True), DAYS)
def test_the_end_closes_the_history_and_keeps_it(days, end):
    terms = [Term("0", OPENED, None)]
    for number, since in enumerate(sorted(days), start=1):
        terms = with_change(terms, str(number), since)
    if end <= OPENED or problems_with_change(terms, end, date.max):
        return
    ended = with_end(terms, end)
    assert is_unbroken(ended, OPENED, end)
    assert value_on(ended, end) is None
    assert value_on(ended, end - timedelta(1)) == value_on(terms, end - timedelta(1))


def test_a_gap_an_overlap_or_a_wrong_end_is_seen():
    day, later = date(2024, 1, 1), date(2025, 1, 1)
    assert not is_unbroken([Term("a", OPENED, day), Term("b", later, None)], OPENED, None)
    assert not is_unbroken([Term("a", OPENED, later), Term("b", day, None)], OPENED, None)
    assert not is_unbroken([Term("a", day, None)], OPENED, None)
    assert not is_unbroken([Term("a", OPENED, None)], OPENED, day)
    assert not is_unbroken([Term("a", OPENED, OPENED), Term("b", OPENED, None)], OPENED, None)


@given(st.dictionaries(st.integers(0, 12), st.none() | st.integers(0, 12)))
def test_circles_are_found_and_only_those(parents):
    def is_above_itself(start) -> bool:
        at = parents[start]
        for _ in range(len(parents) + 1):
            if at == start:
                return True
            at = parents.get(at)
        return False

    assert in_circles(parents) == {one for one in parents if is_above_itself(one)}


def test_units_of_one_level_merge_once_and_while_they_are_open():
    one, two, into = (node("community", id=name) for name in ("one", "two", "into"))
    assert problems_with_merger([one, two], into) == []
    assert codes(problems_with_merger([one, into], into)) == ["twice"]
    assert codes(problems_with_merger([one, one], into)) == ["twice"]
    assert codes(problems_with_merger([], into)) == ["twice"]
    assert codes(problems_with_merger([node("group")], into)) == ["level"]
    assert codes(problems_with_merger([one._replace(closed=TODAY)], into)) == ["closed"]
    assert codes(problems_with_merger([one], into._replace(closed=TODAY))) == ["closed"]
