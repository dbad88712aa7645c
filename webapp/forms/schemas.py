"""The shape of a form definition: read, it is plain JSON again, trimmed and with nothing that nobody asked for."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from webapp.core.fields import NOT_A_RECORD, REQUIRED, Choice, Count, DateField, Flag, RecordSchema, Text
from webapp.forms.rules import EVENT_SUMS, LANGUAGES, LARGEST, OUTCOMES, OUTREACH, SOURCES, UNITS

# marshmallow's own messages are English text; ours are problems, which carry a code.
MESSAGES: dict[str, Any] = {
    "required": [REQUIRED],
    "null": [REQUIRED],
    "invalid": [NOT_A_RECORD],
    "type": [NOT_A_RECORD],
}
CODE = re.compile(r"[a-z][a-z0-9_]{1,39}\Z")


class Code(Text):
    """A code of lower-case letters, digits and underscores."""

    def __init__(self, **kwargs: Any) -> None:
        """Take what every field takes."""
        super().__init__(longest=40, pattern=CODE, **kwargs)


class Day(DateField):
    """A date that stays as it is written: `2026-11-21`."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return super()._deserialize(value, attr, data, **kwargs).isoformat()


def nested(schema: type[Schema], *, required: bool = True) -> fields.Nested:
    """Return a field of one object."""
    return fields.Nested(schema, required=required, error_messages=MESSAGES)


def rows(inner: fields.Field[Any]) -> fields.List[Any]:
    """Return a field of a list."""
    return fields.List(inner, required=True, error_messages=MESSAGES)


def texts(longest: int) -> fields.Nested:
    """Return a field of one text in each language: `{"zh-Hans", "zh-Hant", "en"}`."""
    by_language: dict[str, fields.Field[Any]] = {language: Text(longest, required=True) for language in LANGUAGES}
    return nested(RecordSchema.from_dict(by_language))


class SectionSchema(RecordSchema):
    """A group of measures that stand together on the page."""

    code = Code(required=True)
    label = texts(40)


class SourceSchema(RecordSchema):
    """Where the value of a measure comes from."""

    kind = Choice(SOURCES, required=True)
    measure = Code()
    event = Code()
    sum = Choice(EVENT_SUMS)
    service = Code()
    outcome = Choice(OUTCOMES)
    field = Choice(OUTREACH)


class MeasureSchema(RecordSchema):
    """One number of the form."""

    code = Code(required=True)
    section = Code(required=True)
    label = texts(40)
    short = texts(20)
    definition = texts(600)
    unit = Choice(UNITS, required=True)
    min = Count(0, LARGEST, required=True)
    max = Count(0, LARGEST, required=True)
    source = nested(SourceSchema)


class BalanceSchema(RecordSchema):
    """Which measures must add up: opening + plus − minus = closing."""

    opening = Code(required=True)
    plus = rows(Code())
    minus = rows(Code())
    closing = Code(required=True)


class FormSchema(RecordSchema):
    """One version of a form."""

    code = Code(required=True)
    version = Count(1, 9999, required=True)
    number = Text(40, required=True)
    authority = Text(80, required=True)
    reference = Text(80, required=True)
    valid_from = Day(required=True)
    valid_to = Day(required=True)
    approved_on = Day()
    legal_basis = texts(600)
    demo = Flag(load_default=False)
    title = texts(80)
    supplement_months = Count(0, 12, required=True)
    sections = rows(nested(SectionSchema))
    measures = rows(nested(MeasureSchema))
    balance = nested(BalanceSchema, required=False)
