"""The shape of what offices send: a survey with its file, a sample, a code for a place."""

from typing import Any

from webapp.core.errors import N_, Problem
from webapp.core.fields import Choice, Count, DateField, Flag, RecordSchema, Text, UnitId
from webapp.surveys.rules import KINDS, MOST_INVITED, PHONE, VISIT

NO_KIND = Problem("", "required", N_("请选一项。"))


def _one_of(*codes: str) -> Any:
    return Choice(frozenset(codes), required=True, error_messages={"required": [NO_KIND], "invalid": [NO_KIND]})


class SurveySchema(RecordSchema):
    """`{"kind", "until"}`: what is said about a survey besides its file."""

    kind = _one_of(*KINDS)
    until = DateField(required=True)


class SampleSchema(RecordSchema):
    """`{"basis", "size", "how", "seed"?}`: drawn from the register, or the same number for each place."""

    basis = _one_of("register", "each")
    size = Count(1, MOST_INVITED, required=True)
    how = _one_of(VISIT, PHONE)
    seed = Text(40)


class PlaceSchema(RecordSchema):
    """`{"name", "unit"?, "is_listed"?}`: where a code hangs, and for whose place it counts."""

    name = Text(60, required=True)
    unit = UnitId()
    is_listed = Flag(load_default=False)
