"""Addresses of the files; taking one is written down."""

from flask import Blueprint, Response

from webapp.access.service import current_actor, unit_asked_for
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import NotFound
from webapp.core.period import Month
from webapp.dashboards import queries
from webapp.dashboards.service import bring_up_to_date
from webapp.exports import tables
from webapp.exports.rules import as_csv, file_name
from webapp.forms.queries import calendar
from webapp.ledger.service import record
from webapp.orgs.models import Unit

blueprint = Blueprint("exports", __name__, url_prefix="/app")


@blueprint.get("/board/<month:month>.csv")
def board(month: Month) -> Response:
    """Send the board as a file."""
    unit = _unit(month, "board.read")
    if unit.level == "community":
        lines = queries.lines_of_groups(unit, month, calendar())
        return _send("board", unit, month, tables.of_groups(lines, clock.now()))
    counted = bring_up_to_date()
    return _send("board", unit, month, tables.of_units(queries.lines_of_children(unit, month), counted.at))


@blueprint.get("/totals/<month:month>.csv")
def totals(month: Month) -> Response:
    """Send the totals as a file."""
    unit, counted = _unit(month, "totals.read"), bring_up_to_date()
    return _send("totals", unit, month, tables.of_totals(queries.lines_of_children(unit, month), month, counted.at))


def _unit(month: Month, action: str) -> Unit:
    """Return the unit that is asked for. Raises NotFound for a group, which is no table, and for a month to come."""
    unit = unit_asked_for(action)
    if unit.level == "group" or month > Month.of(clock.today()):
        raise NotFound
    return unit


def _send(kind: str, unit: Unit, month: Month, rows: tables.Rows) -> Response:
    """Return `rows` as a file, once it is written down who took it."""
    response = Response(as_csv(rows), content_type="text/csv; charset=utf-8")
    name, unit_id = file_name(kind, unit.code, unit.id, str(month)), unit.id
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    with transaction():
        who = current_actor().account_id
        record("export.taken", "unit", unit_id, actor_id=who, unit_id=unit_id, month=int(month), detail={"kind": kind})
    return response
