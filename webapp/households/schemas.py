"""The shape of a household, for phones and forms alike."""

import re
from typing import Any

from marshmallow import fields
from marshmallow.validate import Length

from webapp.consents.rules import CODES
from webapp.core.fields import Choice, Count, DateField, Flag, RecordSchema, Text, UnitId
from webapp.households.rules import KINDS, LANGUAGES, PREMISES, RELATIONS, SEXES, SIZES, TIMES

MOST_MEMBERS, MOST_NEEDS = 20, 20
LONGEST_NOTE = 200
PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}\Z", re.ASCII)
ID_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]\Z", re.ASCII)
MASKED = re.compile(r"[0-9]{6}\*{8}[0-9]{3}[0-9X]\Z", re.ASCII)


class AddressSchema(RecordSchema):
    """`{"building", "entrance"?, "door"}`."""

    building = Text(30, required=True)
    entrance = Text(10)
    door = Text(20, required=True)


class ContactSchema(RecordSchema):
    """`{"name", "phone"?}`."""

    name = Text(30, required=True)
    phone = Text(20, pattern=PHONE)


class PreferenceSchema(RecordSchema):
    """`{"time"?, "not_before"?}`."""

    time = Choice(frozenset(TIMES))
    not_before = DateField()


class MemberSchema(RecordSchema):
    """One person who lives there. `id_masked` instead of `id_number` keeps the number there is."""

    id = UnitId(required=True)
    name = Text(30, required=True)
    sex = Choice(frozenset(SEXES))
    birth = DateField()
    relation = Choice(frozenset(RELATIONS))
    home = Text(6)
    arrived = DateField()
    id_number = Text(18, pattern=ID_NUMBER)
    id_masked = Text(18, pattern=MASKED)


class AnswerSchema(RecordSchema):
    """One answer to a purpose: `{"given", "version", "on", "guardian"?}`."""

    given = Flag(required=True)
    version = Count(1, 999, required=True)
    on = DateField(required=True)
    guardian = Text(30)


AnswersSchema: Any = RecordSchema.from_dict({code: fields.Nested(AnswerSchema) for code in CODES}, name="AnswersSchema")


class HouseholdSchema(RecordSchema):
    """`{"unit", "kind", "premises"?, "address", "contact"?, "size"?, …}`: see the fields."""

    unit = UnitId(required=True)
    kind = Choice(frozenset(KINDS), required=True)
    premises = Choice(frozenset(PREMISES))
    address = fields.Nested(AddressSchema, required=True)
    contact = fields.Nested(ContactSchema)
    size = Choice(frozenset(SIZES))
    language = Choice(frozenset(LANGUAGES))
    preference = fields.Nested(PreferenceSchema)
    needs = fields.List(Text(40), validate=Length(max=MOST_NEEDS))
    members = fields.List(fields.Nested(MemberSchema), validate=Length(max=MOST_MEMBERS))
    consents = fields.Nested(AnswersSchema)
    left_on = DateField()
    note = Text(LONGEST_NOTE)
