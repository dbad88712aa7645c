"""The shape of a public page."""

import re

from webapp.core.errors import N_, Problem
from webapp.core.fields import RecordSchema, Text

LONGEST_LINE, LONGEST_SERVICES = 100, 600
NOT_A_PHONE = Problem("", "phone", N_("电话只写数字，例如 0578-6123456 或 13800000000。"))
PHONE = re.compile(r"\+?[0-9](?:[ -]?[0-9]){4,18}\Z")


class OfficeSchema(RecordSchema):
    """`{"hours"?, "phone"?, "place"?, "services"?}`: all of it may stay empty."""

    hours = Text(LONGEST_LINE)
    phone = Text(30, pattern=PHONE, error_messages={"invalid": [NOT_A_PHONE]})
    place = Text(LONGEST_LINE)
    services = Text(LONGEST_SERVICES)
