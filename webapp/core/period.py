"""Calendar months and their due dates: values in, values out, no clock.

A month is written `202611` everywhere: in addresses, in records, in tables (as
an integer) and on the phone, whose twin of this module is
`static/js/domain/month.js`. Both are held to `tests/vectors/month.json`.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any

from webapp.core.clock import SHANGHAI
from webapp.core.errors import N_, Problem

DUE_DAY = 30
ALWAYS = 999912  # in place of a month: what belongs to none, and is read however old it is
_TEXT = re.compile(r"[1-9][0-9]{3}(0[1-9]|1[0-2])")
_END_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True, order=True, slots=True)
class Month:
    """One calendar month; months compare and sort by time."""

    year: int
    month: int

    def __post_init__(self) -> None:
        """Refuse what six digits cannot write. Raises ValueError."""
        if not (1000 <= self.year <= 9999 and 1 <= self.month <= 12):
            raise ValueError(f"no such month: {self.year}-{self.month}")

    @classmethod
    @lru_cache(maxsize=1000)
    def parse(cls, text: str) -> "Month":
        """Return the month that `text` writes in six digits. Raises ValueError."""
        if not _TEXT.fullmatch(text):
            raise ValueError(f"no such month: {text!r}")
        return cls.from_int(int(text))

    @classmethod
    def from_int(cls, number: int) -> "Month":
        """Return the month that a table stores as `202611`. Raises ValueError."""
        return cls(*divmod(number, 100))

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month that `day` lies in."""
        return cls(day.year, day.month)

    def plus(self, months: int) -> "Month":
        """Return the month so many months later, or earlier when negative."""
        years, index = divmod(self.month - 1 + months, 12)
        return Month(self.year + years, index + 1)

    def next(self) -> "Month":
        """Return the month after this one."""
        return self.plus(1)

    def previous(self) -> "Month":
        """Return the month before this one."""
        return self.plus(-1)

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """The last day: 28 to 31."""
        # Day 28 exists everywhere; four days on is always the month after.
        after = self.first.replace(day=28) + timedelta(days=4)
        return after - timedelta(days=after.day)

    @property
    def label(self) -> str:
        """The month as Chinese pages print it: `2026年11月`."""
        return f"{self.year}年{self.month}月"

    def contains(self, day: date) -> bool:
        """Say whether `day` lies in this month."""
        return Month.of(day) == self

    def __str__(self) -> str:
        """Return the six digits: `202611`."""
        return f"{int(self):06d}"

    def __int__(self) -> int:
        """Return the number that tables store: 202611."""
        return self.year * 100 + self.month


@dataclass(frozen=True, slots=True)
class Moved:
    """One month whose due day was moved for everybody, and why."""

    month: Month
    due: date
    reason: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The dated exceptions to day 30; at most one a month."""

    exceptions: tuple[Moved, ...] = ()

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Calendar":
        """Read `{"exceptions": [{"month", "due", "reason"}]}`. Raises ValueError, KeyError."""
        rows = data.get("exceptions", [])
        return cls(
            tuple(Moved(Month.parse(row["month"]), date.fromisoformat(row["due"]), row["reason"]) for row in rows)
        )

    def as_json(self) -> dict[str, Any]:
        """Return the shape that phones receive and `from_json` reads."""
        rows = [{"month": str(row.month), "due": row.due.isoformat(), "reason": row.reason} for row in self.exceptions]
        return {"exceptions": rows}

    def moved(self, month: Month) -> Moved | None:
        """Return the exception for `month`; of several, the latest due."""
        rows = [row for row in self.exceptions if row.month == month]
        return max(rows, key=lambda row: row.due, default=None)


def due(month: Month, calendar: Calendar, extensions: Iterable[date] = ()) -> date:
    """Return the last day on which `month` is on time for one unit.

    Day 30, or the month's last day if it has fewer; an exception replaces it; an
    extension granted to the unit (`extensions`: its dates for this month) can
    only move it later.
    """
    moved = calendar.moved(month)
    usual = moved.due if moved else month.first.replace(day=min(DUE_DAY, month.last.day))
    return max([usual, *extensions])


def due_at(month: Month, calendar: Calendar, extensions: Iterable[date] = ()) -> datetime:
    """Return the last on-time second: 23:59:59 in Shanghai on the due day."""
    return datetime.combine(due(month, calendar, extensions), _END_OF_DAY, tzinfo=SHANGHAI)


def days_left(now: datetime, due_at: datetime) -> int:
    """Return the Shanghai days from `now` to the due day: 0 on it, negative after it.

    Both must be aware. Raises ValueError for a naive time.
    """
    return (_shanghai_day(due_at) - _shanghai_day(now)).days


def is_late(declared_at: datetime, due_at: datetime) -> bool:
    """Say whether a declaration came after the last on-time second.

    That second counts whole: 23:59:59.9 is on time.
    """
    return declared_at.replace(microsecond=0) > due_at


def months_after(day: date, months: int) -> date:
    """Return the same day `months` months later, the month's last day where it has no such day."""
    later = Month.of(day).plus(months)
    return later.first.replace(day=min(day.day, later.last.day))


def first_open(day: date, closed: Collection[Month]) -> Month:
    """Return the month that something of `day` counts in: its own, or the first open one after."""
    month = Month.of(day)
    while month in closed:
        month = month.next()
    return month


def window_problem(day: date, today: date, earliest: date) -> Problem | None:
    """Return why something of `day` cannot be noted on `today`, or None; `earliest` comes from `window_start`."""
    if day > today:
        return Problem("date", "future", N_("日期不能晚于今天（%(today)s）。"), {"today": today.isoformat()})
    if day < earliest:
        sentence = N_("这一天太早了，只能记 %(earliest)s 以后的事。更早的请告诉社区更正。")
        return Problem("date", "too_old", sentence, {"earliest": earliest.isoformat()})
    return None


def window_start(today: date, months_back: int) -> date:
    """Return the first day that can be noted on `today`: the first of the month `months_back` months ago."""
    return Month.of(today).plus(-months_back).first


def _shanghai_day(moment: datetime) -> date:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone has no day")
    return moment.astimezone(SHANGHAI).date()
