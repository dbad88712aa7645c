"""What may be noted during the month: kinds of entries, and what an entry must say.

No names, ever: an entry counts persons and households. The shape (numbers, lengths, dates) is `schemas`' business.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.core.citizen import has_long_number, is_region
from webapp.core.errors import N_, Problem
from webapp.core.period import window_problem, window_start

MONTHS_BACK = 3  # as forms/data/monthly-1.json: entries of this month and three before it


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entry; `has_region` and `has_service` say which optional field belongs to it."""

    code: str
    label: str
    has_region: bool = False
    has_service: bool = False


KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind("birth", N_("出生")),
        Kind("death", N_("死亡")),
        Kind("move_in", N_("流入"), has_region=True),
        Kind("move_out", N_("流出"), has_region=True),
        Kind("service", N_("服务"), has_service=True),
    )
}

# The first two digits of division codes (GB/T 2260); the rest changes with every reform and is not checked.

SENTENCES: Mapping[str, str] = {
    "service_required": N_("请选择提供了什么服务。"),
    "service_unknown": N_("没有这种服务，请从列出的选项里选一个。"),
    "service_closed": N_("这种服务在 %(date)s 不能记，请另选一种。"),
    "service_unexpected": N_("只有记“服务”时才填服务项目。"),
    "region_unknown": N_("地区代码不对，应是六位数字，例如 331126。"),
    "region_unexpected": N_("只有记“流入”“流出”时才填地区。"),
    "households_many": N_("户数不能比人数多。"),
    "note_personal": N_("备注里不要写电话或身份证号。"),
}


def problems_with_event(
    data: Mapping[str, Any],
    services: Iterable[Mapping[str, Any]],
    today: date,
    months_back: int = MONTHS_BACK,
) -> list[Problem]:
    """Return what is wrong with an entry whose shape is right, `date` being a date.

    `services` are the kinds from `forms.queries.services()`; what lies before the month `months_back` months ago can
    no longer be noted.
    """
    kind = KINDS[data["kind"]]
    when = window_problem(data["date"], today, window_start(today, months_back))
    return [
        *([when] if when else []),
        *_problems_with_service(kind, data, services),
        *_problems_with_region(kind, data),
        *_problems_with_households(kind, data),
        *_problems_with_note(data),
    ]


def _problems_with_service(
    kind: Kind, data: Mapping[str, Any], services: Iterable[Mapping[str, Any]]
) -> Iterator[Problem]:
    code = data.get("service")
    if not kind.has_service:
        if code:
            yield _problem("service", "service_unexpected")
        return
    if not code:
        yield _problem("service", "service_required")
        return
    known = next((service for service in services if service["code"] == code), None)
    day = data["date"].isoformat()
    if known is None:
        yield _problem("service", "service_unknown")
    elif not known["since"] <= day <= (known["until"] or day):
        yield _problem("service", "service_closed", {"date": day})


def _problems_with_region(kind: Kind, data: Mapping[str, Any]) -> Iterator[Problem]:
    region = data.get("region")
    if not region:
        return
    if not kind.has_region:
        yield _problem("region", "region_unexpected")
    elif not is_region(region):
        yield _problem("region", "region_unknown")


def _problems_with_households(kind: Kind, data: Mapping[str, Any]) -> Iterator[Problem]:
    # A household that moves has somebody in it; a service may reach many households through one person.
    if kind.has_region and data.get("households", 0) > data["persons"]:
        yield _problem("households", "households_many")


def _problems_with_note(data: Mapping[str, Any]) -> Iterator[Problem]:
    if has_long_number(data.get("note") or ""):
        yield _problem("note", "note_personal")


def _problem(field: str, code: str, params: dict[str, Any] | None = None) -> Problem:
    return Problem(field, code, SENTENCES[code], params or {})
