"""Whose a record is when its household has changed hands."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from webapp.core.errors import N_, Problem

KINDS = ("household", "visit", "event", "need")  # what is held; in the order in which one leans on another
OPEN, TAKEN, DECLINED = "open", "taken", "declined"
UNFINISHED = ("open", "referred")  # states of needs and of what residents told that still want somebody
HELD = "held"  # the type under which the new owner's phone hears of it

# Why households change hands: chosen, not written, because the ledger keeps it for ever.
REASONS: Mapping[str, str] = {
    "leader": N_("组长更换"),
    "boundary": N_("小组（网格）调整"),
    "moved": N_("住户搬到了别的组"),
    "balance": N_("平衡工作量"),
}
NO_REASON = N_("请选移交的原因。")
NOBODY = N_("请至少选一户。")
NO_UNIT = N_("请选移交给哪个组。")
SAME_UNIT = N_("这些住户已经在这个组，请选另一个组。")


class Held(NamedTuple):
    """A record that came from a former owner: what was sent, opened, and where it stands."""

    id: str
    version: int
    type: str
    household_id: str
    unit_id: str
    data: Mapping[str, Any]
    base_version: int
    author_id: str
    declared_at: datetime
    deleted: bool = False  # whether it takes back what is stored


class Hanging(NamedTuple):
    """A record that belongs to a household and goes where it goes; `month` is the one phones know it by."""

    type: str
    id: str
    version: int
    unit_id: str
    month: int


def is_former(unit_id: str, home: str | None, owners: Collection[str]) -> bool:
    """Say whether the unit `unit_id` had a household that is now at `home`.

    `owners` are all units that ever had it. What is declared after the move counts too: a phone without a network
    cannot know of it, and what was done at the door must not get lost.
    """
    return home is not None and unit_id != home and unit_id in owners


def household_in(kind: str, record_id: str, data: Mapping[str, Any], held_visits: Mapping[str, str]) -> str | None:
    """Return the household that a record is about, if it is about one.

    An event names the visit it was learned at; `held_visits` says at which household those were that are held.
    """
    if kind == "household":
        return record_id
    if kind == "event":
        return held_visits.get(data.get("visit") or "")
    found = data.get("household")
    return found if isinstance(found, str) else None


def in_order(rows: Sequence[Held]) -> list[Held]:
    """Return held records so that each comes after what it leans on: the household, the visit, what came of it."""
    return sorted(rows, key=lambda row: KINDS.index(row.type))


def problems_with_transfer(
    household_ids: Collection[str], origin: str, unit_id: str, reason: str, groups: Collection[str]
) -> list[Problem]:
    """Return what is wrong with moving households of the group `origin` to `unit_id`, which should be in `groups`."""
    found = [] if household_ids else [Problem("household", "nobody", NOBODY)]
    if unit_id not in groups:
        found.append(Problem("to", "no_unit", NO_UNIT))
    elif unit_id == origin:
        found.append(Problem("to", "same_unit", SAME_UNIT))
    return found if reason in REASONS else [*found, Problem("reason", "no_reason", NO_REASON)]
