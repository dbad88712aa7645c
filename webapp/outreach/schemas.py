"""The shape of an entry, made of the table of its kind."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from webapp.core.fields import (
    NOT_A_CHOICE,
    Choice,
    Count,
    DateField,
    RecordSchema,
    Text,
    UnitId,
    plain_text,
    typed_count,
)
from webapp.outreach.rules import CHOICES, KINDS, Field, Kind

LONGEST_TITLE = 80


def _shape(field: Field) -> fields.Field[Any]:
    if field.form == "count":
        return Count(field.low, field.high, required=field.required)
    if field.form in CHOICES:
        return Choice(frozenset(CHOICES[field.form]), required=True)
    if field.form == "point":
        return UnitId(required=True, error_messages={"invalid": [NOT_A_CHOICE]})
    return Text(field.high, required=field.required)


def _schema(kind: Kind) -> RecordSchema:
    own = {field.name: _shape(field) for field in kind.fields}
    shape: dict[str, fields.Field[Any]] = {
        "date": DateField(required=True),
        "title": Text(LONGEST_TITLE, required=True),
        **own,
    }
    return RecordSchema.from_dict(shape)()  # type: ignore[return-value]  # of the class it is called on


SCHEMAS: Mapping[str, RecordSchema] = {code: _schema(kind) for code, kind in KINDS.items()}


def names_of(kind: str) -> tuple[str, ...]:
    """Return the names of all fields of a kind, in the order of its form."""
    return ("date", "title", *(field.name for field in KINDS[kind].fields))


def entry_from_form(kind: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the data that a form's fields spell: what is no number stays as it was typed, to be refused."""
    counts = {field.name for field in KINDS[kind].fields if field.form == "count"}
    texts = {name: typed.get(name, "").strip() for name in names_of(kind)}
    return {name: typed_count(text) if name in counts and plain_text(text) else text for name, text in texts.items()}
