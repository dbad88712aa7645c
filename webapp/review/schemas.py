"""The shape of a review: the version it is about, and the reasons for giving a report back."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields

from webapp.core.errors import Problem
from webapp.core.fields import RecordSchema, Text, load
from webapp.core.ids import is_id
from webapp.forms.rules import LONGEST_REASON, Form

GENERAL = "reason"  # the field for what is not about one number


def field_of(measure: str) -> str:
    """Return the name of the field with the reason about `measure`, `""` being the report as a whole."""
    return f"{GENERAL}-{measure}" if measure else GENERAL


def reasons_in(typed: Mapping[str, str], form: Form) -> tuple[list[dict[str, str]], list[Problem]]:
    """Return the reasons of a submitted form as `[{"measure", "reason"}]`, and what is wrong with them."""
    measures = {field_of(code): code for code in ["", *(measure.code for measure in form.measures)]}
    shape: dict[str, fields.Field[Any]] = {name: Text(LONGEST_REASON) for name in measures}
    data, problems = load(RecordSchema.from_dict(shape)(), {name: typed.get(name, "") for name in measures})
    return [{"measure": measures[name], "reason": data[name]} for name in measures if data.get(name)], problems


def version_in(typed: Mapping[str, str]) -> int:
    """Return the version that a submitted form is about; what is no number is no version."""
    text = typed.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def versions_in(texts: list[str]) -> dict[str, int]:
    """Return what `unit id:version` texts say as `{unit id: version}`; others are left out."""
    pairs = [text.partition(":") for text in texts]
    return {unit: version_in({"version": version}) for unit, _, version in pairs if is_id(unit)}
