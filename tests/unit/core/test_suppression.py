"""Somebody who has all that is published tries to work out what is hidden."""

from functools import cached_property
from itertools import product

from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from tests.support.sums import Reduced, Sum, Undecided, solve
from webapp.core.suppression import LEAST, Cell, Tree, shown_cells, shown_rows

TREES = (
    {"all": None},
    {"all": None, "a": "all"},
    {"all": None, "a": "all", "b": "all"},
    {"all": None, "a": "all", "b": "all", "c": "all"},
    {"all": None, "a": "all", "b": "all", "c": "all", "d": "all"},
    {"all": None, "x": "all", "y": "all", "a": "x", "b": "x", "c": "y"},
    {"all": None, "x": "all", "y": "all", "a": "x", "b": "x", "c": "y", "d": "y"},
)
Table = dict[str, dict[str, int]]


class Attack:
    """What is published of some tables, as sums over unknown leaf cells."""

    def __init__(self, tree: Tree, tables: list[Table]) -> None:
        self.tree, self.tables = tree, tables
        people = {leaf: sum(tables[0][leaf].values()) for leaf in tree.leaves}
        self.rows = shown_rows(tree, people)
        self.seen = [shown_cells(tree, self.rows, table) for table in tables]
        self.sums = [*self._rows(), *self._cells(), *self._links()]

    def below(self, place: str) -> list[str]:
        return [leaf for leaf in self.tree.leaves if place in self.tree.up(leaf)]

    def of_cell(self, at: int, cell: Cell) -> Sum:
        parts = {(at, leaf, cell[1]): 1 for leaf in self.below(cell[0])}
        return parts, sum(self.tables[at][leaf][column] for _, leaf, column in parts)

    def of_row(self, place: str, at: int = 0) -> Sum:
        parts = {(at, leaf, column): 1 for leaf in self.below(place) for column in self.tables[at][leaf]}
        return parts, sum(self.tables[at][leaf][column] for _, leaf, column in parts)

    def _rows(self):
        return (self.of_row(place, at) for place in self.rows for at in range(len(self.tables)))

    def _cells(self):
        return (self.of_cell(at, cell) for at, seen in enumerate(self.seen) for cell in seen)

    def _links(self):
        """All tables tell of the same people."""
        for leaf, at in product(self.tree.leaves, range(1, len(self.tables))):
            yield {**self.of_row(leaf)[0], **dict.fromkeys(self.of_row(leaf, at)[0], -1)}, 0

    def hidden(self) -> list[Sum]:
        """Return everything that is not published: cells of all places, and numbers of people."""
        cells = [
            self.of_cell(at, (place, column))
            for at, table in enumerate(self.tables)
            for place in self.tree.parents
            for column in table[self.tree.leaves[0]]
            if (place, column) not in self.seen[at]
        ]
        return cells + [self.of_row(place) for place in self.tree.parents if place not in self.rows]

    def follows(self, wanted: Sum) -> bool:
        """Return whether `wanted` can be had by adding and subtracting what is published."""
        return self.reduced.has(wanted)

    @cached_property
    def reduced(self) -> Reduced:
        return Reduced(self.sums)

    def differs(self, wanted: Sum) -> bool:
        """Return whether some whole numbers of zero and more fit all that is published, with another `wanted`."""
        return any(self._fits(wanted, wanted[1] + change) for change in (1, -1) if wanted[1] + change >= 0)

    def _fits(self, wanted: Sum, value: int) -> bool:
        unknown = sorted({key for parts, _ in [*self.sums, wanted] for key in parts})
        truth = {(at, leaf, column): self.tables[at][leaf][column] for at, leaf, column in unknown}
        return solve([*self.sums, (wanted[0], value)], truth)


@st.composite
def attacks(draw) -> Attack:
    tree = Tree(draw(st.sampled_from(TREES)))
    columns = ["p", "q", "r"][: draw(st.integers(2, 3))]
    numbers = st.one_of(st.integers(0, 3), st.integers(5, 12), st.integers(5, 12))
    first = {leaf: {column: draw(numbers) for column in columns} for leaf in tree.leaves}
    tables = [first]
    if draw(st.booleans()):  # the same people, asked something else
        parted = {leaf: draw(st.integers(0, sum(first[leaf].values()))) for leaf in tree.leaves}
        tables.append({leaf: {"yes": n, "no": sum(first[leaf].values()) - n} for leaf, n in parted.items()})
    return Attack(tree, tables)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(attacks())
def test_nothing_hidden_follows_by_subtraction(attack: Attack):
    for seen, table in zip(attack.seen, attack.tables, strict=True):
        assert all(sum(table[leaf][column] for leaf in attack.below(place)) >= LEAST for place, column in seen)
    for wanted in attack.hidden():
        assert not attack.follows(wanted), wanted


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(attacks())
def test_nothing_hidden_follows_from_no_number_being_below_zero(attack: Attack):
    for wanted in attack.hidden():
        try:
            assert attack.differs(wanted), wanted
        except Undecided:
            reject()


def test_a_cell_that_ties_two_knots_together_is_found():
    """Each row and column hides two and more, and still one cell is what rows less columns leave."""
    rows = {
        "a": {"p": 3, "q": 3, "r": 9, "s": 9},
        "b": {"p": 3, "q": 3, "r": 1, "s": 9},
        "c": {"p": 9, "q": 9, "r": 3, "s": 3},
        "d": {"p": 9, "q": 9, "r": 3, "s": 3},
    }
    attack = Attack(Tree({"all": None} | dict.fromkeys(rows, "all")), [rows])
    assert not any(attack.follows(wanted) for wanted in attack.hidden())
    assert {cell for cell in product(rows, "pqrs") if cell not in attack.seen[0]} > {
        (place, column) for place, row in rows.items() for column in row if row[column] < LEAST
    }


def test_as_much_as_can_be_is_shown():
    rows = {"a": {"yes": 30, "no": 12}, "b": {"yes": 20, "no": 9}, "c": {"yes": 8, "no": 6}}
    tree = Tree({"all": None} | dict.fromkeys(rows, "all"))
    assert Attack(tree, [rows]).seen == [frozenset(product(tree.parents, ("yes", "no")))]
    rows["c"] = {"yes": 11, "no": 3}
    assert set(product(tree.parents, ("yes", "no"))) - Attack(tree, [rows]).seen[0] == set(product("bc", ("yes", "no")))


def test_few_people_are_no_table():
    assert Attack(Tree({"all": None}), [{"all": {"yes": 3, "no": 1}}]).seen == [frozenset()]
