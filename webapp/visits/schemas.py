"""The shapes of a visit and of a need, for phones and forms alike."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields

from webapp.core.fields import NOT_A_RECORD, Choice, DateField, RecordSchema, Text, UnitId, typed_count
from webapp.visits.rules import NEXT, OUTCOMES

LONGEST_NOTE, LONGEST_NAME = 200, 60
MOST_TOPICS, LONGEST_CODE = 20, 40
CHANGES = ("birth", "death", "move_in", "move_out")  # what a visit tells of who lives there


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
    optional = {name: typed.get(name, "").strip() for name in ("not_before", "follow_up", "note")}
    return {
        "unit": unit_id,
        "household": household_id,
        "date": typed.get("date", ""),
        "outcome": typed.get("outcome", ""),
        **({"topics": list(topics)} if topics and typed.get("outcome") == "met" else {}),
        **{name: text for name, text in optional.items() if text},
    }


def events_from_form(typed: Typed, topics: Sequence[str], unit_id: str, visit_id: str) -> list[dict[str, Any]]:
    """Return the entries that a visit makes: one for each change with a number (`birth`, …), one for each topic.

    A whole household that moved is ticked (`move_in.household`); topics count when somebody was met.
    """
    about = {"unit": unit_id, "date": typed.get("date", ""), "visit": visit_id}
    found: list[dict[str, Any]] = []
    for kind in CHANGES:
        count = typed_count(typed.get(kind, ""))
        if count not in ("", 0):
            found.append({**about, "kind": kind, "persons": count, "households": int(f"{kind}.household" in typed)})
    if typed.get("outcome") == "met":
        found += [{**about, "kind": "service", "service": code, "persons": 1, "households": 1} for code in topics]
    return found


def needs_from_form(
    services: Sequence[str], typed: Typed, unit_id: str, household_id: str, visit_id: str
) -> list[dict[str, Any]]:
    """Return the needs that a visit opens, one for each service that was asked for."""
    about = {"unit": unit_id, "household": household_id, "state": "open", "opened": typed.get("date", "")}
    return [{**about, "service": code, "visit": visit_id} for code in services]


def need_from_form(typed: Typed, stored: Mapping[str, Any], today: str) -> dict[str, Any]:
    """Return the need `stored` (as it travels) after the step that a form's fields spell; it ends today if it ends."""
    state = typed.get("state", "")
    ends = state in ("done", "withdrawn")
    given = {name: typed.get(name, "").strip() for name in ("promised", "referred_to", "note")}
    kept = {name: stored[name] for name in ("unit", "household", "service", "opened", "visit") if stored.get(name)}
    closed = {"closed": (stored.get("closed") if state == stored["state"] else None) or today} if ends else {}
    return {**kept, "state": state, **{name: text for name, text in given.items() if text}, **closed}
