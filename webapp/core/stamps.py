"""What keeps robots from forms that need no account, without a puzzle: a stamp that says when a form was shown.

A form carries the second in which it was shown and a mark that only this site makes, and a field that people do not
see. Whoever sends it back at once, without a stamp or with the field filled in, is a program.
"""

from datetime import datetime, timedelta
from hmac import compare_digest

from webapp.core.errors import N_, Problem

FASTEST = timedelta(seconds=3)  # nobody reads and answers a form in less
LONGEST = timedelta(days=2)
TRAP = "subject"  # a field that people do not see; programs fill in whatever they find

TRAPPED = Problem("", "trap", N_("没有发出去。请再按一次。"))
TOO_FAST = Problem("", "fast", N_("按得太快了，没有发出去。请再按一次。"))
ODD = Problem("", "stamp", N_("这一页放得太久了，没有发出去。写的还在，请再按一次。"))


def stamped(instant: datetime, mark: str) -> str:
    """Return what a form carries to say when it was shown: the second, and the `mark` that proves it."""
    return f"{int(instant.timestamp())}.{mark}"


def problem_with_stamp(stamp: str, mark: str, now: datetime, longest: timedelta = LONGEST) -> Problem | None:
    """Return what is wrong with a form's `stamp`, whose second has the true `mark`; None when nothing is."""
    second, _, given = stamp.partition(".")
    if not is_second(second) or not compare_digest(given.encode("utf-8", "replace"), mark.encode()):
        return ODD
    age = now.timestamp() - int(second)
    if age > longest.total_seconds():
        return ODD
    return TOO_FAST if age < FASTEST.total_seconds() else None


def second_of(stamp: str) -> str:
    """Return the second that a `stamp` claims, as it is written."""
    return stamp.partition(".")[0]


def is_second(text: str) -> bool:
    """Return whether `text` is a second as a stamp writes it."""
    return text.isascii() and text.isdigit() and len(text) <= 11
