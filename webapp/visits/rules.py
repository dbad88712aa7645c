"""Rounds, visits and needs: which doors are due, what a visit may say, how a need moves on.

Not at home and declined are outcomes like any other: they count as called upon, and are not asked again for a set
time. Data is as it travels: days are texts like `2026-11-21`. The phone has the same rules in
`static/js/domain/round.js` and `visit.js`; both are held to `tests/vectors/round.json` and `visit.json`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain, islice
from typing import Any, NamedTuple

from webapp.core.citizen import has_long_number
from webapp.core.errors import N_, Problem
from webapp.core.period import Month, window_problem, window_start

MONTHS_BACK = 3  # as forms/data/monthly-1.json: visits of this month and three before it
MONTHS_OF_HISTORY = 3  # what a phone has of the past, so that both sides know the same
LONGEST_AHEAD = timedelta(days=366)
OUTCOMES = ("met", "not_home", "declined", "rescheduled")
# What a door's month comes to: whoever was met was met; to be told a day or "no" is more than to find nobody.
WEIGHT = {"met": 2, "declined": 1, "rescheduled": 1, "not_home": 0}
OPEN_STATES = ("open", "referred")
# A need goes on from open to whoever takes it and to its end; a wrong tap can be mended by opening it again.
NEXT: Mapping[str, frozenset[str]] = {
    "open": frozenset({"open", "referred", "done", "withdrawn"}),
    "referred": frozenset({"open", "referred", "done", "withdrawn"}),
    "done": frozenset({"done", "open"}),
    "withdrawn": frozenset({"withdrawn", "open"}),
}

SENTENCES: Mapping[str, str] = {
    "not_before_required": N_("请填改约的日期。"),
    "not_before_early": N_("这个日期不能早于走访日期。"),
    "too_far": N_("这个日期太远了，请填一年以内的日子。"),
    "follow_up_early": N_("回访日期不能早于走访日期，也不能早于住户说的“不要再上门”的日期。"),
    "topics_unexpected": N_("没有见到人，就不填介绍了什么。"),
    "topics_twice": N_("同一项服务选了两次，请留一个。"),
    "service_unknown": N_("没有这种服务，请从列出的选项里选一个。"),
    "service_closed": N_("这种服务在 %(date)s 不能记，请另选一种。"),
    "note_personal": N_("备注里不要写电话或身份证号。"),
    "household_unknown": N_("没有找到这一户，或者它不在这个组。"),
    "household_fixed": N_("这一条记的是另一户，不能改到别的住户名下。"),
    "referred_to_required": N_("请写明转给谁办。"),
    "promised_required": N_("请填答应办好的日期。"),
    "promised_early": N_("答应的日期不能早于提出的日期。"),
    "closed_required": N_("请填办结的日期。"),
    "closed_unexpected": N_("还没有办结，就不填办结日期。"),
    "closed_early": N_("办结的日期不能早于提出的日期。"),
    "closed_future": N_("日期不能晚于今天（%(today)s）。"),
    "state_order": N_("已经结束的需求不能直接改成这样，请先重新打开。"),
}


class Door(NamedTuple):
    """One household in the round of a month.

    `state` is `unvisited` or an outcome, `visit` the visit that decided it; `not_before` is until when nobody should
    ring, `follow_up` a day that was agreed on and on which nobody has come yet.
    """

    household: str
    due: bool
    state: str
    visit: str | None = None
    not_before: str | None = None
    follow_up: str | None = None


Row = Mapping[str, Any]


def round_of(month: Month, households: Iterable[Row], visits: Iterable[Row], needs: Iterable[Row]) -> list[Door]:
    """Return the doors of a month in the order of `households`; those that had left by its end are no part of it.

    A household is `{"id", "kind", "left_on"?, "since"?, "preference"?, "needs"?, "last"?}`, a visit `{"id",
    "household", "date", "outcome", "not_before"?, "follow_up"?}`, a need `{"household", "opened", "closed"?}`. Visits
    count by their date; of what lies more than three months before the month only the days that were agreed on at a
    household's newest visit (`last`: `{"date", "not_before"?, "follow_up"?}`) are looked at.
    """
    first, last = month.first.isoformat(), month.last.isoformat()
    start = month.plus(-MONTHS_OF_HISTORY).first.isoformat()
    known = _by_household(visit for visit in visits if start <= visit["date"] <= last)
    asked = {need["household"] for need in needs if need["opened"] <= last and first <= (need.get("closed") or last)}
    there = [household for household in households if is_there(household, month)]
    return [_door(each, known.get(each["id"]) or _long_ago(each, start), asked, first, last) for each in there]


def _long_ago(household: Row, start: str) -> list[Row]:
    """Return a household's newest visit when that was before the day `start`."""
    newest = household.get("last")
    return [newest] if newest and newest["date"] < start else []


