"""Whose a record is when its household has changed hands, and what is held of what an ended phone sends."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from webapp.core.errors import N_, Problem

LEANS_ON = ("household", "visit")  # what others lean on, the first on nothing
KINDS = (*LEANS_ON, "event", "need", "feedback", "report")  # what is held; a report counts what was noted before it
OPEN, TAKEN, DECLINED = "open", "taken", "declined"
UNFINISHED = ("open", "referred")  # states of needs and of what residents told that still want somebody
# From one phone whose session was ended: whoever has found it could send rubbish for a month.
MOST_FROM_ENDED = 1000  # records, each version of one counted
MOST_BYTES_FROM_ENDED = 2_000_000

# Why households change hands: chosen, not written, because the ledger keeps it for ever.
REASONS: Mapping[str, str] = {
    "leader": N_("组长更换"),
    "boundary": N_("小组（网格）调整"),
    "moved": N_("住户搬到了别的组"),
    "balance": N_("平衡工作量"),
}
NO_REASON = N_("请选移交的原因。")
NEWER = N_("服务器上已经有更新的，这一条不能收下。对照着看一看，要改的请直接改。")
NOBODY = N_("请至少选一户。")
NO_UNIT = N_("请选移交给哪个组。")
SAME_UNIT = N_("这些住户已经在这个组，请选另一个组。")


class Held(NamedTuple):
    """A record that came from a former owner: what was sent, opened, and where it stands."""

    id: str
    version: int
    type: str
    household_id: str | None
    unit_id: str
    data: Mapping[str, Any]
    base_version: int
    author_id: str
    declared_at: datetime
    deleted: bool = False  # whether it takes back what is stored
    is_from_ended: bool = False  # whether it came from a phone whose session somebody had ended


class Sent(NamedTuple):
    """How much an ended phone has sent already: versions of records, and their bytes."""

    versions: int = 0
    size: int = 0

    def and_one(self, size: int) -> "Sent | None":
        """Return how much it is with one more of so many bytes, None when that is too much."""
        more = Sent(self.versions + 1, self.size + size)
        return more if more.versions <= MOST_FROM_ENDED and more.size <= MOST_BYTES_FROM_ENDED else None


class Hanging(NamedTuple):
    """A record that belongs to a household and goes where it goes; `month` is the one phones know it by."""

    type: str
    id: str
    version: int
    unit_id: str
    month: int


def action_on(kind: str) -> str:
    """Return the action that somebody needs to decide about a held record of this `kind`."""
    return "handover.report" if kind == "report" else "handover.decide"


def is_former(unit_id: str, home: str | None, owners: Collection[str]) -> bool:
    """Say whether the unit `unit_id` had a household that is now at `home`.

    `owners` are all units that ever had it. What is declared after the move counts too: a phone without a network
    cannot know of it, and what was done at the door must not get lost.
    """
    return home is not None and unit_id != home and unit_id in owners


def is_there(stored: Mapping[str, Any] | None) -> bool:
    """Return whether there is a record that can be taken back; households leave the register otherwise."""
    return stored is not None and stored.get("deleted") is False


def household_in(
    kind: str, record_id: str, data: Mapping[str, Any], held_visits: Mapping[str, str | None]
) -> str | None:
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
    """Return held records so that each comes after what it leans on, and else as they were noted.

    First households, then visits; a report comes after the entries that were noted before it.
    """

    def place(row: Held) -> tuple[Any, ...]:
        number = KINDS.index(row.type)
        return (number,) if row.type in LEANS_ON else (len(LEANS_ON), row.declared_at, number)

    return sorted(rows, key=place)


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
