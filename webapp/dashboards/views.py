"""Pages of boards and totals."""

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.rules import may
from webapp.access.service import current_actor, unit_asked_for
from webapp.cases.queries import count_open
from webapp.core import clock
from webapp.core.errors import NotFound
from webapp.core.period import Month, due
from webapp.core.web import page, see_other
from webapp.dashboards import queries
from webapp.dashboards.rules import COUNTS, Line, added, shown
from webapp.dashboards.service import bring_up_to_date
from webapp.forms.queries import calendar
from webapp.orgs import queries as orgs
from webapp.orgs.models import Unit

blueprint = Blueprint("dashboards", __name__, url_prefix="/app")


@blueprint.get("/board")
def board_now() -> BaseResponse:
    """Lead to the board of this month: a page kept on a phone does not know which one that is."""
    return see_other(f"/app/board/{Month.of(clock.today())}")


@blueprint.get("/board/<month:month>")
def board(month: Month) -> BaseResponse:
    """Show who has reported: by group for a community, by the units just under it for all above."""
    refuse_future(month)
    unit = unit_asked_for("board.read")
    if unit.level == "group":
        return see_other(f"/app/board/{month}?unit={unit.parent_id}")
    known = calendar()
    if unit.level == "community":
        counted, lines = None, queries.lines_of_groups(unit, month, known)
    else:
        counted, lines = bring_up_to_date(), queries.lines_of_children(unit, month)
    show = request.args.get("show", "")
    return page(
        "dashboards/board.html", **_frame(unit, month), counted=counted, show=show if show in COUNTS else "",
        total=added([line.counts for line in lines], COUNTS), lines=shown(lines, show), due=due(month, known),
        cases=count_open(current_actor()) if may(current_actor().role, "case.work") else None,
    )  # fmt: skip


@blueprint.get("/totals/<month:month>")
def totals(month: Month) -> BaseResponse:
    """Show what a month comes to, by the units just under one."""
    refuse_future(month)
    unit = unit_asked_for("totals.read")
    if unit.level == "group":
        return see_other(f"/app/reports/{unit.id}/{month}")
    counted, lines = bring_up_to_date(), queries.lines_of_children(unit, month)
    sections = queries.sections(lines, month)
    codes = [measure.code for _, measures in sections for measure in measures]
    return page(
        "dashboards/totals.html", **_frame(unit, month), counted=counted, lines=lines, sections=sections,
        sums=added([line.values for line in lines], codes), total=added([line.counts for line in lines], COUNTS),
        links={line.unit_id: made_of(line, month) for line in lines},
    )  # fmt: skip


def refuse_future(month: Month) -> None:
    """Raise NotFound for a month that has not begun: there is nothing to see yet."""
    if month > Month.of(clock.today()):
        raise NotFound


def made_of(line: Line, month: Month) -> str:
    """Return where the totals of one unit come from: those of the units under it, or a group's report."""
    is_group = line.level == "group"
    return f"/app/reports/{line.unit_id}/{month}" if is_group else f"/app/totals/{month}?unit={line.unit_id}"


def _frame(unit: Unit, month: Month) -> dict[str, Any]:
    """Return what both pages stand in: the unit, the one above it in the reader's scope, the months beside."""
    actor = current_actor()
    above = orgs.unit(unit.parent_id) if unit.parent_id and unit.id != actor.unit_id else None
    after = month.next() if month < Month.of(clock.today()) else None
    return {
        "unit": unit,
        "above": above,
        "month": month,
        "before": month.previous(),
        "after": after,
        "now": clock.now(),
        "opens": may(actor.role, "review.read"),
    }
