"""How long what is about people is kept.

PIPL article 19 asks for the shortest time that the purpose needs; the periods are those of our requirement R13: visits
two years, households that have left one year. What residents brought is kept as long as what they told at the door, one
year; requests about their own data three, the time in which somebody may go to court over them (Civil Code, article
188): that they were met has to be shown. Statistics are kept for good (Statistics Law, article 24): they hold no
names. What a county must keep longer as an archive is left out by name (`flask retention run --keep visits`).

A county may set some of the periods, within bounds and from a day on (`retention.json` of the data folder). Those that
residents were told when they agreed or wrote are fixed: other ones need another text.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from webapp.core.errors import N_
from webapp.core.period import months_after


class Period(NamedTuple):
    """What is ended, how many months after which day, the fewest and most that may be set, and what it means."""

    name: str
    months: int
    least: int
    most: int
    what: str


class Terms(NamedTuple):
    """What a county has set: months by the name of what is ended, from which day on, by which decision."""

    since: date
    by: str
    months: Mapping[str, int]


PERIODS: tuple[Period, ...] = (
    Period("households", 12, 12, 12, N_("搬走满一年的住户：销毁密钥，姓名、电话、住址、成员都无法再读")),
    Period("visits", 24, 6, 60, N_("满%(period)s的走访：删除")),
    Period("needs", 24, 6, 60, N_("办结满%(period)s的需求：删除")),
    Period("notes", 24, 6, 60, N_("满%(period)s的记一笔备注：清空，数字保留")),
    Period("feedback", 12, 12, 12, N_("处理完满一年的居民来话：删除")),
    Period(
        "cases", 12, 12, 12, N_("办结满一年的投诉、求助、建议：销毁密钥，写的话和联系方式无法再读，办得快慢的数保留")
    ),
    Period("requests", 36, 36, 36, N_("办结满三年的个人信息请求：同样销毁密钥")),
    Period("surveys", 12, 12, 12, N_("结束满一年的调查：销毁密钥，大家写的话无法再读，合计保留")),
    Period("doors", 0, 0, 0, N_("已经结束的调查：删除抽中的门牌")),
    Period("held", 6, 1, 24, N_("处理完满%(period)s的待核对记录：删除")),
    Period("cards", 0, 0, 0, N_("已经搬走的住户还有效的户码：作废")),
)
NAMES = tuple(period.name for period in PERIODS)


def read_terms(data: Any) -> list[Terms]:
    """Return what a county has set, the oldest first, from `[{"from", "by", "months": {name: number}}]`.

    Raises ValueError with a sentence for the operator when that cannot be, or is out of bounds.
    """
    try:
        terms = [Terms(date.fromisoformat(one["from"]), one["by"].strip(), dict(one["months"])) for one in data]
    except (TypeError, KeyError, ValueError, AttributeError) as error:
        raise ValueError('periods are a list of {"from": "2027-01-01", "by": "…", "months": {…}}') from error
    for one in terms:
        _check(one)
    return sorted(terms, key=lambda one: one.since)


def _check(terms: Terms) -> None:
    if not terms.by:
        raise ValueError('"by" names the decision that a period rests on')
    known = {period.name: period for period in PERIODS}
    for name, months in terms.months.items():
        if name not in known:
            raise ValueError(f"{name} is none of {', '.join(known)}")
        least, most = known[name].least, known[name].most
        if least == most:
            raise ValueError(f"{name} is fixed at {least} months: residents were told so")
        if type(months) is not int or not least <= months <= most:
            raise ValueError(f"{name} is kept for {least} to {most} months, not {months}")


def months_on(day: date, terms: Sequence[Terms] = ()) -> dict[str, int]:
    """Return how many months each kind is kept on `day`; of several `terms` (the oldest first) the last says."""
    found = {period.name: period.months for period in PERIODS}
    for one in terms:
        found |= one.months if one.since <= day else {}
    return found


def limits(today: date, terms: Sequence[Terms] = ()) -> dict[str, date]:
    """Return for each kind the day from which on it is kept: what ended before it goes."""
    return {name: months_after(today, -months) for name, months in months_on(today, terms).items()}
