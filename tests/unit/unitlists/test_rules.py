"""What each row of a list means, before anything is done."""

from collections.abc import Sequence
from datetime import date
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.orgs.rules import LEVELS, NOT_KNOWN, PARENTS, Node, in_circles
from webapp.unitlists.rules import Row, Verdict, judge

TODAY = date(2026, 11, 21)
YEAR = date(2025, 1, 1)

COUNTY = Row(2, "331126", "庆元县", "county")
TOWN = Row(3, "331126001", "松源街道", "township", "331126")
OTHER_TOWN = Row(4, "331126002", "濛洲街道", "township", "331126")
COMMUNITY = Row(5, "331126001001", "石龙社区", "community", "331126001")
GROUP = Row(6, "33112600100101", "第一小组", "group", "331126001001")
LIST = [COUNTY, TOWN, OTHER_TOWN, COMMUNITY, GROUP]


def verdicts(rows: Sequence[Row], known: Sequence[Node] = (), on: date = TODAY) -> list[Verdict]:
    numbers = count(len(known))
    return judge(rows, known, on, TODAY, lambda: f"id{next(numbers)}")


def outcomes(rows: Sequence[Row], known: Sequence[Node] = ()) -> list[str]:
    return [verdict.outcome for verdict in verdicts(rows, known)]


def wrong(rows: Sequence[Row], known: Sequence[Node] = (), on: date = TODAY) -> dict[int, list[str]]:
    """Return the problems of the rows that have some: row number -> `field code`."""
    found = verdicts(rows, known, on)
    return {v.row.number: [f"{p.field} {p.code}" for p in v.problems] for v in found if v.problems}


def stored(rows: Sequence[Row]) -> list[Node]:
    nodes = [verdict.node for verdict in verdicts(rows)]
    assert all(nodes)
    return nodes


def test_a_new_list_is_new_and_then_the_same():
    assert outcomes(LIST) == ["new"] * 5
    assert outcomes(LIST, stored(LIST)) == ["same"] * 5


def test_the_parent_may_come_after_the_child():
    assert outcomes(LIST[::-1]) == ["new"] * 5


def test_an_unknown_opening_lies_before_every_month():
    assert stored([COUNTY])[0].opened == NOT_KNOWN


def test_a_blank_cell_leaves_things_as_they_are():
    known = stored([row._replace(opened=YEAR) for row in LIST])
    assert outcomes([row._replace(parent_code=None) for row in LIST], known) == ["same"] * 5


def test_a_new_name_or_a_first_date_is_a_change():
    known = stored(LIST)
    assert outcomes([TOWN._replace(name="松源镇")], known) == ["changed"]
    assert outcomes([TOWN._replace(opened=YEAR)], known) == ["changed"]
    assert outcomes([GROUP._replace(closed=TODAY)], known) == ["changed"]


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ([*LIST, TOWN._replace(number=9)], {9: ["code twice"]}),
        ([COUNTY, GROUP], {6: ["parent_code orphan"]}),
        ([COUNTY, TOWN._replace(parent_code=None)], {3: ["parent_code required"]}),
        ([GROUP._replace(parent_code=None)], {6: ["parent_code required"]}),
        ([COUNTY, COMMUNITY._replace(parent_code="331126")], {5: ["parent_code level"]}),
        ([*LIST[:3], COMMUNITY._replace(parent_code="331126002")], {5: ["code prefix"]}),
        ([COUNTY._replace(parent_code="331126")], {2: ["parent_code circle"]}),
        (
            [COUNTY._replace(parent_code="331126001"), TOWN, COMMUNITY],
            {2: ["parent_code circle"], 3: ["parent_code circle"]},
        ),
        ([COUNTY._replace(opened=date(2027, 1, 1))], {2: ["opened future"]}),
        ([COUNTY._replace(closed=date(2027, 1, 1))], {2: ["closed future"]}),
        ([COUNTY._replace(opened=YEAR, closed=YEAR)], {2: ["closed order"]}),
        ([COUNTY, TOWN._replace(closed=YEAR), COMMUNITY], {3: ["closed open_children"]}),
    ],
)
def test_what_cannot_be_is_refused_at_its_row(rows: list[Row], problems: dict[int, list[str]]):
    assert wrong(rows) == problems


def test_a_row_without_sound_shape_does_not_accuse_those_under_it():
    assert outcomes([COUNTY._replace(problems=(object(),)), TOWN, COMMUNITY]) == ["error", "new", "new"]


