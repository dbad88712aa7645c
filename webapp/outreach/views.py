"""Pages of what is done for everybody: the month's list, one form for every kind, service points, campaign days."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.rules import may
from webapp.access.service import current_actor, reach, unit_asked_for
from webapp.accounts import queries as accounts
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import Invalid, NotFound, Problem
from webapp.core.fields import NOT_A_CHOICE, load
from webapp.core.ids import is_id, new_id
from webapp.core.period import Month
from webapp.core.spoken import day_text, words
from webapp.core.web import base_version, page, problems_by_field, see_other
from webapp.orgs import queries as orgs
from webapp.orgs.models import Unit
from webapp.outreach import queries, service
from webapp.outreach.models import OutreachEntry
from webapp.outreach.rules import BY_MONTH, CHOICES, DAYS_AHEAD, KINDS, Kind, is_plan_for, may_note
from webapp.outreach.schemas import SCHEMAS, entry_from_form, names_of

blueprint = Blueprint("outreach", __name__, url_prefix="/app/outreach")

Typed = Mapping[str, Any]
Choices = list[tuple[str, str]]


@blueprint.get("")
def listing() -> Response:
    """Show what a unit and those under it did in a month, with totals, all kinds or one."""
    unit, month, kind = unit_asked_for("outreach.read"), _month(), request.args.get("kind", "")
    if kind and kind not in BY_MONTH:
        raise NotFound
    rows = queries.entries(unit.path, month, kind)
    return _page(
        "outreach/list.html", unit, month=month, kind=kind, rows=rows, places=_places(rows),
        totals=queries.totals(unit.path, month), this=Month.of(clock.today()), most=queries.MOST_LISTED,
    )  # fmt: skip


def _month() -> Month:
    """Return the month that `?month=` names, this one without it. Raises NotFound."""
    try:
        return Month.parse(request.args["month"]) if "month" in request.args else Month.of(clock.today())
    except ValueError as error:
        raise NotFound from error


@blueprint.get("/calendar")
def calendar() -> Response:
    """Show the campaign days to come with the plans for them, the next one first."""
    unit, today = unit_asked_for("outreach.read"), clock.today()
    until = today + timedelta(DAYS_AHEAD)
    plans = queries.plans(unit.path, today, until)
    days = [
        (day, [plan for plan in plans if is_plan_for(day, plan.occasion, plan.date)])
        for day in queries.days_between(today, until)
    ]
    placed = {plan.id for _, mine in days for plan in mine}  # what is for a day that has just been stands apart
    others = [plan for plan in plans if plan.id not in placed]
    return _page("outreach/calendar.html", unit, days=days, others=others, places=_places(plans), today=today)


@blueprint.get("/points")
def points() -> Response:
    """Show the service points with what each has."""
    unit = unit_asked_for("outreach.read")
    rows = queries.points(unit.path)
    levels = queries.levels([row.id for row in rows])
    return _page("outreach/points.html", unit, rows=rows, levels=levels, places=_places(rows))


@blueprint.get("/new/<string:kind>")
def new(kind: str) -> Response:
    """Show the empty form of a kind; its id makes two posts of it one entry."""
    given = {name: request.args[name] for name in ("date", "point", "occasion") if name in request.args}
    unit = unit_asked_for("outreach.write")
    return _form(_kind(kind), unit, {"date": clock.today().isoformat(), "unit": unit.id, **given, "id": new_id()})


@blueprint.post("/new/<string:kind>")
def note(kind: str) -> BaseResponse:
    """Take a new entry."""
    unit, typed = unit_asked_for("outreach.write"), request.form.to_dict()
    data, problems = load(SCHEMAS[_kind(kind).code], entry_from_form(kind, typed))
    entry_id = typed["id"] if is_id(typed.get("id", "")) else new_id()
    try:
        _refuse(problems)
        with transaction():
            service.note(entry_id, kind, _where(unit, data, typed), data, current_actor())
    except Invalid as error:
        return _form(KINDS[kind], unit, {**typed, "id": entry_id}, error.problems)
    return see_other(_home(kind, unit.id, "noted"))


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Invalid(list(problems))


def _kind(code: str) -> Kind:
    """Return the kind. Raises NotFound when there is none, or none for the asker's role."""
    if code not in KINDS or not may_note(current_actor().role, code):
        raise NotFound
    return KINDS[code]


