"""Who has to answer a case and by when, who may never see it, what may be done next, and how it is found again."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from webapp.core.clock import to_local
from webapp.core.errors import N_, Problem
from webapp.receipts.rules import with_check_digit

KINDS = ("complaint", "data", "help", "suggestion")
# What a case of a kind is about; kinds that are not named are about nothing further.
ABOUT: Mapping[str, tuple[str, ...]] = {
    "complaint": ("leader", "community", "township", "county", "system", "unsure"),
    "data": ("access", "correction", "deletion", "explanation", "relative"),
}
OFFICES = ("community", "township", "county")  # where cases are worked on, upwards
WORKERS = frozenset({"officer", "township", "county"})  # the roles that do

RECEIVED, FORWARDED, ESCALATED, ANSWERED, CLOSED = "received", "forwarded", "escalated", "answered", "closed"
RATED = "rated"  # a step, not a state
OPEN = frozenset({RECEIVED, FORWARDED, ESCALATED})
OFFICE, RESIDENT, CLOCK = "office", "resident", "clock"  # whose step it was

LONGEST_TEXT, LONGEST_WORDS, LONGEST_CONTACT, LONGEST_NAMED = 2000, 1000, 100, 60
RATINGS = range(1, 6)
SETTLED = timedelta(days=30)  # nobody answered the answer: closed. And so long a closed case may be taken up again

NO_PLACE = Problem("unit", "required", N_("请先选是哪个地方的事。"))
NO_COMMUNITY = Problem("unit", "required", N_("请先选是哪个社区（村），这样才不会转到被投诉的人手里。"))
NO_TOWNSHIP = Problem("unit", "required", N_("请先选是哪个乡镇（街道），这样才不会转到被投诉的人手里。"))
NOBODY_ABOVE = Problem(
    "about",
    "above",
    N_("这里没有比县级更高的单位，由它自己办不合适。请打 12345，或向上一级信访、纪检监察部门反映（12388）。"),
)
UNSURE_OF_ALL = Problem(
    "unit",
    "above",
    N_(
        "请选到乡镇（街道）或社区（村），由它的上一级来办。要投诉的是县里，这里没有更高的单位："
        "请打 12345，或向上一级信访、纪检监察部门反映（12388）。"
    ),
)
BUSY = Problem(
    "",
    "too_many",
    N_(
        "现在写来的太多，这一件没有发出去。写的都还在下面，过一个小时再按“发送”。"
        "急的请打 12345，或到社区（村）、乡镇（街道）当面说。"
    ),
)
CHANGED = N_("这一件刚刚有了变化，您写的没有存上，还在下面。请先看看现在的样子。")


class Spot(NamedTuple):
    """A unit on the way from the root to a place: its id, its level, and whether somebody there works on cases."""

    id: str
    level: str
    is_staffed: bool = True


class Way(NamedTuple):
    """Where a new case goes, and which unit it complains about."""

    unit_id: str
    named_id: str | None = None


def way_of(kind: str, about: str | None, spots: Sequence[Spot]) -> Way | Problem:
    """Return where a case goes that comes from the last of `spots` (the root first).

    What complains about an office goes to the one above it; what complains about nobody in particular goes above the
    place it comes from, as if that were meant. Suggestions about the app, and complaints about it, go to the county,
    which runs it; requests and help to the place itself.
    """
    offices = [spot for spot in spots if spot.level in OFFICES]
    if not offices:
        return NO_PLACE
    if kind == "suggestion" or about == "system":
        return Way(next((spot.id for spot in offices if spot.level == "county"), offices[0].id))
    if kind != "complaint":
        return Way(_staffed(offices))
    return _above_named(about or "unsure", offices)


def _above_named(about: str, offices: Sequence[Spot]) -> Way | Problem:
    """Return where a complaint goes; `offices` are those on the way to the place, the highest first."""
    levels = [spot.level for spot in offices]
    if about == "leader":
        return Way(_staffed(offices)) if levels[-1] == "community" else NO_COMMUNITY
    if about == "unsure":
        return UNSURE_OF_ALL if len(offices) == 1 else Way(_staffed(offices[:-1]), offices[-1].id)
    if about not in levels:
        return NO_COMMUNITY if about == "community" else NO_TOWNSHIP
    at = levels.index(about)
    return Way(_staffed(offices[:at]), offices[at].id) if at else NOBODY_ABOVE


def _staffed(offices: Sequence[Spot]) -> str:
    """Return the lowest of `offices` where somebody works on cases; the highest when nobody does anywhere."""
    return next((spot.id for spot in reversed(offices) if spot.is_staffed), offices[0].id)


def superior(spots: Sequence[Spot]) -> str | None:
    """Return the office above the last of `spots` (the root first) that takes a case over; None above the highest."""
    above = [spot for spot in spots[:-1] if spot.level in OFFICES]
    return _staffed(above) if above else None


def is_barred(named: Collection[str], path: str) -> bool:
    """Return whether people at the unit with `path` must not see a case: it complains about them or who is above.

    `named` are the unit that it complains about and those that took over from it: the same people work there.
    """
    return any(f"/{one}/" in path for one in named)


class Promise(NamedTuple):
    """How long an office has for a kind of case from `since` on, and where that comes from, by language."""

    kind: str
    since: date
    days: int
    is_working: bool
    source: Mapping[str, str]


class Year(NamedTuple):
    """One year's arrangement of holidays: days off beside weekends, weekend days that are worked, who arranged it."""

    off: frozenset[date]
    work: frozenset[date]
    reference: str


