"""What keeps robots and guessers from the doors' pages without a puzzle, and without locking out a staircase.

Of codes that nobody issued, an address may try some; of codes on doors, many: a whole building may sit behind one.
"""

from datetime import datetime, timedelta
from hmac import compare_digest

from webapp.core.errors import N_, Problem

WINDOW = timedelta(minutes=15)
MISSES = 60  # unknown codes from one address within the window
NOTED = 60  # visits from one address that are written down within the window; more of them say nothing more
BRIEFLY = 0.05  # seconds that a page waits to be counted: showing it matters more
TELLING_WINDOW = timedelta(hours=1)
TELLINGS_PER_ADDRESS = 60
TELLINGS_PER_CODE = 10
FASTEST = timedelta(seconds=3)  # nobody reads and answers the form in less
TRAP = "subject"  # a field that people do not see; programs fill in whatever they find

TRAPPED = Problem("", "trap", N_("没有发出去。请再按一次“发送”。"))
TOO_FAST = Problem("", "fast", N_("按得太快了，没有发出去。请再按一次“发送”。"))
ODD = Problem("", "stamp", N_("这一页放得太久了，没有发出去。写的还在，请再按一次“发送”。"))


def stamped(instant: datetime, mark: str) -> str:
    """Return what a form carries to say when it was shown: the second, and the `mark` that proves it."""
    return f"{int(instant.timestamp())}.{mark}"


def problem_with_stamp(stamp: str, mark: str, now: datetime, longest: timedelta = timedelta(days=2)) -> Problem | None:
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