def _where(unit: Unit, data: Typed, typed: Typed) -> Unit:
    """Return the unit that an entry is of: its service point's, else the chosen one. Raises Invalid, NotFound."""
    point = queries.entry(data["point"]) if "point" in data else None
    wanted = point.unit_id if point else typed.get("unit", unit.id)
    if not is_id(wanted):
        raise Invalid([NOT_A_CHOICE._replace(field="unit")])
    return reach(wanted, "outreach.write")


@blueprint.get("/<uuid:outreach_id>")
def show(outreach_id: UUID) -> Response:
    """Show an entry, to be corrected by whoever may."""
    return _entry_page(_find(outreach_id), None)


@blueprint.post("/<uuid:outreach_id>")
def change(outreach_id: UUID) -> BaseResponse:
    """Take a corrected entry."""
    typed = request.form.to_dict()
    try:
        with transaction():
            entry = _find(outreach_id, "outreach.write")
            data, problems = load(SCHEMAS[entry.kind], entry_from_form(entry.kind, typed))
            _refuse(problems)
            service.correct(entry, data, base_version(), typed.get("reason", "").strip(), current_actor())
            home = _home(entry.kind, entry.unit_id, "changed")
    except Invalid as error:
        return _entry_page(_find(outreach_id), typed, error.problems)
    return see_other(home)


@blueprint.get("/<uuid:outreach_id>/withdraw")
def ask(outreach_id: UUID) -> Response:
    """Ask for the reason before an entry is withdrawn."""
    return _ask_page(_find(outreach_id, "outreach.write"))


@blueprint.post("/<uuid:outreach_id>/withdraw")
def withdraw(outreach_id: UUID) -> BaseResponse:
    """Withdraw an entry."""
    try:
        with transaction():
            entry = _find(outreach_id, "outreach.write")
            service.withdraw(entry, base_version(), request.form.get("reason", "").strip(), current_actor())
            home = _home(entry.kind, entry.unit_id, "withdrawn")
    except Invalid as error:
        return _ask_page(_find(outreach_id), error.problems)
    return see_other(home)


def _find(outreach_id: UUID, action: str = "outreach.read") -> OutreachEntry:
    """Return the entry. Raises NotFound when there is none in reach for `action`, or no longer."""
    entry = queries.entry(str(outreach_id))
    if entry is None or entry.withdrawn:
        raise NotFound
    reach(entry.unit_id, action)
    if action == "outreach.write":
        _kind(entry.kind)
    return entry


def _home(kind: str, unit_id: str, said: str) -> str:
    page_of = {"plan": "/calendar", "point": "/points"}.get(kind, "")
    unit = current_actor().unit_id if kind not in ("plan", "point") else unit_id
    return f"/app/outreach{page_of}?unit={unit}&said={said}"


def _page(template: str, unit: Unit, status: int = 200, **context: Any) -> Response:
    actor = current_actor()
    way = "me" if actor.role == "leader" else "people"
    above = orgs.unit(unit.parent_id) if unit.parent_id and unit.id != actor.unit_id else None
    writes = may(actor.role, "outreach.write")
    return page(
        template, status, unit=unit, above=above, nav_current=way, kinds=KINDS,
        may_note={code for code in KINDS if writes and may_note(actor.role, code)},
        below=[one for one in orgs.children(unit.id) if one.level != "group"],
        said=request.args.get("said"), day_labels=queries.day_labels(), **context,
    )  # fmt: skip