def is_there(household: Row, month: Month) -> bool:
    """Say whether a household is part of a month: it was known by its end, and had not left by then."""
    last = month.last.isoformat()
    return (household.get("since") or last) <= last < (household.get("left_on") or "9")


def _by_household(visits: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for visit in visits:
        found.setdefault(visit["household"], []).append(visit)
    return found


def _door(household: Row, visits: Sequence[Row], asked: set[str], first: str, last: str) -> Door:
    before = [visit for visit in visits if visit["date"] < first]
    within = [visit for visit in visits if visit["date"] >= first]
    decided = max(within, key=_weight, default=None)
    wish = (household.get("preference") or {}).get("not_before") or ""
    due = max(wish, _not_before(before)) <= last and (
        household["kind"] == "resident"
        or household["id"] in asked
        or bool(household.get("needs"))
        or any(first <= (visit.get("follow_up") or "") <= last for visit in visits)
    )
    state, visit = (decided["outcome"], decided["id"]) if decided else ("unvisited", None)
    return Door(household["id"], due, state, visit, max(wish, _not_before(visits)) or None, _follow_up(visits, last))


def _weight(visit: Row) -> tuple[int, str, str]:
    return (WEIGHT[visit["outcome"]], visit["date"], visit["id"])


def _not_before(visits: Iterable[Row]) -> str:
    """Return until when nobody should ring, as the last of `visits` says; `""` when it says nothing."""
    newest = max(visits, key=lambda visit: (visit["date"], visit.get("id", "")), default=None)
    return (newest or {}).get("not_before") or ""


def _follow_up(visits: Sequence[Row], last: str) -> str | None:
    """Return the earliest day that was agreed on and on or after which nobody has come."""
    newest = max((visit["date"] for visit in visits), default="")
    agreed = sorted(visit["follow_up"] for visit in visits if newest < (visit.get("follow_up") or "") <= last)
    return agreed[0] if agreed else None


def progress(doors: Iterable[Door]) -> dict[str, int]:
    """Return how far a round is: `due`, how many of them were `called` upon, and the doors by their state.

    A door that was not due is counted once somebody called there.
    """
    listed = [door for door in doors if door.due or door.state != "unvisited"]
    found = dict.fromkeys(("due", "called", "unvisited", *OUTCOMES), 0)
    for door in listed:
        found["due"] += door.due
        found["called"] += door.due and door.state != "unvisited"
        found[door.state] += 1
    return found


def deciding(visits: Iterable[Row]) -> list[Row]:
    """Return of the visits that count in a month the one for each household that says how it went, by date."""
    decided = [max(mine, key=_weight) for mine in _by_household(visits).values()]
    return sorted(decided, key=lambda visit: (visit["date"], visit["id"]))


def doors_of(
    month: Month, households: Sequence[Row], history: Iterable[Row], counted: Iterable[Row], needs: Sequence[Row]
) -> dict[str, Any] | None:
    """Return what a month's report counts, or None for a group that keeps no households: those are noted by hand.

    `history` are the households' visits, `counted` the group's visits that count in this month (supplementary ones
    too), `needs` the households' needs; of them those that have `counts` are counted.
    """
    decided = deciding(counted)
    if not decided and not any((household.get("since") or "") <= month.last.isoformat() for household in households):
        return None
    due = {door.household for door in round_of(month, households, history, needs) if door.due}
    return {
        "planned": len(due | {visit["household"] for visit in decided}),
        "visits": [{"id": visit["id"], "outcome": visit["outcome"]} for visit in decided],
        "needs": [{"id": need["id"]} for need in needs if need.get("counts")],
    }


def default_not_before(outcome: str, day: date, periods: Iterable[Row]) -> date | None:
    """Return the day before which nobody asks again, when nothing else was said.

    `periods` are `{"since", "until", "days": {outcome: days}}`; for an outcome that names no days there is none.
    """
    text = day.isoformat()
    valid = (period["days"] for period in periods if period["since"] <= text <= (period["until"] or text))
    return next((day + timedelta(days=days[outcome]) for days in valid if outcome in days), None)


def problems_with_visit(
    data: Row, services: Sequence[Row], today: date, months_back: int = MONTHS_BACK
) -> list[Problem]:
    """Return what is wrong with a visit whose shape is right, its days being dates."""
    when = window_problem(data["date"], today, window_start(today, months_back))
    return [
        *([when] if when else []),
        *_problems_with_not_before(data),
        *_problems_with_follow_up(data),
        *_problems_with_topics(data, services),
        *_problems_with_note(data),
    ]


def _problems_with_not_before(data: Row) -> Iterator[Problem]:
    day = data.get("not_before")
    if data["outcome"] == "rescheduled" and not day:
        yield _problem("not_before", "not_before_required")
    elif day and day < data["date"]:
        yield _problem("not_before", "not_before_early")
    elif day and day > data["date"] + LONGEST_AHEAD:
        yield _problem("not_before", "too_far")


def _problems_with_follow_up(data: Row) -> Iterator[Problem]:
    day = data.get("follow_up")
    if day is None:
        return
    if day < max(data["date"], data.get("not_before") or data["date"]):
        yield _problem("follow_up", "follow_up_early")
    elif day > data["date"] + LONGEST_AHEAD:
        yield _problem("follow_up", "too_far")


def _problems_with_topics(data: Row, services: Sequence[Row]) -> Iterator[Problem]:
    topics = data.get("topics") or []
    if topics and data["outcome"] != "met":
        yield _problem("topics", "topics_unexpected")
    elif len(set(topics)) < len(topics):
        yield _problem("topics", "topics_twice")
    else:
        each = (_problems_with_service("topics", code, data["date"], services) for code in topics)
        yield from islice(chain.from_iterable(each), 1)


def _problems_with_service(field: str, code: str, day: date, services: Sequence[Row]) -> Iterator[Problem]:
    known = next((service for service in services if service["code"] == code), None)
    text = day.isoformat()
    if known is None:
        yield _problem(field, "service_unknown")
    elif not known["since"] <= text <= (known["until"] or text):
        yield _problem(field, "service_closed", {"date": text})


def _problems_with_note(data: Row) -> list[Problem]:
    return [_problem("note", "note_personal")] if has_long_number(data.get("note") or "") else []


def problems_with_need(
    data: Row, services: Sequence[Row], today: date, stored: Row | None = None, months_back: int = MONTHS_BACK
) -> list[Problem]:
    """Return what is wrong with a need whose shape is right; `stored` is what is known of it (`state`, `opened`)."""
    is_new = stored is None or stored["opened"] != data["opened"]
    when = window_problem(data["opened"], today, window_start(today, months_back)) if is_new else None
    return [
        *([when._replace(field="opened")] if when else []),
        *(_problems_with_service("service", data["service"], data["opened"], services) if is_new else ()),
        *([_problem("state", "state_order")] if stored and data["state"] not in NEXT[stored["state"]] else []),
        *_problems_with_promise(data),
        *_problems_with_end(data, today),
        *_problems_with_note(data),
    ]


def _problems_with_promise(data: Row) -> Iterator[Problem]:
    day, refers = data.get("promised"), data["state"] == "referred"
    if refers and not data.get("referred_to"):
        yield _problem("referred_to", "referred_to_required")
    if refers and not day:
        yield _problem("promised", "promised_required")
    elif day and day < data["opened"]:
        yield _problem("promised", "promised_early")
    elif day and day > data["opened"] + LONGEST_AHEAD:
        yield _problem("promised", "too_far")


def _problems_with_end(data: Row, today: date) -> Iterator[Problem]:
    day = data.get("closed")
    if day is None:
        if not is_open(data):
            yield _problem("closed", "closed_required")
    elif is_open(data):
        yield _problem("closed", "closed_unexpected")
    elif day < data["opened"]:
        yield _problem("closed", "closed_early")
    elif day > today:
        yield _problem("closed", "closed_future", {"today": today.isoformat()})


def is_open(need: Row) -> bool:
    """Say whether a need still wants somebody."""
    return need["state"] in OPEN_STATES


def is_overdue(need: Row, today: str) -> bool:
    """Say whether a need is open past the day that was promised; `need` as it travels."""
    return is_open(need) and bool(need.get("promised")) and need["promised"] < today


def _problem(field: str, code: str, params: dict[str, Any] | None = None) -> Problem:
    return Problem(field, code, SENTENCES[code], params or {})
