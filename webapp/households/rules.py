"""What is kept of a household, on what terms, and how it is found. The shape is `schemas`' business.

Nothing about marriage, pregnancy, permits, ethnicity or belief; who lives here only when they say so.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.consents.rules import (
    GUARDED_UNDER,
    Answers,
    missing,
    missing_guardian,
    problems_with_answers,
    refused,
)
from webapp.core.citizen import age_on, birth_of, has_long_number, is_citizen_number, is_region, sex_of
from webapp.core.errors import N_, Problem
from webapp.core.natural import natural
from webapp.core.pieces import plain, runs, says, stored_pieces

WALKERS = frozenset({"leader", "coordinator"})  # who goes from door to door, and sees households whole
KINDS = {"registered": N_("户籍在本地"), "resident": N_("住在这里，户籍在外地"), "premises": N_("场所")}
PREMISES = {"shop": N_("店铺"), "rental": N_("出租房"), "workplace": N_("用工单位")}
SIZES = {"1": N_("1 人"), "2": N_("2 人"), "3-4": N_("3–4 人"), "5+": N_("5 人及以上")}
LANGUAGES = {
    "mandarin": N_("普通话"),
    "local": N_("本地话"),
    "interpreter": N_("需要有人翻译"),
    "english": N_("英语"),
    "sign": N_("手语"),
}
TIMES = {"morning": N_("上午"), "afternoon": N_("下午"), "evening": N_("晚上"), "weekend": N_("周末")}
SEXES = {"m": N_("男"), "f": N_("女")}
# After GB/T 4761-2008, one digit.
RELATIONS = {
    "self": N_("本人或户主"),
    "spouse": N_("配偶"),
    "child": N_("子女"),
    "grandchild": N_("孙辈"),
    "parent": N_("父母"),
    "grandparent": N_("祖辈"),
    "sibling": N_("兄弟姐妹"),
    "relative": N_("其他亲属"),
    "other": N_("非亲属"),
}
OLDEST = 130

# Words that nearly every address has: nobody is found by them where something else was typed too.
NOT_TELLING = frozenset({"幢", "栋", "号", "号楼", "楼", "室", "单元", "弄", "座", "层", "户"})


SENTENCES = {
    "premises_required": N_("请选是哪一种场所。"),
    "premises_unexpected": N_("只有“场所”才选场所种类。"),
    "members_of_premises": N_("场所不登记成员，只登记一位联系人。"),
    "service_unknown": N_("没有这种服务，请从列出的选项里选一个。"),
    "future": N_("日期不能在今天之后。"),
    "too_old": N_("日期太早了，请再看一遍。"),
    "id_number": N_("身份证号不对：请核对 18 位，最后一位可以是 X。"),
    "id_birth": N_("身份证号里的出生日期和填的不一样。"),
    "id_sex": N_("身份证号里的性别和填的不一样。"),
    "region_unknown": N_("地区代码不对，应是六位数字，例如 331126。"),
    "note_personal": N_("备注里不要写电话或身份证号。"),
    "phone": N_("电话号码不对，请再看一遍。"),
}


@dataclass(frozen=True)
class Known:
    """What an entry is judged by: the codes of services, the purposes with their versions, today's date."""

    services: Collection[str]
    purposes: Mapping[str, Mapping[str, Any]]
    today: date


def problems_with_household(data: Mapping[str, Any], before: Mapping[str, Any], known: Known) -> list[Problem]:
    """Return what is wrong with a household whose shape is right; `before` is what was stored, `{}` for a new one."""
    found = [
        *_problems_with_kind(data),
        *_problems_with_days(data, known.today),
        *(_problem("needs", "service_unknown") for code in data.get("needs", ()) if code not in known.services),
        *_problems_with_members(data, known.today),
        *_problems_with_consents(data, before, known),
        *([_problem("note", "note_personal")] if has_long_number(data.get("note", "")) else []),
    ]
    return [problem for problem in found if problem]


