"""Results of a survey as they may be shown: shares with their intervals, and nothing that tells of fewer than five."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from webapp.core.conditions import comparisons, holds, parse, refs
from webapp.core.samples import wilson
from webapp.core.suppression import LEAST, Tree, shown_cells, shown_rows
from webapp.questionnaires.rules import INTEGER, MANY, ONE, TEXT, Question, Questionnaire
from webapp.surveys.rules import BLANK, NOT_ASKED, columns, counted

NOT_CHOSEN = " "  # beside each choice of a question that takes several: no name of a choice is a blank
OWN = "own"

Counts = Mapping[str, Mapping[str, Mapping[str, int]]]  # place -> question -> column -> people


class Place(NamedTuple):
    """A place as results need it: its id, its name, the ids from the root down to itself."""

    id: str
    name: str
    path: tuple[str, ...]


class Share(NamedTuple):
    """How many of `n` people, and between which shares it is with 95 % certainty, as parts of one."""

    hits: int
    n: int
    low: float
    high: float

    @property
    def part(self) -> float:
        """The share, as a part of one."""
        return self.hits / self.n


class Row(NamedTuple):
    """A place in a table: how many were invited and how many answered there, and a share for each column.

    None stands for what is not shown; `people` is for reckoning, and never shown.
    """

    place: str
    name: str
    invited: int
    people: int
    n: int | None
    shares: tuple[Share | None, ...]


class Table(NamedTuple):
    """The answers to one question: its columns, the place above all first; `right` are the columns of right answers."""

    question: Question
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    right: frozenset[str]


class Results(NamedTuple):
    """All that is shown of the people who answered by one road; without `rows` they were too few."""

    rows: tuple[Row, ...]
    tables: tuple[Table, ...]


class Asked(NamedTuple):
    """What came in by one road: people and counts by place, and how many were invited there."""

    answered: Mapping[str, int]
    counts: Counts
    invited: Mapping[str, int]


def results(form: Questionnaire, asked: Asked, places: Mapping[str, Place], root: str) -> Results:
    """Return what may be shown of `asked`; `places` are those with answers and all between them and `root`."""
    tree, leaves = _tree(asked.answered, places, root)
    totals = tree.added_up({leaf: asked.answered[unit] for leaf, unit in leaves.items()})
    invited = tree.added_up({leaf: asked.invited.get(unit, 0) for leaf, unit in leaves.items()})
    shown = shown_rows(tree, {leaf: totals[leaf] for leaf in leaves})
    if root not in shown:
        return Results((), ())
    rows = tuple(
        Row(place, places[place.split(" ")[0]].name, invited[place], totals[place],
            totals[place] if place in shown else None, ())
        for place in _in_order(tree)
    )  # fmt: skip
    return Results(rows, tuple(_tables(form, tree, rows, leaves, asked)))


def _tree(answered: Iterable[str], places: Mapping[str, Place], root: str) -> tuple[Tree, dict[str, str]]:
    """Return the places from `root` down, and the unit of each leaf.

    A place with answers of its own and others below it gets a leaf for its own.
    """
    parents: dict[str, str | None] = {root: None}
    for unit in answered:
        path = places[unit].path
        for above, below in pairwise(path):
            if above in places and (above == root or above in parents):
                parents[below] = above
    inner = set(parents.values())
    leaves = {f"{unit} {OWN}" if unit in inner else unit: unit for unit in answered}
    parents |= {leaf: unit for leaf, unit in leaves.items() if leaf != unit}
    return Tree(parents), leaves


def _in_order(tree: Tree) -> list[str]:
    """Return the places with each right above those below it."""
    found, waiting = list[str](), [place for place, parent in tree.parents.items() if parent is None]
    while waiting:
        place = waiting.pop()
        found.append(place)
        waiting += reversed(tree.children[place])
    return found


def _tables(
    form: Questionnaire, tree: Tree, rows: Sequence[Row], leaves: Mapping[str, str], asked: Asked
) -> list[Table]:
    """Return the tables of all questions. What is asked of some only is shown for all places together.

    How many those are follows from what they answered before: so that must be seen altogether, and their number and
    that of the others be no small ones.
    """
    found: dict[str, Table] = {}
    for question in counted(form):
        numbers = {leaf: asked.counts[unit][question.name] for leaf, unit in leaves.items()}
        if not question.relevant:
            found[question.name] = _table(question, tree, rows, numbers)
            continue
        found[question.name] = _narrow(question, rows[0], numbers, is_shown=_is_known(question, found))
    return list(found.values())


def _is_known(question: Question, before: Mapping[str, Table]) -> bool:
    """Return whether what is seen altogether tells already how many are asked `question`.

    They must be the people of whole columns of one question: how many of two columns, or of a part of one, is nowhere
    else, and what is left of a column may be few.
    """
    needed = refs(parse(question.relevant))
    if len(needed) != 1 or not needed <= before.keys():
        return False
    table = before[needed.pop()]
    return None not in table.rows[0].shares and _is_cut_between_columns(question, table.question)


def _is_cut_between_columns(question: Question, by: Question) -> bool:
    """Return whether all people in a column of the question `by` are asked `question`, or none of them."""
    condition = parse(question.relevant)
    compared = list(comparisons(condition))
    if by.kind == MANY:
        return len(compared) == 1 and compared[0].op == "selected"
    if by.kind != INTEGER:
        return True
    near = {int(part) + step for one in compared for part in one.parts if str(part).isdigit() for step in (-1, 0, 1)}
    bands = [{low, high, *(number for number in near if low <= number <= high)} for low, high in by.bands()]
    return all(len({holds(condition, {by.name: number}) for number in band}) == 1 for band in bands)


def told(form: Questionnaire, roads: Sequence[Results]) -> frozenset[str]:
    """Return the questions whose texts may be read, given the results by each road on which anybody came.

    How many wrote must not tell how many were asked where that is hidden.
    """
    seen = [{table.question.name: table for table in road.tables} for road in roads]
    texts = [question for question in form.questions if question.kind == TEXT and any(seen)]
    return frozenset(one.name for one in texts if not one.relevant or all(_is_known(one, each) for each in seen))


def _narrow(question: Question, top: Row, numbers: Mapping[str, Mapping[str, int]], *, is_shown: bool) -> Table:
    sums = {column: sum(row[column] for row in numbers.values()) for column in columns(question)}
    others = sums.pop(NOT_ASKED)
    n = (top.n or 0) - others
    row = top._replace(people=n, n=n if is_shown and min(n, others) >= LEAST else None)
    return _table(question, Tree({top.place: None}), [row], {top.place: sums})


def _table(question: Question, tree: Tree, rows: Sequence[Row], numbers: Mapping[str, Mapping[str, int]]) -> Table:
    """Return one table; `numbers` are those of the leaves, and the people of a row are those in `rows`."""
    heads = [c for c in columns(question) if c != NOT_ASKED and not (question.kind == MANY and c == BLANK)]
    totals = {column: tree.added_up({leaf: numbers[leaf][column] for leaf in numbers}) for column in heads}
    shown = frozenset(row.place for row in rows if row.n is not None)
    people = {row.place: row.people for row in rows}
    seen = {cell for part in _parts(question, heads, numbers, people) for cell in shown_cells(tree, shown, part)}
    found = tuple(row._replace(shares=_shares(row, heads, totals, seen)) for row in rows)
    return Table(question, tuple(heads), found, frozenset(question.answer) if question.kind == ONE else frozenset())


def _parts(
    question: Question, heads: Sequence[str], numbers: Mapping[str, Mapping[str, int]], people: Mapping[str, int]
) -> list[dict[str, dict[str, int]]]:
    """Return the tables that a question is, each person in one column: with several choices one for each choice."""
    if question.kind != MANY:
        return [{leaf: {column: row[column] for column in heads} for leaf, row in numbers.items()}]
    return [
        {leaf: {column: row[column], NOT_CHOSEN: people[leaf] - row[column]} for leaf, row in numbers.items()}
        for column in heads
    ]


def _shares(
    row: Row, heads: Sequence[str], totals: Mapping[str, Mapping[str, int]], seen: set[tuple[str, str]]
) -> tuple[Share | None, ...]:
    if row.n is None:
        return (None,) * len(heads)
    shown = {column: totals[column][row.place] for column in heads if (row.place, column) in seen}
    return tuple(Share(shown[c], row.n, *wilson(shown[c], row.n)) if c in shown else None for c in heads)


def label_of(question: Question, column: str) -> Mapping[str, str] | str:
    """Return the words of a column by language; a band is its own words, and "" means no answer."""
    if column == BLANK:
        return ""
    return next((choice.label for choice in question.choices if choice.name == column), column)
