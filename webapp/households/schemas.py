"""The shape of a household, for phones and forms alike."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from marshmallow import fields
from marshmallow.validate import Length

from webapp.consents.rules import CODES
from webapp.core.citizen import masked_name, masked_phone
from webapp.core.errors import Problem
from webapp.core.fields import Choice, Count, DateField, Flag, RecordSchema, Text, UnitId, plain_text
from webapp.core.ids import is_id
from webapp.households.rules import KINDS, LANGUAGES, PREMISES, RELATIONS, SENTENCES, SEXES, SIZES, TIMES

MOST_MEMBERS, MOST_NEEDS = 20, 20
LONGEST_NOTE = 200
PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}\Z", re.ASCII)
ID_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]\Z", re.ASCII)
MASKED = re.compile(r"[0-9]{6}\*{8}[0-9]{3}[0-9X]\Z", re.ASCII)


def _said(code: str) -> Any:  # marshmallow declares strings, and passes anything through
    return {"invalid": [Problem("", code, SENTENCES[code])]}


class AddressSchema(RecordSchema):
    """`{"building", "entrance"?, "door"}`."""

    building = Text(30, required=True)
    entrance = Text(10)
    door = Text(20, required=True)


class ContactSchema(RecordSchema):
    """`{"name", "phone"?}`."""

    name = Text(30, required=True)
    phone = Text(20, pattern=PHONE, error_messages=_said("phone"))


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
    id_number = Text(18, pattern=ID_NUMBER, error_messages=_said("id_number"))
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


SIMPLE = ("kind", "premises", "size", "language", "note")
PARTS = {
    "address": ("building", "entrance", "door"),
    "contact": ("name", "phone"),
    "preference": ("time", "not_before"),
}
OF_MEMBER = ("name", "sex", "birth", "relation", "home", "arrived", "id_number")
_MEMBER_NAME = re.compile(r"members\.[0-9]{1,2}\.name\Z")
_INDEX = re.compile(r"members\.([0-9]{1,2})\.")


def data_from_form(typed: Mapping[str, str], needs: Sequence[str], about: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data that a form's fields spell, as a phone would send it.

    `about` is what the form does not say: `{"id", "unit", "base_version", "today", "versions", "before"}`, where
    `versions` are those of the texts that stand on the form, and `before` is what was stored.
    """
    before = about["before"]
    data: dict[str, Any] = {"unit": about["unit"], **{name: _plain(typed, name) for name in SIMPLE}}
    for part, names in PARTS.items():
        said = {name: text for name in names if (text := _plain(typed, f"{part}.{name}"))}
        data |= {part: said} if said or part == "address" else {}
    data["kind"] = typed.get("kind", "")
    data["premises"] = data["premises"] if data["kind"] == "premises" else ""
    data["needs"] = list(needs)
    data["members"] = [_member(typed, index, about) for index in member_places(typed) if _says_something(typed, index)]
    data["consents"] = {code: answer for code in CODES if (answer := _answer(typed, code, about))}
    left_on = before.get("left_on")
    data |= {"left_on": left_on.isoformat()} if left_on else {}
    refused = {code for code in CODES if typed.get(f"consents.{code}") == "no"}
    return {name: value for name, value in data.items() if value not in ("", [], {}) and name not in refused}


def _plain(typed: Mapping[str, str], name: str) -> str:
    return plain_text(typed.get(name, ""))


def member_places(typed: Mapping[str, str]) -> list[int]:
    """Return the places of members on a form, in their order."""
    return sorted({int(found[1]) for name in typed if (found := _INDEX.match(name))})


def _says_something(typed: Mapping[str, str], index: int) -> bool:
    return any(_plain(typed, f"members.{index}.{name}") for name in OF_MEMBER)


def _member(typed: Mapping[str, str], index: int, about: Mapping[str, Any]) -> dict[str, Any]:
    said = {name: text for name in OF_MEMBER if (text := _plain(typed, f"members.{index}.{name}"))}
    number = said.pop("id_number", "").upper()
    if number:
        said["id_masked" if MASKED.match(number) else "id_number"] = number
    given = typed.get(f"members.{index}.id", "")
    # The same form sent twice gives the same people, so that it is one record.
    made = str(uuid5(NAMESPACE_OID, f"{about['id']}/{about['base_version']}/{index}"))
    return {"name": "", **said, "id": given if is_id(given) else made}


def _answer(typed: Mapping[str, str], code: str, about: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the answer that is new on the form; one that says what is known already is none."""
    said, known = typed.get(f"consents.{code}", ""), about["before"].get("consents", {}).get(code, {})
    if said not in ("yes", "no"):
        return None
    guardian = _plain(typed, f"consents.{code}.guardian") if said == "yes" else ""
    if known.get("guardian") and guardian == masked_name(known["guardian"]):
        guardian = known["guardian"]
    if known and known["given"] == (said == "yes") and known.get("guardian", "") == guardian:
        return None
    answer = {"given": said == "yes", "version": about["versions"][code], "on": about["today"].isoformat()}
    return {**answer, **({"guardian": guardian} if guardian else {})}


def typed_from(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form's fields, by name, for a household as `queries.as_data` gives it."""
    typed: dict[str, Any] = {name: data.get(name, "") for name in (*SIMPLE, "unit")}
    for part, names in PARTS.items():
        typed |= {f"{part}.{name}": data.get(part, {}).get(name, "") for name in names}
    for index, member in enumerate(data.get("members", ())):
        typed |= {f"members.{index}.{name}": member.get(name, "") for name in ("id", *OF_MEMBER)}
        typed[f"members.{index}.id_number"] = member.get("id_masked", "")
    for code, answer in data.get("consents", {}).items():
        typed[f"consents.{code}"] = "yes" if answer["given"] else "no"
        typed[f"consents.{code}.guardian"] = answer.get("guardian", "")
    return {**typed, "needs": data.get("needs", [])}


def covered(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a form's fields, or a household's data, with names and numbers masked: to see them one says why."""
    return {name: _covered(name, value) for name, value in said.items()}


def _covered(path: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _covered(f"{path}.{name}", inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_covered(f"{path}.{index}", inner) for index, inner in enumerate(value)]
    return _cover(path, value) if isinstance(value, str) else value


def uncovered(data: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return `data` with what was left masked on the form as it was stored before."""
    flat, known = typed_from(data), _by_member(before)
    places = {index: known.get(member["id"], {}) for index, member in enumerate(data.get("members", ()))}
    contact = before.get("contact", {})
    if "contact" in data:
        data["contact"] = {
            name: contact[name] if name in contact and _cover(f"contact.{name}", contact[name]) == value else value
            for name, value in data["contact"].items()
        }
    for index, member in places.items():
        name = f"members.{index}.name"
        if member and _cover(name, member["name"]) == flat[name]:
            data["members"][index] = {**data["members"][index], "name": member["name"]}
    return data


def _by_member(before: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {member["id"]: member for member in before.get("members", ())}


def _cover(name: str, value: str) -> str:
    if name == "contact.phone":
        return masked_phone(value)
    is_name = name == "contact.name" or name.endswith(".guardian") or _MEMBER_NAME.match(name)
    return masked_name(value) if is_name else value
