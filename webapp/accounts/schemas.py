"""The shape of names that people give."""

from webapp.core.fields import RecordSchema, Text


class NameSchema(RecordSchema):
    """The name of a device."""

    name = Text(40, required=True)
