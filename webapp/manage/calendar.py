"""The page of due days: the county moves a month's day for everybody, an office gives its groups more time."""

from datetime import date
from typing import Any, NamedTuple

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import current_actor, reach, unit_asked_for
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import Invalid, Problem
from webapp.core.fields import NOT_A_CHOICE, RecordSchema, load
from webapp.core.period import Month, due
from webapp.core.web import page, problems_by_field, see_other
from webapp.forms import queries as forms
from webapp.forms.service import set_exception
from webapp.manage import queries
from webapp.manage.schemas import DueSchema, ExtensionSchema, filled_in
from webapp.manage.service import LEVELS
from webapp.manage.service import extend as extend_groups
from webapp.orgs import queries as orgs
from webapp.orgs.models import Unit
from webapp.reports.service import forgive

blueprint = Blueprint("calendar", __name__, url_prefix="/app/calendar")

MONTHS_BACK = 3
MONTHS_AHEAD = 12
MONTHS_SHOWN = 3


class Line(NamedTuple):
    """One month of the calendar: its last day, and the reason when the day was moved."""

    month: Month
    due: date
    reason: str


@blueprint.get("")
def show() -> Response:
    """Show the due days of the coming months, the moved ones, and who was given more time."""
    return _page(unit_asked_for("calendar.read"))


def _page(unit: Unit, wrong: str = "", problems: list[Problem] | None = None) -> Response:
    """Return the page about `unit`; `wrong` is the form, `extend` or `except`, that was refused with `problems`."""
    months, found, typed = _months(), problems_by_field(problems or []), request.form
    return page(
        "manage/calendar.html", 422 if wrong else 200, nav_current="people",
        unit=unit, above=queries.above(unit, current_actor()), units=_choices(unit),
        months=months, this=months[MONTHS_BACK], lines=_lines(months),
        granted=queries.granted_within(unit.path, int(months[0])),
        said=request.args.get("said"), groups=request.args.get("groups", ""),
        wrong={"extend": {}, "except": {}, wrong: found}, typed={"extend": {}, "except": {}, wrong: typed},
    )  # fmt: skip


def _months() -> list[Month]:
    """Return the months whose day may be moved: those before this one that are still open, and a year ahead."""
    this = Month.of(clock.today())
    return [this.plus(n) for n in range(-MONTHS_BACK, MONTHS_AHEAD + 1)]


def _read(schema: RecordSchema) -> tuple[dict[str, Any], list[Problem]]:
    """Return the form as `schema` loads it with its month as Month, and what is wrong with it."""
    data, problems = load(schema, filled_in(request.form, schema.fields))
    if data:
        data["month"] = Month.parse(data["month"])
        if data["month"] not in _months():
            return {}, [NOT_A_CHOICE._replace(field="month")]
    return data, problems


def _lines(months: list[Month]) -> list[Line]:
    """Return this month and the next ones, and of the others those whose day was moved."""
    calendar = forms.calendar()
    moved = {month: calendar.moved(month) for month in months}
    lines = [Line(month, due(month, calendar), row.reason if (row := moved[month]) else "") for month in months]
    shown = months[MONTHS_BACK : MONTHS_BACK + MONTHS_SHOWN]
    return [line for line in lines if line.reason or line.month in shown]


def _choices(unit: Unit) -> list[Unit]:
    """Return the units that may be given more time here."""
    return [one for one in (unit, *orgs.children(unit.id)) if one.level in LEVELS]


@blueprint.post("/extensions")
def extend() -> BaseResponse:
    """Give the groups of a unit more time for a month."""
    view = unit_asked_for("calendar.extend")
    data, problems = _read(ExtensionSchema())
    if problems:
        return _page(view, "extend", problems)
    try:
        with transaction():
            unit = reach(data["unit"], "calendar.extend")
            gained = extend_groups(unit, data["month"], data["due"], data["reason"], current_actor())
    except Invalid as error:
        return _page(view, "extend", error.problems)
    return see_other(f"/app/calendar?unit={view.id}&said=extended&groups={gained}#granted")


@blueprint.post("/exceptions")
def set_day() -> BaseResponse:
    """Move the due day of a month for everybody."""
    view = unit_asked_for("calendar.except")
    data, problems = _read(DueSchema())
    if problems:
        return _page(view, "except", problems)
    try:
        with transaction():
            set_exception(data["month"], data["due"], data["reason"], actor_id=current_actor().account_id)
            forgive(data["month"], "/")
    except Invalid as error:
        return _page(view, "except", error.problems)
    return see_other("/app/calendar?said=moved#days")