def test_a_unit_ends_after_or_with_those_under_it():
    known = stored(LIST)
    ended = [COMMUNITY._replace(closed=YEAR), GROUP._replace(closed=YEAR)]
    assert outcomes(ended, known) == ["changed", "changed"]
    assert wrong([ended[0]], known) == {5: ["closed open_children"]}
    assert wrong([ended[0], GROUP._replace(closed=TODAY)], known) == {5: ["closed open_children"]}


def test_nothing_new_stands_under_a_unit_that_has_ended():
    known = stored([COUNTY, TOWN._replace(closed=YEAR)])
    assert wrong([COMMUNITY], known) == {5: ["parent_code closed"]}
    assert outcomes([COMMUNITY._replace(closed=YEAR)], known) == ["new"]


def test_what_has_ended_stays_as_it_was():
    ended = TOWN._replace(closed=YEAR)
    known = stored([COUNTY, ended])
    assert outcomes([ended], known) == ["same"]
    for row in (TOWN, ended._replace(name="松源镇"), ended._replace(closed=TODAY)):
        assert wrong([row], known) == {3: ["closed closed"]}


def test_a_code_may_be_given_again_after_the_end():
    ended = TOWN._replace(closed=YEAR)
    known = stored([COUNTY, ended])
    again = TOWN._replace(name="新松源街道", opened=YEAR)
    [verdict] = verdicts([again], known)
    assert verdict.outcome == "new"
    both = [*known, verdict.node]
    assert outcomes([again], both) == ["same"]
    assert outcomes([ended], both) == ["same"]


def test_level_is_fixed_and_an_end_comes_alone():
    known = stored(LIST)
    assert wrong([TOWN._replace(level="community")], known) == {3: ["level fixed"]}
    assert wrong([GROUP._replace(name="一组", closed=TODAY)], known) == {6: ["closed both"]}


def test_changes_come_in_order():
    known = [node._replace(changed=YEAR, latest=YEAR) for node in stored(LIST)]
    assert wrong([TOWN._replace(name="松源镇")], known, on=date(2024, 12, 31)) == {3: ["since order"]}
    assert wrong([TOWN._replace(name="松源镇")], known, on=YEAR) == {}
    assert wrong([TOWN._replace(opened=YEAR)], known) == {3: ["opened order"]}


PLACES = {
    "331126": ("county", None),
    "331126001": ("township", "331126"),
    "331126002": ("township", "331126"),
    "331126001001": ("community", "331126001"),
    "33112600100101": ("group", "331126001001"),
    "33112600100102": ("group", "331126001001"),
}
DATES = st.sampled_from([None] * 20 + [date(2020, 1, 1), YEAR, TODAY])
ODD_PARENTS = st.sampled_from([None, *PLACES, "999999"])


@st.composite
def lists(draw) -> list[Row]:
    """Return rows of a small county: most fit, some have an odd parent, some begin or end on odd days."""
    rows = []
    for number, (code, (level, parent)) in enumerate(PLACES.items()):
        if draw(st.integers(0, 9)) == 0:
            continue
        name, opened, closed = draw(st.sampled_from("甲乙")), draw(DATES), draw(DATES)
        parent_code = draw(ODD_PARENTS) if draw(st.integers(0, 20)) == 0 else parent
        rows.append(Row(number, code, name, level, parent_code, opened, closed))
    return draw(st.permutations(rows))


@given(st.lists(lists(), max_size=4))
def test_the_tree_stays_a_tree_and_a_list_is_taken_once(all_lists):
    tree: dict[str, Node] = {}
    numbers = count()
    for rows in all_lists:
        found = judge(rows, tree.values(), TODAY, TODAY, lambda: f"id{next(numbers)}")
        if any(verdict.outcome == "error" for verdict in found):
            continue
        tree |= {verdict.node.id: verdict.node for verdict in found}
        again = judge(rows, tree.values(), TODAY, TODAY, lambda: f"id{next(numbers)}")
        assert {verdict.outcome for verdict in again} <= {"same"}
    assert_is_a_tree(tree)


def assert_is_a_tree(tree: dict[str, Node]) -> None:
    assert not in_circles({node.id: node.parent_id for node in tree.values()})
    open_codes = [node.code for node in tree.values() if node.closed is None]
    assert len(open_codes) == len(set(open_codes))
    for node in tree.values():
        assert node.closed is None or node.opened < node.closed
        if node.parent_id is None:
            assert node.level != "group"
            continue
        parent = tree[node.parent_id]
        assert parent.level in PARENTS[node.level]
        assert LEVELS.index(parent.level) < LEVELS.index(node.level)
        assert parent.closed is None or (node.closed is not None and node.closed <= parent.closed)