def _places(rows: Sequence[OutreachEntry]) -> dict[str, str]:
    return {key: unit.name for key, unit in orgs.units({row.unit_id for row in rows}).items()}


def _form(kind: Kind, unit: Unit, typed: Typed, problems: Sequence[Problem] = ()) -> Response:
    return _page(
        "outreach/form.html", unit, 422 if problems else 200, kind=kind, typed=typed, entry=None,
        problems=problems_by_field(problems), choices=_choices(kind, unit), action=f"/app/outreach/new/{kind.code}",
    )  # fmt: skip


def _choices(kind: Kind, unit: Unit) -> dict[str, Choices]:
    """Return what may be chosen in the form, by field."""
    names = {field.form for field in kind.fields}
    rows = queries.points(unit.path) if "point" in names else []
    places = _places(rows)
    return {
        "unit": [(one.id, one.name) for one in (unit, *orgs.children(unit.id))],
        "point": [(row.id, f"{places[row.unit_id]} · {row.title}") for row in rows],
        **{name: [(code, gettext(label)) for code, label in labels.items()] for name, labels in CHOICES.items()},
        "occasion": [(code, words(label)) for code, label in queries.day_labels().items()],
    }


def _entry_page(entry: OutreachEntry, typed: Typed | None, problems: Sequence[Problem] = ()) -> Response:
    kind, unit, actor = KINDS[entry.kind], orgs.unit(entry.unit_id), current_actor()
    counted = service.is_counted(entry)
    writes = may(actor.role, "outreach.write") and may_note(actor.role, kind.code) and not counted
    author = accounts.account(entry.author_id)
    # Whoever was told of a newer version and saves once more has chosen their own.
    newest = {"base_version": entry.version} if any(one.code == "changed" for one in problems) else {}
    return _page(
        "outreach/form.html", unit, 422 if problems else 200, kind=kind, entry=entry, writes=writes,
        typed={**_typed(entry), **(typed or {}), **newest}, problems=problems_by_field(problems),
        facts_of=_facts(entry), counted=problems_by_field([service.counted_problem(entry)])[""][0] if counted else "",
        choices=_choices(kind, unit), action=f"/app/outreach/{entry.id}", author=author.name if author else "",
    )  # fmt: skip


def _typed(entry: OutreachEntry) -> dict[str, Any]:
    """Return the form's fields for a stored entry."""
    columns = {"point": entry.point_id or "", "movement": entry.movement or "", "occasion": entry.occasion or ""}
    plain = {"date": entry.date.isoformat(), "title": entry.title, "base_version": entry.version, **columns}
    names = names_of(entry.kind)
    return {**{name: getattr(entry, name, "") for name in names}, **plain, **entry.texts}


def _facts(entry: OutreachEntry) -> list[tuple[str, Any]]:
    """Return what an entry says, line by line, for whoever only reads it."""
    kind, typed = KINDS[entry.kind], _typed(entry)
    point = queries.entry(entry.point_id) if entry.point_id else None
    occasion = queries.day_labels().get(entry.occasion or "")
    spoken = {
        **{name: gettext(labels[typed[name]]) for name, labels in CHOICES.items() if typed.get(name)},
        "point": point.title if point else "",
        "occasion": words(occasion) if occasion else "",
    }  # fmt: skip
    first = [(gettext("哪一天"), day_text(entry.date)), (gettext(kind.title), entry.title)]
    filled = [field for field in kind.fields if typed[field.name] != ""]
    return [*first, *((gettext(field.label), spoken.get(field.name, typed[field.name])) for field in filled)]


def _ask_page(entry: OutreachEntry, problems: Sequence[Problem] = ()) -> Response:
    return _page(
        "outreach/withdraw.html", orgs.unit(entry.unit_id), 422 if problems else 200, entry=entry,
        kind=KINDS[entry.kind], problems=problems_by_field(problems), reason=request.form.get("reason", ""),
    )  # fmt: skip
