"""The rows of the files, from the lines that the pages show; the first row says what the columns are."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from webapp.core.period import Month
from webapp.core.spoken import moment_text, words
from webapp.dashboards.queries import sections
from webapp.dashboards.rules import COUNTS, Line, added
from webapp.exports.rules import Cell

Rows = list[list[Cell]]


def of_groups(lines: Sequence[Line], counted_at: datetime | None) -> Rows:
    """Return a row for each group. When its phone was last heard from stays on the page: it is no figure to collect."""
    head: list[Cell] = [_("代码"), _("小组"), _("状态"), _("是否按时"), _("申报"), _("收到"), _("回执号"), _("数到")]
    return [head, *(_group(line, _time(counted_at)) for line in lines)]


def of_units(lines: Sequence[Line], counted_at: datetime | None) -> Rows:
    """Return a row of counts for each unit, and their sum."""
    head: list[Cell] = [_("代码"), _("单位"), *_counts(), _("数到")]
    rows = [[line.code, line.name, *line.counts.values(), _time(counted_at)] for line in _with_sum(lines, ())]
    return [head, *rows]


def of_totals(lines: Sequence[Line], month: Month, counted_at: datetime | None) -> Rows:
    """Return a row of all measures and counts for each unit, and their sum."""
    measures = [measure for _section, found in sections(lines, month) for measure in found]
    codes = [measure.code for measure in measures]
    head: list[Cell] = [_("代码"), _("单位"), *(words(m.label) for m in measures), *_counts(), _("暂计"), _("数到")]
    return [head, *(_total(line, codes, _time(counted_at)) for line in _with_sum(lines, codes))]


def _with_sum(lines: Sequence[Line], codes: Sequence[str]) -> list[Line]:
    counts, values = added([line.counts for line in lines], COUNTS), added([line.values for line in lines], codes)
    return [*lines, Line("", "", _("合计"), "", counts, values)]


def _group(line: Line, until: str) -> list[Cell]:
    filed = line.filed
    if filed is None:
        return [line.code, line.name, _("未填"), "", "", "", "", until]
    timely, times = _("逾期") if filed.late else _("按时"), (_time(filed.declared_at), _time(filed.received_at))
    return [line.code, line.name, _state(filed.state), timely, *times, filed.number, until]


def _total(line: Line, codes: Sequence[str], until: str) -> list[Cell]:
    numbers = [line.values.get(code, 0) for code in codes]
    return [line.code, line.name, *numbers, *line.counts.values(), line.provisional, until]


def _counts() -> list[str]:
    """Return the names of COUNTS, in their order."""
    return [_("应报"), _("已收到"), _("按时"), _("逾期"), _("退回修改"), _("未上报"), _("已接收")]


def _state(state: str) -> str:
    names = {"submitted": _("已上报"), "returned": _("退回修改"), "accepted": _("已接收"), "locked": _("已锁定")}
    return str(names.get(state, state))


def _time(instant: datetime | None) -> str:
    return moment_text(instant) if instant else ""