def _problems_with_kind(data: Mapping[str, Any]) -> Iterator[Problem]:
    is_premises = data["kind"] == "premises"
    if is_premises and not data.get("premises"):
        yield _problem("premises", "premises_required")
    if not is_premises and data.get("premises"):
        yield _problem("premises", "premises_unexpected")
    if is_premises and data.get("members"):
        yield _problem("members", "members_of_premises")


def _problems_with_days(data: Mapping[str, Any], today: date) -> Iterator[Problem]:
    if data.get("left_on") and data["left_on"] > today:
        yield _problem("left_on", "future")


def _problems_with_members(data: Mapping[str, Any], today: date) -> Iterator[Problem]:
    for index, member in enumerate(data.get("members", ())):
        for field, code in _wrong_in_member(member, today):
            yield _problem(f"members.{index}.{field}", code)


def _wrong_in_member(member: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    for field in ("birth", "arrived"):
        day = member.get(field)
        if day and day > today:
            yield field, "future"
        if day and day.year < today.year - OLDEST:
            yield field, "too_old"
    if member.get("home") and not is_region(member["home"]):
        yield "home", "region_unknown"
    number = member.get("id_number")
    if number and not is_citizen_number(number):
        yield "id_number", "id_number"
    elif number and member.get("birth") and birth_of(number) != member["birth"]:
        yield "id_number", "id_birth"
    elif number and member.get("sex") and sex_of(number) != member["sex"]:
        yield "id_number", "id_sex"


def _problems_with_consents(
    data: Mapping[str, Any], before: Mapping[str, Any], known: Known
) -> Iterator[Problem | None]:
    answers = answers_after(data, before)
    yield from problems_with_answers(data.get("consents", {}), known.purposes, known.today)
    yield from (missing(answers, purpose) for purpose in ("contact", "members") if data.get(purpose))
    has_child = any(is_child(member, known.today) for member in data.get("members", ()))
    yield missing_guardian(answers, has_child=has_child)


def is_child(member: Mapping[str, Any], day: date) -> bool:
    """Return whether a member is under fourteen on `day`, as far as is known."""
    birth = member.get("birth") or birth_of(member.get("id_number") or "")
    birth = date.fromisoformat(birth) if isinstance(birth, str) else birth
    return birth is not None and age_on(birth, day) < GUARDED_UNDER


def answers_after(data: Mapping[str, Any], before: Mapping[str, Any]) -> Answers:
    """Return the answers that hold once `data` is stored: a purpose that is not mentioned stays as it was."""
    return {**before.get("consents", {}), **data.get("consents", {})}


def content_of(data: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is to be sealed: `data` as JSON, with what is kept of `before`, without what was withdrawn.

    A withdrawal takes what it is about with it even if the phone forgot to, and children are let go of on the day they
    leave. A member whose number is sent masked keeps the number there is.
    """
    content = {name: as_json(value) for name, value in data.items() if name not in ("unit", "kind", "left_on")}
    consents = as_json(answers_after(data, before))
    gone = refused(consents)
    if data.get("left_on") and "keep_in_touch" in gone:
        gone.add("contact")
    numbers = {member["id"]: member.get("id_number") for member in before.get("members", ())}
    staying = [
        member for member in data.get("members", ()) if not (data.get("left_on") and is_child(member, data["left_on"]))
    ]
    content["members"] = [_with_number(as_json(member), numbers) for member in staying]
    content["consents"] = consents
    return {name: value for name, value in content.items() if value not in ([], {}) and name not in gone}


def _with_number(member: dict[str, Any], numbers: Mapping[str, str | None]) -> dict[str, Any]:
    kept = numbers.get(member["id"]) if member.pop("id_masked", None) else None
    return {**member, **({"id_number": kept} if kept and "id_number" not in member else {})}


def as_json(value: Any) -> Any:
    """Return `value` with dates as text."""
    if isinstance(value, Mapping):
        return {name: as_json(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _problem(field: str, code: str) -> Problem:
    return Problem(field, code, SENTENCES[code])


# Where it stands among others, and how it is found.


def sort_key(address: Mapping[str, str]) -> str:
    """Return a text by whose characters addresses stand as one walks: building, entrance, floor, door."""
    return " ".join(natural(address.get(part, "")) for part in ("building", "entrance", "door"))


def floor_of(door: str) -> int | None:
    """Return the floor that a door's number tells: 501 and 1203 are on the 5th and 12th; None when it tells none."""
    number = plain(door)
    found = re.match(r"([0-9]{1,2})[0-9]{2}(?![0-9])", number)
    return int(found[1]) if found else None


def address_text(address: Mapping[str, str]) -> str:
    """Return an address as it is read: `3幢 2单元 501`."""
    return " ".join(address[part] for part in ("building", "entrance", "door") if address.get(part))


def names_of(content: Mapping[str, Any]) -> list[str]:
    """Return the names that a household gave: the contact's, then the members'."""
    contact = [content["contact"]["name"]] if content.get("contact") else []
    return contact + [member["name"] for member in content.get("members", ())]


def tail_of(content: Mapping[str, Any]) -> str:
    """Return the last four digits of the telephone number, `""` without one."""
    return digits(content.get("contact", {}).get("phone", ""))[-4:]


def digits(text: str) -> str:
    """Return the digits of `text`."""
    return "".join(sign for sign in plain(text) if sign.isdigit())


def whole_pieces(content: Mapping[str, Any]) -> set[str]:
    """Return whole parts of a household, each with a sign before it: two that share one may be the same household."""
    phone = digits(content.get("contact", {}).get("phone", ""))
    return {
        f"@{sort_key(content['address'])}",
        *({f"#{phone[-4:]}"} if phone else ()),
        *(f"={number}" for number in _numbers(content)),
        *(f"~{plain(name)}" for name in names_of(content)),
    }


def found_by(content: Mapping[str, Any]) -> set[str]:
    """Return the pieces by which a household is found: of its address, names, pinyin, initials, end of number."""
    phone = digits(content.get("contact", {}).get("phone", ""))
    ends = [phone[-4:], phone] if phone else []
    telling = " ".join(run for run in runs(address_text(content["address"])) if run not in NOT_TELLING)
    return stored_pieces([telling], names_of(content), ends) | whole_pieces(content)


def typed_runs(text: str) -> list[str]:
    """Return what somebody looks for: the runs of what was typed, without words that every address has."""
    found = list(dict.fromkeys(runs(text)))
    return [run for run in found if run not in NOT_TELLING] or found


def is_meant(content: Mapping[str, Any], typed: Sequence[str]) -> bool:
    """Return whether a household says each of the `typed` runs."""
    phone = digits(content.get("contact", {}).get("phone", ""))
    known = ([address_text(content["address"])], names_of(content), [phone] if phone else [])
    return all(says(run, *known) for run in typed)


def nearness(content: Mapping[str, Any], typed: Sequence[str]) -> tuple[int, str]:
    """Return the rank of a household among those found: whole parts first, then as one walks."""
    parts = {run for text in (*content["address"].values(), *names_of(content)) for run in runs(text)}
    return -len(parts.intersection(typed)), sort_key(content["address"])


def likeness(content: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return by what two households may be the same: `address`, `name` with `phone` or building, `phone`, `id`."""
    same = []
    if sort_key(content["address"]) == sort_key(other["address"]):
        same.append("address")
    if set(map(plain, names_of(content))) & set(map(plain, names_of(other))):
        same.append("name")
    if tail_of(content) and tail_of(content) == tail_of(other):
        same.append("phone")
    if _numbers(content) & _numbers(other):
        same.append("id")
    is_near = natural(content["address"]["building"]) == natural(other["address"]["building"])
    return [] if same in (["name"], ["phone"]) and not is_near else same


def _numbers(content: Mapping[str, Any]) -> set[str]:
    return {member["id_number"] for member in content.get("members", ()) if member.get("id_number")}
