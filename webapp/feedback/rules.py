"""What residents may tell at the door's code, by when somebody sees to it, and what may be said about it then."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from webapp.core.clock import to_local
from webapp.core.errors import N_, Problem

KINDS: Mapping[str, str] = {
    "still_here": N_("还住这里"),
    "moved": N_("已经搬走"),
    "new_phone": N_("换了电话"),
    "wrong": N_("信息有误"),
    "help": N_("我要帮助"),
}
OPEN, DONE, DROPPED = "open", "done", "dropped"
CLOSED = frozenset({DONE, DROPPED})
PROMISE = timedelta(days=7)  # told to the resident, and the day that staff see
LONGEST_TEXT, LONGEST_ANSWER = 300, 200

NO_PHONE = Problem("phone", "required", N_("请写下新的电话号码。"))


def due_on(told_at: datetime) -> date:
    """Return the day by which somebody sees to what was told at `told_at`."""
    return to_local(told_at).date() + PROMISE


def problems_with_telling(data: Mapping[str, Any]) -> list[Problem]:
    """Return what is missing in what a resident tells: as little as possible is asked."""
    return [NO_PHONE] if data["kind"] == "new_phone" and not data.get("phone") else []
