"""Shapes of small forms: a reason, what was displayed."""

from webapp.core.fields import DateField, RecordSchema, Text, UnitId

LONGEST_REASON = 300


class ReasonSchema(RecordSchema):
    """`{"reason"}` for giving back or taking down."""

    reason = Text(LONGEST_REASON, required=True)


class DisplaySchema(RecordSchema):
    """`{"duty", "period", "shown_from", "edition"?, "note"?}`."""

    duty = Text(40, required=True)
    period = Text(10, required=True)
    shown_from = DateField(required=True)
    edition = UnitId(load_default=None)
    note = Text(200, load_default="")
