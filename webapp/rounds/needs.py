"""Pages of needs: what is open and what is overdue, and the steps of one."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import current_actor, unit_asked_for
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import NotFound, Problem
from webapp.core.spoken import brief_day_text
from webapp.core.web import STATUS, base_version, page, page_or_fragment, problems_by_field, see_other
from webapp.forms.queries import service_label
from webapp.households import queries as households
from webapp.intake.rules import Incoming
from webapp.orgs.queries import open_groups_under
from webapp.rounds.common import (
    UNHEARD,
    Row,
    find_need,
    need_told,
    place_of,
)  # fmt: skip
from webapp.visits import queries
from webapp.visits.rules import is_overdue
from webapp.visits.schemas import need_from_form
from webapp.visits.service import Unkept, keep_together

blueprint = Blueprint("needs", __name__, url_prefix="/app")

SHOWN = ("open", "overdue")


@blueprint.get("/needs")
def listed() -> Response:
    """Show the open needs of one's groups, by the day that was promised; with `?show=overdue` those past it."""
    unit, today = unit_asked_for("need.write"), clock.today()
    groups = {group.id: group.name for group in open_groups_under(unit.path, today)}
    rows = queries.open_needs(list(groups))
    asked = request.args.get("show", "open")
    show = asked if asked in SHOWN else "open"
    every = list(zip(rows, queries.need_lines(rows), strict=True))
    late = [(row, line) for row, line in every if line["overdue"]]
    shown = late if show == "overdue" else every
    homes = households.households({row["household_id"] for row, _ in shown})
    lines = [_line(row, line, homes, groups) for row, line in shown if row["household_id"] in homes]
    counts = {"overdue": len(late), "open": len(every)}
    return page_or_fragment(
        "visits/needs.html", "visits/_needs.html", unit=unit, lines=lines, counts=counts, show=show,
        several=len(groups) > 1, nav_current="round",
    )  # fmt: skip


def _line(row: Row, line: Row, homes: Mapping[str, Row], groups: Mapping[str, str]) -> dict[str, Any]:
    return {**line, "address": place_of(homes[row["household_id"]])["address"], "group": groups[row["unit_id"]]}


@blueprint.get("/needs/<uuid:need_id>")
def show(need_id: UUID) -> Response:
    """Show a need, and the form of its next step."""
    try:
        row, household = find_need(str(need_id))
    except NotFound:
        return page("visits/need.html", 404, **UNHEARD)
    return _page(row, household)


@blueprint.post("/needs/<uuid:need_id>")
def step(need_id: UUID) -> BaseResponse:
    """Take the next step of a need."""
    row, household = find_need(str(need_id))
    stored = need_told(row)
    data = need_from_form(request.form, stored, clock.today().isoformat())
    try:
        with transaction():
            keep_together([Incoming(row["id"], "need", base_version(), clock.now(), data)], current_actor())
    except Unkept as refusal:
        [result] = refusal.results
        typed = {name: request.form.get(name, "") for name in ("state", "referred_to", "promised", "note")}
        version = result.version if result.outcome == "stale" else base_version()
        return _page(row, household, typed, STATUS[result.outcome], result.problems, version)
    return see_other(f"/app/households/{row['household_id']}")


def _page(
    row: Row, household: Row, typed: Row | None = None, status: int = 200, problems: Sequence[Problem] = (),
    version: int | None = None,
) -> Response:  # fmt: skip
    told = need_told(row)
    late = is_overdue(told, clock.today().isoformat())
    names = [("opened", gettext("提出的日期")), ("promised", gettext("答应哪天前回复"))]
    names += [("referred_to", gettext("转给谁")), ("closed", gettext("办结的日期"))]
    about = {
        "id": row["id"], "service": service_label(row["service"]), "base_version": version or row["version"],
        "facts": [(label, told[name]) for name, label in names if told.get(name)],
        "overdue": gettext("说好%(day)s前回复，已经过了。", day=brief_day_text(row["promised"])) if late else "",
    }  # fmt: skip
    return page(
        "visits/need.html", status, need={**told, **(typed or {}), **about}, household=place_of(household),
        may_write=True, problems=problems_by_field(problems),
    )  # fmt: skip
