"""How long what is about people is kept.

PIPL article 19 asks for the shortest time that the purpose needs; the periods are those of our requirement R13: visits
two years, households that have left one year. What residents brought is kept as long as what they told at the door, one
year; requests about their own data three, the time in which somebody may go to court over them (Civil Code, article
188): that they were met has to be shown. Statistics are kept for good (Statistics Law, article 24): they hold no
names. What a county must keep longer as an archive is left out by name (`flask retention run --keep visits`).
"""

from datetime import date
from typing import NamedTuple

from webapp.core.errors import N_
from webapp.core.period import months_after


class Period(NamedTuple):
    """What is ended, how many months after which day, and what that means."""

    name: str
    months: int
    what: str


PERIODS: tuple[Period, ...] = (
    Period("households", 12, N_("搬走满一年的住户：销毁密钥，姓名、电话、住址、成员都无法再读")),
    Period("visits", 24, N_("满两年的走访：删除")),
    Period("needs", 24, N_("办结满两年的需求：删除")),
    Period("notes", 24, N_("满两年的记一笔备注：清空，数字保留")),
    Period("feedback", 12, N_("处理完满一年的居民来话：删除")),
    Period("cases", 12, N_("办结满一年的投诉、求助、建议：销毁密钥，写的话和联系方式无法再读，办得快慢的数保留")),
    Period("requests", 36, N_("办结满三年的个人信息请求：同样销毁密钥")),
    Period("held", 6, N_("处理完满半年的移交来件：删除")),
)
NAMES = tuple(period.name for period in PERIODS)


def limits(today: date) -> dict[str, date]:
    """Return for each kind the day from which on it is kept: what ended before it goes."""
    return {period.name: months_after(today, -period.months) for period in PERIODS}
