"""The shape of one row in a list of doors."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from webapp.consents.rules import text_in_force
from webapp.core.errors import Problem
from webapp.core.fields import load, plain_text
from webapp.doorlists.rules import (
    KINDS,
    NEW_KIND,
    NO_CONSENT,
    NO_TEXT,
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


def read_row(
    number: int, cells: Mapping[str, str], groups: Mapping[str, str], asked: Mapping[str, Any], today: date
) -> Row:
    """Return the row with this `number`; what is wrong with its shape is in its `problems`, by column.

    `groups` are the ids of groups by their name and by their code, `asked` is the purpose that contacts agree to. A
    kind that is left blank is no part of the row's fields: a new door's is `NEW_KIND`, a known one's stays.
    """
    told = {name: plain_text(cell) for name, cell in cells.items()}
    problems, notes = [], []
    unit = groups.get(told.get("group", "").replace(" ", ""))
    if told.get("group") and not unit:
        problems.append(Problem("group", "unknown_group", UNKNOWN_GROUP, {"group": told["group"]}))
    kind = KINDS.get(told["kind"]) if told.get("kind") else "premises" if told.get("premises") else ""
    if kind is None:
        problems.append(Problem("kind", "unknown_kind", UNKNOWN_KIND, {"kind": told["kind"]}))
    size, wrong = _size(told.get("size", ""))
    problems += [wrong] if wrong else []
    data: dict[str, Any] = {"unit": unit or "", "kind": kind or NEW_KIND, "address": _parts(told)}
    data |= {"premises": which} if kind == "premises" and (which := _premises(told)) else {}
    data |= {name: value for name, value in (("size", size), ("note", told.get("note", ""))) if value}
    if told.get("name"):
        contact, note = _contact(told, asked, today)
        data |= contact
        notes += [note] if note else []
    shaped, wrong_shape = load(SCHEMA, data)
    problems += [
        found for problem in wrong_shape if (found := _in_list(problem)).field not in {p.field for p in problems}
    ]
    fields = {name: value for name, value in as_json(shaped).items() if name != "kind" or kind} if not problems else {}
    return Row(number, fields, tuple(problems), tuple(notes), told.get("name", ""), told.get("agreed_on", ""))


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


def _contact(told: Mapping[str, str], asked: Mapping[str, Any], today: date) -> tuple[dict[str, Any], Problem | None]:
    """Return the contact with the answer, to the text that was in force that day; without one the note of it."""
    if told.get("agreed", "").lower() not in YES:
        return {}, Problem("agreed", "no_consent", NO_CONSENT)
    on, first = told.get("agreed_on") or today.isoformat(), asked["versions"][0]["since"]
    day = _day(on) or today  # what is no day is refused with the shape
    if day.isoformat() < first:
        return {}, Problem("agreed_on", "no_text", NO_TEXT, {"day": first})
    contact = {name: told[name] for name in ("name", "phone") if told.get(name)}
    answer = {"given": True, "version": text_in_force(asked, day)["version"], "on": on}
    return {"contact": contact, "consents": {"contact": answer}}, None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _in_list(problem: Problem) -> Problem:
    return problem._replace(field=COLUMN_OF.get(problem.field, problem.field))
