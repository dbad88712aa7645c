"""What has to be displayed when: duties and days in, what is due out."""

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

A_DAY = timedelta(days=1)

# How large a poster's title and text are printed, in points, as css/publishing.css has it under the same names.
POSTER_SIZES = {"airy": (54, 28), "wide": (46, 24), "plain": (40, 20), "dense": (24, 12)}
POSTER_WIDTH, POSTER_ROOM = 520, 450  # points of an A4 page's width, and of its height for title, audience and summary
TITLE_LINE, TEXT_LINE = 1.25, 1.5  # heights of lines, in letters
RAGGED = 0.92  # of a line is full where words are not broken


class Duty(NamedTuple):
    """What offices of some `levels` have to display once in each `every` (`quarter` or `year`), by which `source`.

    `least_days` is how long it stays up at least; `kinds` are the kinds of documents that can do it.
    """

    code: str
    title: Mapping[str, str]
    source: Mapping[str, str]
    every: str
    least_days: int
    levels: Sequence[str]
    kinds: Sequence[str]


class Term(NamedTuple):
    """A period of a duty, as `2026Q4` or `2026`, and its first and last day."""

    code: str
    first: date
    last: date


class Due(NamedTuple):
    """One duty in one period: `state` is `overdue`, `due`, `running` (on display until `until`), `done`, or `early`.

    The last was taken down before its least days were over, so that it does not count.
    """

    duty: Duty
    term: Term
    state: str
    shown_from: date | None
    until: date | None


def terms(every: str, day: date, began: date) -> tuple[Term, ...]:
    """Return the period that `day` lies in and the one before it; `every` is `quarter` or `year`.

    One that was over when the office `began` to keep its list here is left out: nobody could note anything then.
    """
    this = _term(every, day)
    last = _term(every, this.first - A_DAY)
    return (this, last) if began <= last.last else (this,)


def _term(every: str, day: date) -> Term:
    if every == "year":
        return Term(str(day.year), date(day.year, 1, 1), date(day.year, 12, 31))
    quarter = (day.month - 1) // 3
    after = date(day.year + (quarter == 3), (quarter + 1) % 4 * 3 + 1, 1)
    return Term(f"{day.year}Q{quarter + 1}", date(day.year, quarter * 3 + 1, 1), after - A_DAY)


def due(duty: Duty, term: Term, shown_from: date | None, day: date, down_on: date | None = None) -> Due:
    """Return where a duty stands in a period, for which something has been on display since `shown_from`, or nothing.

    What was put up within the period counts for it, and is done when its least days are over; `down_on` is when it was
    taken down, if it was.
    """
    if shown_from is None:
        return Due(duty, term, "overdue" if term.last < day else "due", None, None)
    until = shown_from + timedelta(days=duty.least_days)
    if down_on and down_on < until:
        return Due(duty, term, "early", shown_from, until)
    return Due(duty, term, "running" if day < until else "done", shown_from, until)


def open_state(state: str, reviewed_by: str | None) -> str:
    """Return where an edition that is not published stands: `draft`, `review`, or `approved` and ready to publish."""
    return "approved" if state == "review" and reviewed_by else state


# What a list can be narrowed down to: a name for each set of states.
STATES: Mapping[str, tuple[str, ...]] = {
    "draft": ("draft",),
    "review": ("review",),
    "approved": ("approved",),
    "in_force": ("in_force",),
    "upcoming": ("upcoming",),
    "ended": ("expired", "repealed", "taken_down"),
}

ORDER = ("overdue", "early", "due", "running", "done")


def in_order(dues: Iterable[Due]) -> list[Due]:
    """Return `dues`, the overdue first, then what is due soonest."""
    return sorted(dues, key=lambda each: (ORDER.index(each.state), each.term.last, each.duty.code))


def poster_size(title: str, audience: str, summary: str) -> str:
    """Return the largest of POSTER_SIZES with which the texts fit on one page, "dense" where none does."""
    for size, (large, small) in POSTER_SIZES.items():
        text = _lines(summary, small) + (_lines(audience, small) if audience else 0)
        if _lines(title, large) * large * TITLE_LINE + text * small * TEXT_LINE <= POSTER_ROOM:
            return size
    return "dense"


def _lines(text: str, points: int) -> int:
    """Return how many lines `text` takes; letters of Latin are taken to be half as wide as those of Chinese."""
    most = POSTER_WIDTH * RAGGED / points
    return sum(max(1, math.ceil(_width(line) / most)) for line in text.split("\n"))


def _width(line: str) -> float:
    return sum(1 if unicodedata.east_asian_width(letter) in "WF" else 0.55 for letter in line)
