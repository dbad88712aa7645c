"""What may be noted of work for everybody: one table of fields, one of kinds, and what an entry must say.

Counts and names of offices only: nobody's name, no signing in, never who took something from a service point.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from webapp.core.citizen import has_long_number
from webapp.core.errors import N_, Problem
from webapp.core.period import Month, first_open, window_problem, window_start

Row = Mapping[str, Any]

MONTHS_BACK = 3  # as for events: forms/data/monthly-1.json
DAYS_AHEAD = 400  # a plan lies at most so far ahead: the same feast next year
HALF_A_YEAR = timedelta(days=180)
LONGEST_REASON = 200
MOST = 9999
COUNTS = ("quantity", "households", "fresh", "attended", "hours")  # columns that hold numbers
LINKS = ("point", "movement", "occasion")  # fields with a column of their own; all other texts are sealed together

TAKES = {"restocked": 1, "in": 1, "out": -1}
MOVEMENTS: Mapping[str, str] = {"restocked": N_("补货"), "in": N_("调入"), "out": N_("减少（领走、过期、调出）")}
SUPPLIES = "supplies"  # only these are counted by the report as restocked
HOLDS: Mapping[str, str] = {SUPPLIES: N_("免费药具"), "other": N_("别的（折页、宣传品等）")}
CHOICES: Mapping[str, Mapping[str, str]] = {"movement": MOVEMENTS, "holds": HOLDS}


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in.

    `form` is how: `count` (from `low` to `high`), `line` or `lines` (at most `high` characters), or a choice of its
    own name.
    """

    name: str
    label: str
    form: str
    low: int = 0
    high: int = MOST
    required: bool = True
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of entry; `title` is the label of its title, `by_leader` whether a leader notes it for her group.

    `measure` is the number of a group's report that it adds to: of a delivery the households that nothing had reached
    that month, of the others the quantity. `ahead` says that its day may lie in the future.
    """

    code: str
    label: str
    title: str
    hint: str
    fields: tuple[Field, ...]
    by_leader: bool = False
    measure: str = ""
    ahead: bool = False


_HOUSEHOLDS = Field("households", N_("送到多少户"), "count", 1)
_FRESH = Field(
    "fresh", N_("其中本月第一次送到的户数"), "count", required=False,
    hint=N_("月报里一户多次只计 1 户。本月第一次送，可以不填。"),
)  # fmt: skip
_ATTENDED = Field("attended", N_("到场人数"), "count", hint=N_("只记人数，不点名、不签到。"))
_PLACE = Field("place", N_("地点"), "line", high=80, required=False)
_REMARK = Field("remark", N_("说明"), "lines", high=500, required=False, hint=N_("不写姓名、电话和证件号。"))
_OFFICES = Field("offices", N_("参加的单位"), "line", high=200, required=False, hint=N_("写单位名称，不写个人姓名。"))

KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "notice", N_("通知送达"), N_("什么通知"), N_("例如：免费体检通知"),
            (_HOUSEHOLDS, _FRESH, _REMARK), by_leader=True, measure="notices",
        ),
        Kind(
            "delivery", N_("宣传品发放"), N_("什么宣传品"), N_("例如：《育儿补贴怎么领》折页"),
            (Field("quantity", N_("发了多少份"), "count", 1), _HOUSEHOLDS, _FRESH, _REMARK),
            by_leader=True, measure="notices",
        ),
        Kind(
            "guide", N_("指南发放"), N_("什么指南"), N_("例如：出生后要办的事"),
            (Field("quantity", N_("给了多少份"), "count", 1), _REMARK), by_leader=True, measure="guides",
        ),
        Kind(
            "stock", N_("服务点存量"), N_("什么东西"), N_("例如：免费药具、宣传折页"),
            (
                Field("point", N_("哪个服务点"), "point"),
                Field("movement", N_("怎么变的"), "movement", hint=N_("只记份数：谁领的、领了多少，一律不记。")),
                Field("quantity", N_("多少份"), "count", 1),
            ),
            by_leader=True, measure="restocked",
        ),
        Kind(
            "activity", N_("服务活动"), N_("什么活动"), N_("例如：义诊、政策咨询"),
            (_ATTENDED, _PLACE, _REMARK),
        ),
        Kind(
            "meeting", N_("会议"), N_("什么会"), N_("例如：十一月组长例会"),
            (
                _ATTENDED, _OFFICES, _PLACE, Field("agenda", N_("议程"), "lines", high=1000, required=False),
                Field("minutes", N_("记录"), "lines", high=3000, required=False, hint=N_("议定的事，不写个人隐私。")),
            ),
        ),
        Kind(
            "training", N_("培训"), N_("学什么"), N_("例如：个人信息保护法"),
            (Field("hours", N_("多少学时"), "count", 1, 99), _ATTENDED, _OFFICES, _PLACE, _REMARK),
        ),
        Kind(
            "plan", N_("宣传计划"), N_("打算做什么"), N_("例如：广场咨询，发折页"),
            (Field("occasion", N_("哪个宣传日"), "occasion", required=False), _PLACE, _REMARK), ahead=True,
        ),
        Kind(
            "point", N_("服务点"), N_("服务点名称"), N_("例如：村口药具自取箱"),
            (
                Field("holds", N_("放什么"), "holds", hint=N_("补了免费药具才算进月报的“领取点补货份数”。")),
                _PLACE, _REMARK,
            ),
        ),
    )
}  # fmt: skip
# measure of a group's report -> which number of an entry adds to it
MEASURES: Mapping[str, str] = {"notices": "fresh", "guides": "quantity", "restocked": "quantity"}
# What is listed by months; plans stand in the calendar, points beside their stock.
BY_MONTH = tuple(code for code in KINDS if code not in ("plan", "point"))

PERSONAL = N_("不要写电话或身份证号。")
FRESH_REQUIRED = N_("本月已经送过，请写明这次有几户是本月第一次送到的。")
FRESH_MANY = N_("本月第一次送到的户数不能比送到的户数多。")
TOO_FAR = N_("这一天太远了，计划写到 %(latest)s 以前。")
SHORT = N_("“%(point)s”到 %(day)s 只有 %(there)s 份，不能减少 %(asked)s 份。")
NOT_EMPTY = N_("“%(point)s”还有 %(there)s 份，先记一笔减少，再撤掉这个点。")
REASON_REQUIRED = N_("请写明原因。")


class Stock(NamedTuple):
    """One change of a point's stock."""

    date: date
    movement: str
    quantity: int


