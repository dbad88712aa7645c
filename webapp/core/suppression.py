"""Which numbers of a set of tables may be seen, when none may tell of fewer than a few people.

The tables share their rows, a tree of places whose numbers add up, and the number of people in each row; every table
puts the people of a row into its columns, each into one. What is too small is hidden, and as much besides as keeps it
from being worked out: from sums along rows, along columns and up the tree, from several tables, and from knowing that
no number is below zero. Pure.

Why that holds: what is seen fixes, for each place and column, sums over leaves, and those group the hidden cells of a
column by the nearest place above where that column is seen. So the ways in which hidden numbers can differ are rounds
in a graph between leaves and such groups, along which people are moved one by one (a transportation problem). A hidden
number stays open when some round changes it and takes nobody from where nobody is. In a row that is hidden altogether
people may also come and go from its hidden neighbours, in all tables alike.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

LEAST = 5

Counts = Mapping[str, Mapping[str, int]]  # leaf -> column -> people
Cell = tuple[str, str]  # place, column


@dataclass(frozen=True)
class Tree:
    """Places by the place above each; the one root has None. Numbers are known at the leaves."""

    parents: Mapping[str, str | None]

    @cached_property
    def children(self) -> dict[str, list[str]]:
        """The places right below each, in their order."""
        found: dict[str, list[str]] = {place: [] for place in self.parents}
        for place, parent in self.parents.items():
            if parent is not None:
                found[parent].append(place)
        return found

    @cached_property
    def downward(self) -> list[str]:
        """All places, each before those below it."""
        found = [place for place, parent in self.parents.items() if parent is None]
        for place in found:
            found += self.children[place]  # the list grows while it is read
        return found

    @cached_property
    def leaves(self) -> list[str]:
        """The places with none below."""
        return [place for place in self.downward if not self.children[place]]

    def up(self, place: str | None) -> Iterator[str]:
        """Yield `place` and all above it, the root last."""
        while place is not None:
            yield place
            place = self.parents[place]

    def added_up(self, numbers: Mapping[str, int]) -> dict[str, int]:
        """Return `numbers` of leaves for all places."""
        found = {place: numbers.get(place, 0) for place in self.parents}
        for place in reversed(self.downward):
            if (parent := self.parents[place]) is not None:
                found[parent] += found[place]
        return found


def shown_rows(tree: Tree, people: Mapping[str, int]) -> frozenset[str]:
    """Return the places whose number of people is seen; `people` are those of the leaves. Below a hidden one none is.

    Of a place's children either none is hidden, or two and more that have LEAST people together.
    """
    counts, shown = tree.added_up(people), set[str]()
    for place in tree.downward:
        if tree.parents[place] is None and counts[place] >= LEAST:
            shown.add(place)
        if place in shown:
            shown |= set(tree.children[place]) - _hidden_children(tree.children[place], counts)
    return frozenset(shown)


def _hidden_children(children: list[str], counts: Mapping[str, int]) -> set[str]:
    hidden = {child for child in children if counts[child] < LEAST}
    others = sorted(set(children) - hidden, key=lambda child: (counts[child], child))
    while hidden and others and _is_thin(counts[child] for child in hidden):
        hidden.add(others.pop(0))
    return hidden


def _is_thin(numbers: Iterable[int]) -> bool:
    """Return whether what is hidden stands alone, or is too little all together."""
    known = list(numbers)
    return len(known) < 2 or sum(known) < LEAST


def shown_cells(tree: Tree, rows: frozenset[str], table: Counts) -> frozenset[Cell]:
    """Return the cells of `table` that are seen: of the places in `rows` (`shown_rows`), what gives nothing away."""
    columns = sorted({column for counts in table.values() for column in counts})
    totals = {column: tree.added_up({leaf: table[leaf].get(column, 0) for leaf in table}) for column in columns}
    plan = _Plan(tree, rows, columns, {(place, c): totals[c][place] for c in columns for place in tree.parents})
    while more := plan.wanting():
        plan.seen -= more
    return frozenset(plan.seen)


class _Plan:
    """The cells of one table while it is decided which are seen; they only get fewer."""

    def __init__(self, tree: Tree, rows: frozenset[str], columns: list[str], values: dict[Cell, int]) -> None:
        self.tree, self.rows, self.columns, self.values = tree, rows, columns, values
        self.seen = {cell for cell, value in values.items() if cell[0] in rows and value >= LEAST}

    def wanting(self) -> set[Cell]:
        """Return further cells to hide; none when what is hidden is hidden well. The cheap reasons come first."""
        return self._below() or {*self._by_rows(), *self._by_families()} or next(self._pinned(), set())

    def _below(self) -> set[Cell]:
        """Return what is seen below a place where that column is hidden."""
        return {
            (place, column) for place, column in self.seen
            if (parent := self.tree.parents[place]) is not None and (parent, column) not in self.seen
        }  # fmt: skip

    def _by_rows(self) -> Iterator[Cell]:
        for place in self.rows:
            row = [(place, column) for column in self.columns]
            yield from self._thickened(row)

    def _by_families(self) -> Iterator[Cell]:
        for place, column in self.seen:
            family = [(child, column) for child in self.tree.children[place]]
            yield from self._thickened(family, (place, column))

    def _thickened(self, cells: list[Cell], last: Cell | None = None) -> Iterator[Cell]:
        """Yield the least of `cells` that are seen, if those hidden are too few; when none is left, `last`."""
        hidden = [cell for cell in cells if cell not in self.seen]
        if not hidden or not _is_thin(self.values[cell] for cell in hidden):
            return
        if more := self._least(cells):
            yield more
        elif last and len(hidden) < 2:
            yield last

    def _least(self, cells: Iterable[Cell]) -> Cell | None:
        return min(
            (cell for cell in cells if cell in self.seen), key=lambda cell: (self.values[cell], cell), default=None
        )

    def _pinned(self) -> Iterator[set[Cell]]:
        """Yield, for a hidden cell that can be worked out all the same, a cell near it to hide."""
        graph = _Graph(self)
        for cell in self.values:
            if cell not in self.seen and not graph.is_open(cell) and (more := self._least(self._near(cell))):
                yield {more}

    def _near(self, cell: Cell) -> list[Cell]:
        place, column = cell
        near = [(place, other) for other in self.columns]
        parent = self.tree.parents[place]
        if parent is not None:
            near += [(parent, column), *((child, column) for child in self.tree.children[parent])]
        return near if self._least(near) else list(self.seen)

    def group(self, leaf: str, column: str) -> Cell:
        """Return what stands for the sum that a hidden cell is known in: the nearest seen one above, or none."""
        return next((cell for place in self.tree.up(leaf) if (cell := (place, column)) in self.seen), ("", ""))


class _Graph:
    """How people can be moved between hidden cells: arcs from group to leaf (one more) and back (one less)."""

    def __init__(self, plan: _Plan) -> None:
        self.plan = plan
        self.arcs: dict[Cell, list[tuple[Cell, Cell]]] = {}  # node -> (node, by which cell)
        self.groups: dict[Cell, Cell] = {}
        people = plan.tree.added_up({leaf: self._people(leaf) for leaf in plan.tree.leaves})
        for leaf in plan.tree.leaves:
            for column in plan.columns:
                if (leaf, column) not in plan.seen:
                    self._join(leaf, column)
            if leaf not in plan.rows:
                self._open_row(leaf, has_people=people[leaf] > 0)

    def _people(self, leaf: str) -> int:
        return sum(self.plan.values[leaf, column] for column in self.plan.columns)

    def _join(self, leaf: str, column: str) -> None:
        cell, group = (leaf, column), ("group", "/".join(self.plan.group(leaf, column)))
        self.groups[cell] = group
        self._arc(group, (leaf, ""), cell)
        if self.plan.values[cell]:
            self._arc((leaf, ""), group, cell)

    def _open_row(self, leaf: str, *, has_people: bool) -> None:
        above = next((place for place in self.plan.tree.up(leaf) if place in self.plan.rows), "")
        self._arc((leaf, ""), ("row", above), (leaf, ""))
        if has_people:
            self._arc(("row", above), (leaf, ""), (leaf, ""))

    def _arc(self, start: Cell, end: Cell, cell: Cell) -> None:
        self.arcs.setdefault(start, []).append((end, cell))

    def is_open(self, cell: Cell) -> bool:
        """Return whether the hidden `cell` could be another number: a round leads through it just once."""
        place, column = cell
        inside = {(leaf, column) for leaf in self.plan.tree.leaves if place in self.plan.tree.up(leaf)}
        group, leaves = self.groups[next(iter(inside))], {(leaf, "") for leaf, _ in inside}
        fuller = {(leaf, "") for leaf, _ in inside if self.plan.values[leaf, column]}
        return self._leads(leaves, {group}, inside) or self._leads({group}, fuller, inside)

    def _leads(self, starts: set[Cell], ends: set[Cell], without: set[Cell]) -> bool:
        waiting, met = deque(starts), set(starts)
        while waiting:
            for node, cell in self.arcs.get(waiting.popleft(), ()):
                if cell in without or node in met:
                    continue
                if node in ends:
                    return True
                met.add(node)
                waiting.append(node)
        return False
