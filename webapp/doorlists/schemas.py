"""The shape of one row in a list of doors."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from webapp.core.errors import Problem
from webapp.core.fields import load, plain_text
from webapp.doorlists.rules import (
    KINDS,
    NO_CONSENT,
    PREMISES,
    UNKNOWN_GROUP,
    UNKNOWN_KIND,
    UNKNOWN_SIZE,
    YES,
    Row,
)
from webapp.households.rules import as_json
from webapp.households.schemas import HouseholdSchema

SCHEMA = HouseholdSchema()
# Where a problem of the record stands in the list.
COLUMN_OF = {
    "address.building": "building", "address.entrance": "entrance", "address.door": "door", "unit": "group",
    "contact.name": "name", "contact.phone": "phone", "consents.contact.on": "agreed_on", "consents.contact": "agreed",
}  # fmt: skip


def read_row(number: int, cells: Mapping[str, str], groups: Mapping[str, str], version: int, today: date) -> Row:
    """Return the row with this `number`; what is wrong with its shape is in its `problems`, by column.

    `groups` are the ids of groups by their name and by their code, `version` is the consent's text of `today`.
    """
    told = {name: plain_text(cell) for name, cell in cells.items()}
    problems, notes = [], []
    unit = groups.get(told.get("group", "").replace(" ", ""))
    if told.get("group") and not unit:
        problems.append(Problem("group", "unknown_group", UNKNOWN_GROUP, {"group": told["group"]}))
    kind = KINDS.get(told.get("kind", ""))
    if kind is None:
        problems.append(Problem("kind", "unknown_kind", UNKNOWN_KIND, {"kind": told["kind"]}))
    size, wrong = _size(told.get("size", ""))
    problems += [wrong] if wrong else []
    data: dict[str, Any] = {"unit": unit or "", "kind": kind or "registered", "address": _parts(told)}
    data |= {"premises": _premises(told)} if kind == "premises" else {}
    data |= {name: value for name, value in (("size", size), ("note", told.get("note", ""))) if value}
    if told.get("name"):
        if told.get("agreed", "").lower() in YES:
            data |= _contact(told, version, today)
        else:
            notes.append(Problem("agreed", "no_consent", NO_CONSENT))
    shaped, wrong_shape = load(SCHEMA, data)
    problems += [
        found for problem in wrong_shape if (found := _in_list(problem)).field not in {p.field for p in problems}
    ]
    return Row(number, as_json(shaped) if not problems else {}, tuple(problems), tuple(notes))


def _parts(told: Mapping[str, str]) -> dict[str, str]:
    return {name: told[name] for name in ("building", "entrance", "door") if told.get(name)}


def _premises(told: Mapping[str, str]) -> str:
    return PREMISES.get(told.get("premises", "") or told.get("kind", ""), told.get("premises", ""))


def _size(text: str) -> tuple[str, Problem | None]:
    """Return the band of a number of people."""
    if not text:
        return "", None
    found = re.fullmatch(r"([0-9]{1,3})人?", text)
    if not found or not int(found[1]):
        return "", Problem("size", "unknown_size", UNKNOWN_SIZE)
    count = int(found[1])
    return ("1", "2", "3-4", "3-4")[count - 1] if count < 5 else "5+", None


def _contact(told: Mapping[str, str], version: int, today: date) -> dict[str, Any]:
    contact = {name: told[name] for name in ("name", "phone") if told.get(name)}
    on = told.get("agreed_on") or today.isoformat()
    return {"contact": contact, "consents": {"contact": {"given": True, "version": version, "on": on}}}


def _in_list(problem: Problem) -> Problem:
    return problem._replace(field=COLUMN_OF.get(problem.field, problem.field))
