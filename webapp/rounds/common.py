"""What the pages of visits and needs share: who may reach what, and how it is said."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext

from webapp.access.service import reach
from webapp.core.errors import NotFound
from webapp.core.spoken import month_text
from webapp.events.queries import closed_months
from webapp.events.service import COUNTED
from webapp.households import queries as households
from webapp.households.rules import address_text
from webapp.visits import queries

Row = Mapping[str, Any]
UNHEARD = {"shell": True, "nav_current": "round"}  # the phone may hold what has not arrived yet: the script looks


def visit_told(row: Row) -> dict[str, Any]:
    """Return a stored visit as it travels, its note opened."""
    return queries.visit_data(row, queries.notes_of([row]).get(row["id"]))


def need_told(row: Row) -> dict[str, Any]:
    """Return a stored need as it travels, what is sealed of it opened."""
    return queries.need_data(row, queries.notes_of([row]).get(row["id"]))


def why_counted(row: Row) -> str:
    """Return why a record can no longer be changed, `""` when it can."""
    closed = row["month"] in closed_months([row["unit_id"]])[row["unit_id"]]
    return gettext(COUNTED, month=month_text(row["month"])) if closed else ""


def place_of(household: Row) -> dict[str, str]:
    """Return what a page says of a household: `{"id", "address"}`."""
    return {"id": household["id"], "address": address_text(household["address"])}


def may_mend(row: Row) -> bool:
    """Return whether the reader may change a stored record: it may count at a group that has the household no more."""
    try:
        reach(row["unit_id"], "visit.write")
    except NotFound:
        return False
    return True


def find_household(household_id: str) -> Row:
    """Return a household in reach, opened. Raises NotFound otherwise, as for one that is erased."""
    found = households.household(household_id)
    if found is None:
        raise NotFound
    reach(found["unit_id"], "visit.write")
    return found


Found = tuple[dict[str, Any], Row]


def find_visit(visit_id: str) -> Found:
    """Return a stored visit and its household, opened, in reach. Raises NotFound."""
    return _within_reach(queries.visits([visit_id]).get(visit_id))


def find_need(need_id: str) -> Found:
    """Return a stored need and its household, opened, in reach. Raises NotFound."""
    return _within_reach(queries.needs([need_id]).get(need_id))


def _within_reach(row: dict[str, Any] | None) -> Found:
    """Return a record and its household, where that is in reach now. Raises NotFound otherwise, and when withdrawn."""
    if row is None or row["deleted"]:
        raise NotFound
    return row, find_household(row["household_id"])
