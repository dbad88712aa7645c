"""What follows from sums: for somebody who tries to work out numbers that were not published."""

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any

Sum = tuple[dict[Any, int], int]  # coefficients by unknown, and what they add up to


class Reduced:
    """Some sums, brought to a form in which any other one can be tried against them (Gauss, exact)."""

    def __init__(self, sums: Sequence[Sum]) -> None:
        self.rows: list[tuple[Hashable, dict[Any, Fraction]]] = []
        for parts, _ in sums:
            if row := self._rest(parts):
                pivot = min(row, key=str)
                self.rows.append((pivot, {key: value / row[pivot] for key, value in row.items()}))

    def has(self, wanted: Sum) -> bool:
        """Return whether `wanted` can be had by adding and subtracting."""
        return not self._rest(wanted[0])

    def _rest(self, parts: dict[Any, int]) -> dict[Any, Fraction]:
        rest = {key: Fraction(value) for key, value in parts.items()}
        for pivot, row in self.rows:
            if factor := rest.get(pivot):
                rest = {k: v for k in {*rest, *row} if (v := rest.get(k, Fraction()) - factor * row.get(k, 0))}
        return rest


class Undecided(Exception):
    """Too many numbers were tried, and none of them settled it."""


def solve(sums: Sequence[Sum], near: Mapping[Any, int], tries: int = 2000, most: int = 40) -> bool:
    """Return whether whole numbers from zero on fulfil all `sums`: bounds are drawn in, then one unknown is tried.

    Tried first is what lies next to `near`, numbers by unknown that fulfil nearly all. Raises Undecided after so many
    `tries`: to try everything takes for ever once in a thousand times.
    """
    return _Search(sums, near, tries).go(dict.fromkeys(near, 0), dict.fromkeys(near, most))


class _Search:
    def __init__(self, sums: Sequence[Sum], near: Mapping[Any, int], tries: int) -> None:
        self.sums, self.near, self.tries = sums, near, tries

    def go(self, low: dict[Any, int], high: dict[Any, int]) -> bool:
        self.tries -= 1
        if self.tries < 0:
            raise Undecided
        if not _draw_in(self.sums, low, high):
            return False
        open_keys = [key for key in low if low[key] < high[key]]
        if not open_keys:
            return True
        key = min(open_keys, key=lambda one: high[one] - low[one])
        values = sorted(range(low[key], high[key] + 1), key=lambda value: abs(value - self.near[key]))
        return any(self.go({**low, key: value}, {**high, key: value}) for value in values)


def _draw_in(sums, low, high) -> bool:
    """Tighten the bounds by every sum until none does any more; return whether any numbers are left."""
    while True:
        before = sum(high.values()) - sum(low.values())
        for parts, total in sums:
            for key, c in parts.items():
                others = [(c2 * low[k], c2 * high[k]) for k, c2 in parts.items() if k != key]
                rest = sorted((total - sum(map(max, others)), total - sum(map(min, others))))
                ends = sorted(c * end for end in rest)  # each c is 1 or -1
                low[key], high[key] = max(low[key], ends[0]), min(high[key], ends[1])
                if low[key] > high[key]:
                    return False
        if sum(high.values()) - sum(low.values()) == before:
            return True
