"""The page of what offices did in a month, with what each number counts."""

from flask import Blueprint
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import current_actor, unit_asked_for
from webapp.core import clock
from webapp.core.errors import NotFound
from webapp.core.period import Month
from webapp.core.web import page, see_other
from webapp.measures import queries
from webapp.measures.rules import FEWEST, GROUPS, is_settled
from webapp.orgs import queries as orgs

blueprint = Blueprint("measures", __name__, url_prefix="/app/measures")


@blueprint.get("")
def now() -> BaseResponse:
    """Lead to the month before this one, the first that is over."""
    return see_other(f"/app/measures/{Month.of(clock.today()).previous()}")


@blueprint.get("/<month:month>")
def show(month: Month) -> BaseResponse:
    """Show the measures of a unit and of the offices just under it."""
    today = clock.today()
    if month > Month.of(today):
        raise NotFound
    unit = unit_asked_for("measures.read")
    if unit.level == "group":  # cases are brought to offices
        return see_other(f"/app/measures/{month}?unit={unit.parent_id}")
    lines = [unit, *(one for one in orgs.children(unit.id) if one.level != "group")]
    kept, is_own = queries.measures_in(month), unit.id == current_actor().unit_id
    return page(
        "measures/show.html", unit=unit, month=month, lines=lines, values=queries.values(unit, lines, month),
        groups=[(group, [one for one in kept if one.group == group]) for group in GROUPS], fewest=FEWEST,
        above=None if is_own or not unit.parent_id else orgs.unit(unit.parent_id), before=month.previous(),
        after=month.next() if month < Month.of(today) else None, is_settled=is_settled(month.last, today),
        nav_current="totals",
    )  # fmt: skip
