"""Reading boards and totals. Each takes a handful of queries, however many units and months there are."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select

from webapp.accounts.queries import heard_of
from webapp.core import clock
from webapp.core.db import db, table
from webapp.core.period import Calendar, Month, due_at
from webapp.dashboards.rules import Filed, Line, Sections, counts_of, counts_of_group, sections_of, values_of
from webapp.forms import queries as forms
from webapp.forms.rules import may_be_sent
from webapp.orgs.models import Unit
from webapp.orgs.queries import open_on, within
from webapp.receipts.models import Receipt
from webapp.reports.models import Report, ReportVersion
from webapp.reports.queries import FORM, NEWEST
from webapp.rollup.queries import facts_of_children

UNIT, REPORT, VERSION, RECEIPT = table(Unit).c, table(Report).c, table(ReportVersion).c, table(Receipt).c
ID_LENGTH = 36


def lines_of_groups(unit: Unit, month: Month, calendar: Calendar) -> list[Line]:
    """Return the groups of a community as they stand this moment, by code: this reads reports, not facts."""
    groups, filed = _children(unit), _filed(unit, month)
    listed = [group for group in groups if group.id in filed or _is_open(group, month.last)]
    given = forms.extensions([group.id for group in listed], month)
    heard = heard_of([group.id for group in listed])
    return [_line_of_group(group, month, calendar, given.get(group.id), filed, heard) for group in listed]


def _line_of_group(
    group: Any,
    month: Month,
    calendar: Calendar,
    extension: date | None,
    filed: Mapping[str, Filed],
    heard: Mapping[str, datetime],
) -> Line:
    until = due_at(month, calendar, [extension] if extension else [])
    mine = filed.get(group.id)
    return Line(
        group.id, group.code, group.name, group.level, counts_of_group(mine),
        filed=mine, due_at=until, is_over=clock.now() > until, heard_at=heard.get(group.id),
    )  # fmt: skip


def lines_of_children(unit: Unit, month: Month) -> list[Line]:
    """Return the units just under `unit` with what the facts say of each, by code.

    A unit that has ended stays on the boards of the months it took part in.
    """
    facts, expected = facts_of_children(unit.id, int(month)), _expected(unit, month)
    return [
        Line(child.id, child.code, child.name, child.level, counts_of(expected.get(child.id, 0), mine), values_of(mine))
        for child in _children(unit)
        for mine in [facts.get(child.id, {})]
        if mine or child.id in expected or (child.closed is None and child.opened <= month.last)
    ]


def sections(lines: Sequence[Line], month: Month) -> Sections:
    """Return the measures to show for `month`, by section: those of the form in force first."""
    known = sorted(forms.versions(FORM), key=lambda form: bool(may_be_sent(form, month)))
    return sections_of(known, {code for line in lines for code in line.values})


def _children(unit: Unit) -> Sequence[Any]:
    columns = (UNIT.id, UNIT.code, UNIT.name, UNIT.level, UNIT.opened, UNIT.closed)
    return db.session.execute(select(*columns).where(UNIT.parent_id == unit.id).order_by(UNIT.code, UNIT.name)).all()


def _is_open(unit: Any, day: date) -> bool:
    return unit.opened <= day and (unit.closed is None or unit.closed > day)


def _expected(unit: Unit, month: Month) -> dict[str, int]:
    """Return how many reports each unit just under `unit` owes: groups there on the last day of `month`.

    A group that ended before and reported all the same counts too, so that nobody received more than was expected.
    """
    child = func.substr(Unit.path, len(unit.path) + 1, ID_LENGTH).label("child")  # paths are ids, see orgs.models
    reported = exists().where(REPORT.unit_id == Unit.id, REPORT.month == int(month))
    owing = and_(within(unit.path), Unit.level == "group", or_(open_on(month.last), reported))
    rows = db.session.execute(select(child, func.count()).where(owing).group_by("child"))
    return {child_id: count for child_id, count in rows}


def _filed(unit: Unit, month: Month) -> dict[str, Filed]:
    columns = (REPORT.unit_id, REPORT.state, REPORT.late, VERSION.declared_at, VERSION.received_at, RECEIPT.number)
    mine = select(UNIT.id).where(UNIT.parent_id == unit.id)
    query = (
        select(*columns)
        .join(table(ReportVersion), NEWEST)
        .outerjoin(table(Receipt), and_(RECEIPT.record_id == REPORT.id, RECEIPT.version == REPORT.version))
        .where(REPORT.month == int(month), REPORT.unit_id.in_(mine))
    )
    return {row[0]: Filed(*row[1:]) for row in db.session.execute(query)}
