"""Reading reports."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select

from webapp.accounts.queries import at_work_since
from webapp.core import clock
from webapp.core.db import db, table
from webapp.core.period import Calendar, Month, days_left, due_at
from webapp.core.rows import each_of, execute
from webapp.events.queries import events_of, events_within
from webapp.forms import queries as forms
from webapp.forms.rules import Form
from webapp.outreach import queries as outreach
from webapp.receipts.queries import slips_of
from webapp.receipts.rules import Slip
from webapp.reports.models import Report, ReportVersion
from webapp.reports.rules import Computed, computed
from webapp.visits import queries as visits

REPORT, VERSION = table(Report).c, table(ReportVersion).c
FORM = "monthly"
HANDED_IN = frozenset({"submitted", "accepted", "locked"})  # states in which a month takes no more entries
NEWEST = and_(VERSION.report_id == REPORT.id, VERSION.version == REPORT.version)
# What totals count: the accepted snapshot where there is one, else what was handed in last.
COUNTED = and_(
    VERSION.report_id == REPORT.id, VERSION.version == func.coalesce(REPORT.accepted_version, REPORT.version)
)
CONTENT = [column for column in VERSION if column.name not in ("report_id", "version")]
STORED = (
    select(table(Report), *CONTENT)
    .join(table(ReportVersion), NEWEST)
    .where(
        # Pairs of unit and month would be asked for more exactly, but SQLite then reads the whole table.
        or_(
            and_(REPORT.unit_id.in_(each_of("units")), REPORT.month.in_(each_of("months"))),
            REPORT.id.in_(each_of("ids")),
        )
    )
)


@dataclass(frozen=True)
class MonthView:
    """All that a page shows of one month of one unit; `report` is None while nothing was handed in."""

    unit_id: str
    month: Month
    form: Form
    due_at: datetime
    days_left: int
    state: str
    report: Mapping[str, Any] | None
    values: Mapping[str, int]
    computed: Mapping[str, Computed]
    previous_values: Mapping[str, int] | None
    events: Sequence[Mapping[str, Any]]
    calls: Mapping[str, Mapping[str, Any]]  # the visits, needs and work for everybody behind the numbers, by id
    slip: Slip | None


def as_data(row: Mapping[str, Any], slip: Slip | None = None) -> dict[str, Any]:
    """Return a report (with its newest version) as phones know it."""
    data = {"unit": row["unit_id"], "month": str(row["month"]), "form": row["form"], "values": row["values"]}
    data |= {"adjustments": row["adjustments"], "nil": row["nil"], "state": row["state"], "late": row["late"]}
    data |= {"returned": row["returned"], "version": row["version"]}
    data |= {"declared_at": clock.to_local(row["declared_at"]).isoformat(timespec="seconds")}
    data |= {"reason": row["reason"]} if row["reason"] else {}
    return {**data, "receipt": slip.spell()} if slip else data


def reports(keys: Collection[tuple[str, int]], ids: Collection[str] = ()) -> dict[tuple[str, int], dict[str, Any]]:
    """Return reports with their newest version by `(unit id, month)`: those of `keys`, and those with `ids`."""
    wanted, units, months = set(keys), {unit for unit, _ in keys}, {month for _, month in keys}
    rows = execute(STORED, units=list(units), months=list(months), ids=list(ids)).mappings()
    found = {(row["unit_id"], row["month"]): dict(row) for row in rows}
    return {key: row for key, row in found.items() if key in wanted or row["id"] in ids}


def report_of(unit_id: str, month: int) -> dict[str, Any] | None:
    """Return the report of a unit for a month with its newest version, if there is one."""
    return reports([(unit_id, month)]).get((unit_id, month))


def reports_by_id(ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return reports with their newest version by their id."""
    return {row["id"]: row for row in reports([], ids).values()}


def versions_of(report_id: str) -> list[dict[str, Any]]:
    """Return every version of a report, the newest first."""
    query = select(table(ReportVersion)).where(VERSION.report_id == report_id)
    return [dict(row) for row in db.session.execute(query.order_by(VERSION.version.desc())).mappings()]


def values_before(unit_id: str, month: Month) -> Mapping[str, int] | None:
    """Return the values of the month before `month`, if it was reported."""
    row = report_of(unit_id, int(month.previous()))
    return row["values"] if row else None


def form_for(report: Mapping[str, Any] | None, month: Month) -> Form:
    """Return the form a report was made with, or the one in force for `month`.

    Raises Invalid when there is no report yet and no form may be sent.
    """
    return forms.form(report["form"]) if report else forms.form_in_force(FORM, month)


def due_of(unit_id: str, month: Month, calendar: Calendar | None = None) -> datetime:
    """Return the instant until which the report of a unit is on time."""
    extension = forms.extensions([unit_id], month).get(unit_id)
    return due_at(month, calendar or forms.calendar(), [extension] if extension else [])


def month_view(unit_id: str, month: Month) -> MonthView:
    """Return the month of a unit as its pages show it. Raises Invalid when no form may be sent for it."""
    report = report_of(unit_id, int(month))
    form = form_for(report, month)
    events, previous = events_of(unit_id, int(month)), values_before(unit_id, month)
    doors = visits.doors_at(unit_id, int(month))
    noted = outreach.noted([unit_id], [int(month)]).get((unit_id, int(month)), [])
    found = computed(form, events, previous, doors, noted)
    until = due_of(unit_id, month)
    values = (
        report["values"] if report else {code: cell.value for code, cell in found.items() if cell.value is not None}
    )
    key = (report["id"], report["version"], report["hash"]) if report else None
    slip = slips_of([key[0]]).get(key) if key else None
    state = report["state"] if report else "empty"
    left = days_left(clock.now(), until)
    calls = visits.behind(doors) | {row["id"]: {**row, "what": "outreach"} for row in noted}
    return MonthView(unit_id, month, form, until, left, state, report, values, found, previous, events, calls, slip)


def open_months(unit_id: str, months_back: int) -> list[Month]:
    """Return this month and the `months_back` before it, those that still want a report first, oldest first.

    Months before anybody could sign in for the unit are owed by nobody: they are left out, unless something was noted.
    """
    today = Month.of(clock.today())
    months = [today.plus(-back) for back in range(months_back, -1, -1)]
    rows = reports([(unit_id, int(month)) for month in months])
    noted = events_within([unit_id], [int(month) for month in months])
    since = at_work_since(unit_id)
    first = Month.of(clock.to_local(since).date()) if since else today
    months = [m for m in months if m >= first or (unit_id, int(m)) in rows or (unit_id, int(m)) in noted]
    handed_in = {month for month in months if (unit_id, int(month)) in rows}
    waiting = [m for m in months if m not in handed_in or rows[unit_id, int(m)]["state"] == "returned"]
    return waiting + [month for month in reversed(months) if month not in waiting]
