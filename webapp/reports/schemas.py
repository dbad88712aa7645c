"""The shape of a report. Which measures there are, and their ranges, is data of the form: `rules` checks them."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from webapp.core.fields import NOT_A_RECORD, REQUIRED, Flag, MonthField, RecordSchema, Text, UnitId

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
