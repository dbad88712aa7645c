"""The checklist of what has to be displayed: what is due when, by which document it was done, the overdue first."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import current_actor
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import N_, Problem
from webapp.core.fields import NOT_A_CHOICE, load
from webapp.core.web import page, problems_by_field, see_other
from webapp.orgs.models import Unit
from webapp.policies.models import Display
from webapp.publishing import queries, service
from webapp.publishing.documents import ON_A_PAGE, TAB, office_asked_for
from webapp.publishing.rules import Due, Duty, Term, due, in_order, terms
from webapp.publishing.schemas import DisplaySchema
from webapp.publishing.tallies import behind, tallies

blueprint = Blueprint("displays", __name__, url_prefix="/app/documents/duties")

NOT_YET = Problem("shown_from", "future", N_("还没有开始公示的，公示那天再记。"))
NOT_THEN = Problem("shown_from", "term", N_("这一天不在这一期里。"))


@blueprint.get("")
def show() -> Response:
    """Show the duties of a unit in this period and the one before, the overdue ones first."""
    return _page(office_asked_for("document.read"))


@blueprint.get("/below")
def below() -> Response:
    """Show for each duty how many of the units below have kept it, and which of them are overdue."""
    unit, today = office_asked_for("document.read"), clock.today()
    part = max(1, request.args.get("part", 1, type=int))
    late = behind(unit.path, today, (part - 1) * ON_A_PAGE, ON_A_PAGE)
    return page(
        "publishing/below.html", nav_current=TAB, unit=unit, late=late, part=part,
        tallies=[one for one in tallies(unit.path, today) if one.units], parts=max(1, -(-late.total // ON_A_PAGE)),
    )  # fmt: skip


@blueprint.post("")
def note() -> BaseResponse:
    """Note since when a duty's display has been up, and by which document."""
    unit, typed = office_asked_for("display.note"), request.form.to_dict()
    typed.pop("unit", None)
    data, problems = load(DisplaySchema(), typed)
    problems = problems or _problems(unit, data["duty"], data["period"], data["shown_from"], data["edition"])
    if problems:
        return _page(unit, problems)
    with transaction():
        service.note_display(unit.id, data, current_actor())
    return see_other(f"/app/documents/duties?unit={unit.id}&said=noted#{data['duty']}-{data['period']}")


def _problems(unit: Unit, duty: str, period: str, shown_from: date, edition: str | None) -> list[Problem]:
    found = next((each for each in _dues(unit) if (each.duty.code, each.term.code) == (duty, period)), None)
    if found is None or (edition and edition not in {row[0] for row in queries.published_of(unit.id)}):
        return [NOT_A_CHOICE._replace(field="edition")]
    if shown_from > clock.today():
        return [NOT_YET]
    return [] if found.term.first <= shown_from <= found.term.last else [NOT_THEN]


def _dues(unit: Unit) -> list[Due]:
    today, began = clock.today(), queries.began(unit.path)
    mine = [duty for duty in queries.duties() if unit.level in duty.levels]
    wanted = [(duty, term) for duty in mine for term in terms(duty.every, today, began)]
    wanted = [(duty, term) for duty, term in wanted if unit.opened <= term.last]
    noted = queries.displays(unit.id, {term.code for _, term in wanted})
    down = queries.taken_down_days(noted.values())
    return in_order(_due(duty, term, noted.get((duty.code, term.code)), down) for duty, term in wanted)


def _due(duty: Duty, term: Term, row: Display | None, down: Mapping[str, date]) -> Due:
    down_on = down.get(row.edition_id) if row and row.edition_id else None
    return due(duty, term, row.shown_from if row else None, clock.today(), down_on)


def _page(unit: Unit, problems: list[Problem] | None = None) -> Response:
    dues = _dues(unit)
    noted = queries.displays(unit.id, {each.term.code for each in dues})
    return page(
        "publishing/duties.html", 422 if problems else 200, nav_current=TAB, unit=unit, dues=dues, noted=noted,
        published=queries.published_of(unit.id), titles=queries.titles_of(row.edition_id for row in noted.values()),
        typed=request.form, problems=problems_by_field(problems or []), said=request.args.get("said"),
        today=clock.today(),
    )  # fmt: skip
