"""The shape of a report. Which measures there are, and their ranges, is data of the form: `rules` checks them."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from webapp.core.errors import Problem
from webapp.core.fields import NOT_A_RECORD, REQUIRED, Flag, MonthField, RecordSchema, Text, UnitId, typed_count
from webapp.forms.rules import Form
from webapp.reports.rules import SENTENCES, Computed, closing_of

LONGEST_REASON = 200
MOST_MEASURES = 100
_FORM = re.compile(r"[a-z][a-z0-9-]*@\d{1,4}\Z", re.ASCII)


class Values(fields.Field[dict[str, Any]]):
    """`{measure: number}`; the numbers themselves are checked against the form."""

    default_error_messages = {"required": [REQUIRED], "null": [REQUIRED], "invalid": [NOT_A_RECORD]}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dict[str, Any]:
        if not isinstance(value, Mapping) or len(value) > MOST_MEASURES:
            raise self.make_error("invalid")
        return dict(value)


class Adjustments(fields.Field[list[dict[str, Any]]]):
    """`[{"measure", "value", "reason"}]`; what they say is checked against the form."""

    default_error_messages = {"invalid": [NOT_A_RECORD]}

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[dict[str, Any]]:
        if not isinstance(value, list) or len(value) > MOST_MEASURES:
            raise self.make_error("invalid")
        if not all(isinstance(item, Mapping) and isinstance(item.get("measure"), str) for item in value):
            raise ValidationError([NOT_A_RECORD])
        return [dict(item) for item in value]


class ReportSchema(RecordSchema):
    """`{"unit", "month", "form", "values", "adjustments"?, "nil"?, "reason"?}`; `reason` is for corrections."""

    unit = UnitId(required=True)
    month = MonthField(required=True)
    form = Text(40, pattern=_FORM, required=True)
    values = Values(load_default=dict)
    adjustments = Adjustments(load_default=list)
    nil = Flag(load_default=False)
    reason = Text(LONGEST_REASON)


def report_from_form(form: Form, cells: Mapping[str, Computed], typed: Mapping[str, str]) -> dict[str, Any]:
    """Return `{"values", "adjustments"}` that a form's fields (`values.births`, `reason.births`) spell.

    An untouched number is what was worked out; where only the leader knows it, 0; except what only last month could
    say, which has to be typed once. The phone does the same in `static/js/pages/report-data.js`.
    """
    closing = form.balance.closing if form.balance else ""
    values = {
        m.code: _typed_value(typed, m.code, _suggested(cells[m.code])) for m in form.measures if m.code != closing
    }
    worked_out: dict[str, Any] = {code: cells[code].value for code in values}
    if form.balance:
        expected = worked_out[closing] = closing_of(form.balance, values)
        value = _typed_value(typed, closing, "" if expected is None else expected)
        # Left as it was shown, while other numbers were changed: it follows them.
        values[closing] = expected if expected is not None and value == cells[closing].value else value
    adjusted = [
        code for code, value in values.items() if isinstance(value, int) and worked_out[code] not in (None, value)
    ]
    reasons = {code: typed.get(f"reason.{code}", "").strip() for code in adjusted}
    adjustments = [{"measure": code, "value": values[code], "reason": reasons[code]} for code in adjusted]
    return {"values": values, "adjustments": adjustments}


def problems_with_idle_reasons(filled: Mapping[str, Any], typed: Mapping[str, str]) -> list[Problem]:
    """Return which reasons stand beside a number that was not changed: nobody would read them.

    `filled` is what `report_from_form` makes of `typed`.
    """
    changed = {row["measure"] for row in filled["adjustments"]}
    left = [code for code, value in filled["values"].items() if isinstance(value, int) and code not in changed]
    fields = [f"reason.{code}" for code in left]
    sentence = SENTENCES["reason_idle"]
    return [Problem(field, "reason_idle", sentence) for field in fields if typed.get(field, "").strip()]


def is_worked_out(cell: Computed) -> bool:
    """Return whether a number comes out by itself, so that changing it wants a reason."""
    return cell.value is not None or cell.from_ == "balance"


def _suggested(cell: Computed) -> int | str:
    if cell.value is not None:
        return cell.value
    return 0 if cell.from_ == "entered" else ""


def _typed_value(typed: Mapping[str, str], code: str, otherwise: int | str) -> int | str:
    text = typed.get(f"values.{code}", "")
    return typed_count(text) if text.strip() else otherwise
