"""The shapes of a visit and of a need, for phones and forms alike."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields

from webapp.core.fields import NOT_A_RECORD, Choice, DateField, RecordSchema, Text, UnitId, typed_count
from webapp.visits.rules import NEXT, OUTCOMES

LONGEST_NOTE, LONGEST_NAME = 200, 60
MOST_TOPICS, LONGEST_CODE = 20, 40
CHANGES = ("move_in", "move_out", "birth", "death")  # what a visit tells of who lives there
MOVES = frozenset({"move_in", "move_out"})


class Codes(fields.Field[list[str]]):
    """A list of codes; which there are, and that none is there twice, is the rules' business."""

    default_error_messages = {"invalid": [NOT_A_RECORD]}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[str]:
        is_list = isinstance(value, list) and len(value) <= MOST_TOPICS
        if not is_list or not all(isinstance(code, str) and 0 < len(code) <= LONGEST_CODE for code in value):
            raise self.make_error("invalid")
        return list(value)


class VisitSchema(RecordSchema):
    """`{"unit", "household", "date", "outcome", "not_before"?, "follow_up"?, "topics"?, "note"?}`."""

    unit = UnitId(required=True)
    household = UnitId(required=True)
    date = DateField(required=True)
    outcome = Choice(frozenset(OUTCOMES), required=True)
    not_before = DateField()
    follow_up = DateField()
    topics = Codes(load_default=list)
    note = Text(LONGEST_NOTE)


class NeedSchema(RecordSchema):
    """`{"unit", "household", "service", "state", "opened", "promised"?, "closed"?, "referred_to"?, "visit"?, …}`."""

    unit = UnitId(required=True)
    household = UnitId(required=True)
    service = Text(40, required=True)
    state = Choice(frozenset(NEXT), required=True)
    opened = DateField(required=True)
    promised = DateField()
    closed = DateField()
    referred_to = Text(LONGEST_NAME)
    visit = UnitId()
    note = Text(LONGEST_NOTE)


Typed = Mapping[str, str]


def visit_from_form(typed: Typed, topics: Sequence[str], unit_id: str, household_id: str) -> dict[str, Any]:
    """Return the visit that a form's fields spell, as a phone would send it."""
    names = ("follow_up", "note") if typed.get("outcome") == "met" else ("not_before", "follow_up", "note")
    optional = {name: typed.get(name, "").strip() for name in names}
    return {
        "unit": unit_id,
        "household": household_id,
        "date": typed.get("date", ""),
        "outcome": typed.get("outcome", ""),
        **({"topics": list(topics)} if topics and typed.get("outcome") == "met" else {}),
        **{name: text for name, text in optional.items() if text},
    }


def events_from_form(typed: Typed, topics: Sequence[str], unit_id: str, visit_id: str) -> dict[str, dict[str, Any]]:
    """Return the entries that a visit makes, by the field they stand at: each change with a number, each topic.

    Only who was met told anything; a household that moved as a whole is ticked (`whole`).
    """
    about = {"unit": unit_id, "date": typed.get("date", ""), "visit": visit_id}
    found: dict[str, dict[str, Any]] = {}
    if typed.get("outcome") != "met":
        return found
    for kind in CHANGES:
        persons = typed_count(typed.get(kind, ""))
        if persons not in ("", 0):
            households = int(kind in MOVES and "whole" in typed)
            found[kind] = {**about, "kind": kind, "persons": persons, "households": households}
    told = {"kind": "service", "persons": 1, "households": 0}
    return {**found, **{f"topics:{code}": {**about, **told, "service": code} for code in topics}}


def leaves(typed: Typed) -> bool:
    """Say whether a visit's form tells that the household has gone: as a whole, and nobody moved in instead."""
    gone, come = typed_count(typed.get("move_out", "")), typed_count(typed.get("move_in", ""))
    return typed.get("outcome") == "met" and "whole" in typed and gone not in ("", 0) and come in ("", 0)


def needs_from_form(
    typed: Typed, services: Sequence[str], unit_id: str, household_id: str, visit_id: str
) -> dict[str, dict[str, Any]]:
    """Return the needs that a visit opens, by the field they stand at: one for each service that was asked for."""
    promised = {"promised": typed["promised"]} if typed.get("promised") else {}
    about = {"unit": unit_id, "household": household_id, "state": "open", "opened": typed.get("date", "")}
    if typed.get("outcome") != "met":
        return {}
    return {f"needs:{code}": {**about, "service": code, "visit": visit_id, **promised} for code in services}


def need_from_form(typed: Typed, stored: Mapping[str, Any], today: str) -> dict[str, Any]:
    """Return the need `stored` (as it travels) after the step that a form's fields spell; it ends today if it ends."""
    state = typed.get("state", "")
    ends = state in ("done", "withdrawn")
    given = {name: typed.get(name, "").strip() for name in ("promised", "referred_to", "note")}
    kept = {name: stored[name] for name in ("unit", "household", "service", "opened", "visit") if stored.get(name)}
    closed = {"closed": (stored.get("closed") if state == stored["state"] else None) or today} if ends else {}
    return {**kept, "state": state, **{name: text for name, text in given.items() if text}, **closed}
