"""What boards and totals say: values in, numbers out. They count reports and never compare people."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from webapp.forms.rules import Form, Measure, Section
from webapp.rollup.rules import ACCEPTED, BOARD, LATE, ON_TIME, RECEIVED, RETURNED

# The numbers at the head of a board, in their order; each is also the name of a filter.
COUNTS = ("expected", "received", "on_time", "late", "returned", "missing", "accepted")

Sections = list[tuple[Section | None, list[Measure]]]


@dataclass(frozen=True, slots=True)
class Filed:
    """The report of a group as the board shows it; `number` is its receipt's."""

    state: str
    late: bool
    declared_at: datetime
    received_at: datetime
    number: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One unit on a board or in totals.

    `counts` are those of COUNTS, `values` the measures of its form. The rest is known for groups only: the report, the
    last instant of being on time, whether that is over, and when a phone of the group was last heard from.
    """

    unit_id: str
    code: str | None
    name: str
    level: str
    counts: Mapping[str, int]
    values: Mapping[str, int] = field(default_factory=dict)
    filed: Filed | None = None
    due_at: datetime | None = None
    is_over: bool = False
    heard_at: datetime | None = None

    @property
    def provisional(self) -> int:
        """How many reports are counted that nobody has accepted as they stand."""
        return self.counts["received"] - self.counts["accepted"]


def counts_of(expected: int, facts: Mapping[str, int]) -> dict[str, int]:
    """Return the counts of a unit that expects so many reports and has these facts."""
    received = facts.get(RECEIVED, 0)
    return {
        "expected": expected,
        "received": received,
        "on_time": facts.get(ON_TIME, 0),
        "late": facts.get(LATE, 0),
        "returned": facts.get(RETURNED, 0),
        "missing": max(expected - received, 0),  # a report that came while we counted is not yet in both numbers
        "accepted": facts.get(ACCEPTED, 0),
    }


def counts_of_group(filed: Filed | None) -> dict[str, int]:
    """Return the counts of one group that should report, or has."""
    if filed is None:
        return counts_of(1, {})
    state = ACCEPTED if filed.state in ("accepted", "locked") else f"reports.{filed.state}"
    return counts_of(1, {RECEIVED: 1, LATE if filed.late else ON_TIME: 1, state: 1})


def added(rows: Iterable[Mapping[str, int]], names: Collection[str]) -> dict[str, int]:
    """Return the sum of each of `names` over `rows`; what a row does not say counts as zero."""
    kept = list(rows)
    return {name: sum(row.get(name, 0) for row in kept) for name in names}


def shown(lines: Sequence[Line], show: str) -> list[Line]:
    """Return the lines that have something of the count `show`; all of them for a name that is none."""
    return [line for line in lines if show not in COUNTS or line.counts[show]]


def values_of(facts: Mapping[str, int]) -> dict[str, int]:
    """Return the facts that are measures of a form: all but those that count reports."""
    return {name: value for name, value in facts.items() if name not in BOARD}


def sections_of(forms: Sequence[Form], codes: Collection[str]) -> Sections:
    """Return the measures of the first of `forms` by section; behind them those of `codes` that only others have.

    A number that was handed in does not vanish from the totals because the form has changed since.
    """
    if not forms:
        return []
    first, *others = forms
    found: Sections = [(section, first.measures_in(section.code)) for section in first.sections]
    more = {m.code: m for form in others for m in form.measures if m.code in codes and not first.find(m.code)}
    return [*found, (None, list(more.values()))] if more else found