class Due(NamedTuple):
    """The day by which an office has answered; not `is_sure` where a year's holidays are not arranged yet."""

    day: date
    is_sure: bool = True


_DATA = Path(__file__).parent / "data"


@cache
def promises() -> tuple[Promise, ...]:
    """Return all promises there were, the latest first."""
    rows = json.loads((_DATA / "promises.json").read_text("utf-8"))["promises"]
    found = [
        Promise(row["kind"], date.fromisoformat(row["from"]), row["days"], row["working"], row["source"])
        for row in rows
    ]
    return tuple(sorted(found, key=lambda promise: promise.since, reverse=True))


@cache
def holidays() -> Mapping[int, Year]:
    """Return the years whose holidays are known, as the State Council's office arranged them."""
    rows = json.loads((_DATA / "holidays.json").read_text("utf-8"))["years"]
    return {
        row["year"]: Year(
            frozenset(day for first, last in row["off"] for day in _days(first, last)),
            frozenset(date.fromisoformat(day) for day in row["work"]),
            row["reference"],
        )
        for row in rows
    }


def _days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def promise_of(kind: str, day: date) -> Promise:
    """Return what is promised for a case of `kind` on `day`; before the first promise, that one."""
    of_kind = [promise for promise in promises() if promise.kind == kind]
    return next((promise for promise in of_kind if promise.since <= day), of_kind[-1])


def is_working_day(day: date) -> bool:
    """Return whether offices work on `day`: Monday to Friday where its year's holidays are not known."""
    year = holidays().get(day.year)
    if year and (day in year.off or day in year.work):
        return day in year.work
    return day.weekday() < 5


def due_on(kind: str, day: date) -> Due:
    """Return by when a case of `kind` that came on `day` is answered; the day itself does not count."""
    promise = promise_of(kind, day)
    if not promise.is_working:
        return Due(day + timedelta(days=promise.days))
    left, at = promise.days, day
    while left:
        at += timedelta(days=1)
        left -= is_working_day(at)
    return Due(at, all(year in holidays() for year in range(day.year, at.year + 1)))


def may_answer(state: str) -> bool:
    """Return whether an office may still say something: an answer may be added to until the case is closed."""
    return state in OPEN or state == ANSWERED


def may_escalate(state: str, due: date, closed_at: datetime | None, today: date) -> bool:
    """Return whether the resident may take a case one level up: what was answered, and what is overdue."""
    if state in OPEN:
        return due < today
    return state == ANSWERED or (closed_at is not None and today - to_local(closed_at).date() <= SETTLED)


def may_rate(state: str, rating: int | None) -> bool:
    """Return whether the resident may say how satisfied they are."""
    return state in (ANSWERED, CLOSED) and rating is None


# Twenty letters and four digits that are told apart in any handwriting; those they are mistaken for are read as them.
ALPHABET = "ABCDEFGHJKMNPQRTVWXY3479"
LOOK_ALIKES = str.maketrans("8U6", "BVG")
SECRET_LETTERS = 28  # of 24 kinds: 128.4 bits
GROUP = 4
NUMBER_DIGITS = 9  # and the check digit
_GAPS = re.compile(r"[\s\-‐‑‒–—－−·.,]")


def case_number(digits: str) -> str:
    """Return the number of a case whose first nine digits are `digits`."""
    return with_check_digit(digits)


def clean_number(typed: str) -> str:
    """Return the ten digits that `typed` means, or what is left of it when it means none."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", typed))


def is_number(text: str) -> bool:
    """Return whether `text` can be a case's number: ten digits, the last of which checks the others."""
    is_shaped = re.fullmatch(rf"[0-9]{{{NUMBER_DIGITS + 1}}}", text)
    return bool(is_shaped) and with_check_digit(text[:-1]) == text


def secret_from(random: bytes) -> str:
    """Return the secret that 32 random bytes spell."""
    rest, letters = int.from_bytes(random, "big"), []
    for _ in range(SECRET_LETTERS):
        rest, letter = divmod(rest, len(ALPHABET))
        letters.append(ALPHABET[letter])
    return "".join(letters)


def clean_secret(typed: str) -> str:
    """Return the secret that `typed` means: capitals, without blanks and dashes, look-alikes as what they stand for."""
    return _GAPS.sub("", unicodedata.normalize("NFKC", typed)).upper().translate(LOOK_ALIKES)


def secret_hash(secret: str) -> bytes:
    """Return what the database keeps of a secret, 32 bytes: it is random, so one plain SHA-256 suffices."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def spaced_number(number: str) -> str:
    """Return a number as it is read aloud: `123 456 7890`."""
    return f"{number[:3]} {number[3:6]} {number[6:]}"


def groups_of(secret: str) -> list[str]:
    """Return a secret in groups of four letters, as it is written down."""
    return [secret[at : at + GROUP] for at in range(0, len(secret), GROUP)]
