"""The shape of what the office fills in."""

from collections.abc import Iterable, Mapping
from typing import Any

from webapp.core.errors import N_, Problem
from webapp.core.fields import DateField, MonthField, RecordSchema, Text, UnitId
from webapp.forms.rules import LONGEST_REASON


def _missing(sentence: str) -> dict[str, Any]:
    """Return how a field says that it is empty, in a sentence that also stands well in the summary of problems."""
    return {"required": [Problem("", "required", sentence)]}


NO_NAME = _missing(N_("请填写姓名。"))
NO_UNIT = _missing(N_("请选择单位。"))
NO_DAY = _missing(N_("请选日期。"))
NO_REASON = _missing(N_("请写明理由，大家都能看到。"))


class InviteSchema(RecordSchema):
    """Who is invited, and where they will work."""

    name = Text(40, required=True, error_messages=NO_NAME)
    unit = UnitId(required=True, error_messages=NO_UNIT)


class DueSchema(RecordSchema):
    """A month's due day, moved for everybody, and why."""

    month = MonthField(required=True)
    due = DateField(required=True, error_messages=NO_DAY)
    reason = Text(LONGEST_REASON, required=True, error_messages=NO_REASON)


class ExtensionSchema(DueSchema):
    """The same for one unit and the groups under it."""

    unit = UnitId(required=True, error_messages=NO_UNIT)


def filled_in(form: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """Return the fields of `form` among `names` that hold something; a blank one counts as left out."""
    return {name: form[name] for name in names if form.get(name, "").strip()}
