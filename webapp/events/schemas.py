"""The shape of an event, for phones and forms alike."""

from collections.abc import Mapping
from typing import Any

from webapp.core.fields import Choice, Count, DateField, RecordSchema, Text, UnitId, plain_text, typed_count

KINDS = frozenset({"birth", "death", "move_in", "move_out", "service"})
LONGEST_NOTE = 200
WITH_REGION = frozenset({"move_in", "move_out"})


class EventSchema(RecordSchema):
    """`{"unit", "kind", "date", "persons", "households", "region"?, "service"?, "note"?, "visit"?}`."""

    unit = UnitId(required=True)
    kind = Choice(KINDS, required=True)
    date = DateField(required=True)
    persons = Count(1, 99, required=True)
    households = Count(0, 99, load_default=0)
    region = Text(6)
    service = Text(40)
    note = Text(LONGEST_NOTE)
    visit = UnitId()


def event_from_form(typed: Mapping[str, str], unit_id: str) -> dict[str, Any]:
    """Return the data that a form's fields spell, as a phone would send it, without what does not belong to the kind.

    A place may be chosen from the list (`place`) or typed as a code (`region`); the typed one counts.
    """
    kind = typed.get("kind", "")
    moves = kind in WITH_REGION
    region = (plain_text(typed.get("region", "")) or typed.get("place", "")) if moves else ""
    service = typed.get("service", "") if kind == "service" else ""
    optional = {"region": region, "service": service, "note": typed.get("note", "").strip()}
    return {
        "unit": unit_id,
        "kind": kind,
        "date": typed.get("date", ""),
        "persons": typed_count(typed.get("persons", "")),
        "households": typed_count(typed.get("households", "")) if moves else 0,
        **{name: text for name, text in optional.items() if text},
    }
