"""The shape of what residents tell, and of what staff answer."""

from webapp.core.errors import N_, Problem
from webapp.core.fields import Choice, RecordSchema, Text, UnitId
from webapp.feedback.rules import CLOSED, KINDS, LONGEST_ANSWER, LONGEST_TEXT
from webapp.offices.schemas import NOT_A_PHONE, PHONE

NO_KIND = Problem("", "required", N_("请选一项。"))


class TellSchema(RecordSchema):
    """`{"kind", "text"?, "phone"?}`: what a resident sends from the door's page."""

    kind = Choice(frozenset(KINDS), required=True, error_messages={"required": [NO_KIND], "invalid": [NO_KIND]})
    text = Text(LONGEST_TEXT)
    phone = Text(30, pattern=PHONE, error_messages={"invalid": [NOT_A_PHONE]})


class FeedbackSchema(RecordSchema):
    """`{"unit", "household"?, "state", "answer"?}`: what became of it, from a phone or a form."""

    unit = UnitId(required=True)
    household = UnitId()
    state = Choice(CLOSED, required=True)
    answer = Text(LONGEST_ANSWER)
