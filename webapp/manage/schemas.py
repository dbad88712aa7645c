"""The shape of what the office fills in."""

from collections.abc import Iterable, Mapping
from typing import Any

from webapp.core.fields import DateField, MonthField, RecordSchema, Text, UnitId
from webapp.forms.rules import LONGEST_REASON


class InviteSchema(RecordSchema):
    """Who is invited, and where they will work."""

    name = Text(40, required=True)
    unit = UnitId(required=True)


class DueSchema(RecordSchema):
    """A month's due day, moved for everybody, and why."""

    month = MonthField(required=True)
    due = DateField(required=True)
    reason = Text(LONGEST_REASON, required=True)


class ExtensionSchema(DueSchema):
    """The same for one unit and the groups under it."""

    unit = UnitId(required=True)


def filled_in(form: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """Return the fields of `form` among `names` that hold something; a blank one counts as left out."""
    return {name: form[name] for name in names if form.get(name, "").strip()}
