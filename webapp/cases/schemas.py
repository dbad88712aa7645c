"""The shape of what residents bring, and of what offices and residents say about it later."""

from webapp.cases.rules import (
    ABOUT,
    KINDS,
    LONGEST_CONTACT,
    LONGEST_NAMED,
    LONGEST_TEXT,
    LONGEST_WORDS,
    RATINGS,
)
from webapp.core.errors import N_, Problem
from webapp.core.fields import Choice, RecordSchema, Text, UnitId

NO_KIND = Problem("", "required", N_("请选一项。"))
NO_TEXT = Problem("", "required", N_("请写下是什么事。"))
NO_WORDS = Problem("", "required", N_("请写下要告诉对方的话。"))
ALL_ABOUT = frozenset(about for choices in ABOUT.values() for about in choices)


class BringSchema(RecordSchema):
    """`{"kind", "about"?, "unit"?, "text", "named"?, "contact"?}`: a new case; `unit` is the id of its place."""

    kind = Choice(frozenset(KINDS), required=True, error_messages={"required": [NO_KIND], "invalid": [NO_KIND]})
    about = Choice(ALL_ABOUT)
    unit = UnitId()
    text = Text(LONGEST_TEXT, required=True, error_messages={"required": [NO_TEXT]})
    named = Text(LONGEST_NAMED)
    contact = Text(LONGEST_CONTACT)


class WordsSchema(RecordSchema):
    """`{"words"}`: what an office says to the resident, or to the office that it hands the case to."""

    words = Text(LONGEST_WORDS, required=True, error_messages={"required": [NO_WORDS]})


class ForwardSchema(WordsSchema):
    """`{"words", "to"}`: a case handed to the unit `to` (id)."""

    to = UnitId(required=True, error_messages={"required": [NO_KIND], "invalid": [NO_KIND]})


class EscalateSchema(RecordSchema):
    """`{"words"?}`: why the resident takes the case one level up."""

    words = Text(LONGEST_WORDS)


class RateSchema(RecordSchema):
    """`{"rating"}`: `1` to `5`, five the best."""

    rating = Choice(frozenset(map(str, RATINGS)), required=True, error_messages={"required": [NO_KIND]})
