"""What a measure of offices' work is, and its value from what was counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

# A rate or a median of fewer cases says more about one person than about an office.
FEWEST = 5
# Until then most of a month's cases are answered (30 days at most) and closed (30 days later): no sooner is it scored.
SETTLES = timedelta(days=60)
GROUPS = ("cases", "outreach")

Texts = Mapping[str, str]
Counts = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure from the day `since` on; `definition` is its 口径, `source` where its numbers are noted.

    It is a number (`counted`), a part of another (`share`: which, of which) or a middle (`middle`: which, of how many);
    of work for everybody the `number` of the entries of a `kind`.
    """

    code: str
    group: str
    since: date
    unit: str
    label: Texts
    definition: Texts
    source: Texts
    counted: str = ""
    share: tuple[str, ...] = ()
    middle: tuple[str, ...] = ()
    kind: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a measure: a number, 0 to 1 for shares; None where there is nothing to count, or too `few`."""

    number: float | None
    few: bool = False


NOTHING = Value(None)
FEW = Value(None, few=True)


def measure_from(row: Mapping[str, Any]) -> Measure:
    """Return the measure that a row of the data describes."""
    rest: dict[str, Any] = {name: tuple(row[name]) for name in ("share", "middle") if name in row}
    rest |= {name: row[name] for name in row if name not in ("from", *rest)}
    return Measure(since=date.fromisoformat(row["from"]), **rest)


def value_of_cases(measure: Measure, counts: Counts | None) -> Value:
    """Return a measure of cases; `counts` are those of an office and a month, None when nobody brought anything."""
    if counts is None:
        return Value(0) if measure.counted else NOTHING
    if measure.counted:
        return _unless_few(counts[measure.counted], counts[measure.counted])
    if measure.middle:
        return _unless_few(counts[measure.middle[0]], counts[measure.middle[1]])
    part, whole = (counts[name] or 0 for name in measure.share)
    return _unless_few(part / whole if whole else None, whole)


def _unless_few(number: float | None, people: float | None) -> Value:
    return Value(number) if (people or 0) >= FEWEST else FEW


def value_of_outreach(measure: Measure, entries: Iterable[Mapping[str, Mapping[str, int]]]) -> Value:
    """Return a measure of work for everybody: its number added up over `entries`, `{kind: {number: …}}` by unit."""
    return Value(sum(kinds.get(measure.kind, {}).get(measure.number, 0) for kinds in entries))


def is_settled(last: date, today: date) -> bool:
    """Return whether the measures of cases of the month that ends on `last` hardly change any more."""
    return today > last + SETTLES