class Shortage(NamedTuple):
    """A day on which more was taken out than was there."""

    day: date
    there: int
    asked: int


def may_note(role: str, kind: str) -> bool:
    """Return whether `role`, which may note something, may note this kind: a leader what is counted at her group."""
    return role != "leader" or KINDS[kind].by_leader


def measure_of(kind: str, data: Row, holds: str = "") -> str:
    """Return which number of a group's report an entry adds to, `""` for none; `holds` is what its point has."""
    if kind == "stock" and (data.get("movement"), holds) != ("restocked", SUPPLIES):
        return ""
    return KINDS[kind].measure


def problems_with(kind: str, data: Row, today: date) -> list[Problem]:
    """Return what is wrong with an entry whose shape is right, `date` being a date."""
    return [
        *_problems_with_date(data["date"], today, ahead=KINDS[kind].ahead),
        *(Problem(name, "personal", PERSONAL) for name in _texts(kind) if has_long_number(data.get(name) or "")),
        *([Problem("fresh", "many", FRESH_MANY)] if data.get("fresh", 0) > data.get("households", MOST) else []),
    ]


def _problems_with_date(day: date, today: date, *, ahead: bool) -> Iterator[Problem]:
    latest = today + timedelta(DAYS_AHEAD) if ahead else today
    if ahead and day > latest:
        yield Problem("date", "far", TOO_FAR, {"latest": latest.isoformat()})
    elif found := window_problem(day, latest, window_start(today, MONTHS_BACK)):
        yield found


def _texts(kind: str) -> Iterator[str]:
    """Yield what is written freely; an id may hold as many digits as a telephone's number."""
    yield "title"
    yield from (field.name for field in KINDS[kind].fields if field.form in ("line", "lines"))


def problems_with_reason(reason: str) -> list[Problem]:
    """Return what is wrong with the reason for a correction or a withdrawal."""
    if not reason:
        return [Problem("reason", "required", REASON_REQUIRED)]
    if len(reason) > LONGEST_REASON:
        longest = {"longest": LONGEST_REASON}
        return [Problem("reason", "long", N_("太长了，最多 %(longest)s 个字。"), longest)]
    return [Problem("reason", "personal", PERSONAL)] if has_long_number(reason) else []


def counted_in(day: date, measure: str, closed: Iterable[int]) -> Month:
    """Return the month that an entry counts in: like events the first open one, where a report counts it."""
    return first_open(day, {Month.from_int(month) for month in closed}) if measure else Month.of(day)


def shortage(changes: Iterable[Stock]) -> Shortage | None:
    """Return the first day on which a point would have less than nothing; what came in on a day was there that day."""
    there = 0
    for change in sorted(changes, key=lambda one: (one.date, -TAKES[one.movement])):
        left = there + TAKES[change.movement] * change.quantity
        if left < 0:
            return Shortage(change.date, there, change.quantity)
        there = left
    return None


def left_of(changes: Iterable[Stock]) -> int:
    """Return how much a point has after all `changes`."""
    return sum(TAKES[change.movement] * change.quantity for change in changes)


class Day(NamedTuple):
    """A campaign day of one year: its code and date, and its texts by language."""

    code: str
    date: date
    label: Mapping[str, str]
    about: Mapping[str, str]


def campaign_days(rows: Sequence[Row], first: date, last: date) -> list[Day]:
    """Return the campaign days from `first` to `last`, the earliest first.

    A row has `day` (`05-29`), or for feasts of the lunar calendar `dates`, one for each year that is known.
    """
    years = range(first.year, last.year + 1)
    found = [
        Day(row["code"], date.fromisoformat(text), row["label"], row["about"])
        for row in rows
        for text in row.get("dates") or [f"{year}-{row['day']}" for year in years]
    ]
    return sorted((day for day in found if first <= day.date <= last), key=lambda day: (day.date, day.code))


def is_plan_for(day: Day, occasion: str | None, planned: date) -> bool:
    """Return whether a plan belongs to this campaign day: to its occasion, and to none of another year."""
    return occasion == day.code and abs(planned - day.date) < HALF_A_YEAR
