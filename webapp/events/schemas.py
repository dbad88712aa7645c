"""The shape of an event, for phones and forms alike."""

import re

from webapp.core.fields import Choice, Count, DateField, RecordSchema, Text, UnitId

KINDS = frozenset({"birth", "death", "move_in", "move_out", "service"})
LONGEST_NOTE = 200
_REGION = re.compile(r"[1-9]\d{5}\Z", re.ASCII)
_SERVICE = re.compile(r"[a-z][a-z0-9_]*\Z", re.ASCII)


class EventSchema(RecordSchema):
    """`{"unit", "kind", "date", "persons", "households", "region"?, "service"?, "note"?}`."""

    unit = UnitId(required=True)
    kind = Choice(KINDS, required=True)
    date = DateField(required=True)
    persons = Count(1, 99, required=True)
    households = Count(0, 99, load_default=0)
    region = Text(6, pattern=_REGION)
    service = Text(40, pattern=_SERVICE)
    note = Text(LONGEST_NOTE)
