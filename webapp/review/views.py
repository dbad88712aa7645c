"""Pages of review: the queue of a community, one report, accepting all that say nothing, locking a month."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.rules import may
from webapp.access.service import current_actor, reach, unit_asked_for
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import Invalid, NotFound, Problem, say
from webapp.core.period import Month
from webapp.core.web import page, page_or_fragment, problems_by_field, see_other, wants_fragment
from webapp.dashboards import queries as boards
from webapp.dashboards.rules import COUNTS, added
from webapp.dashboards.service import bring_up_to_date
from webapp.handover.queries import count_waiting
from webapp.orgs import queries as orgs
from webapp.orgs.models import Unit
from webapp.reports import service
from webapp.reports.queries import MonthView, due_of, month_view, report_of
from webapp.reports.rules import balance, balance_sentence
from webapp.review import queries
from webapp.review.rules import cells
from webapp.review.schemas import reasons_in, version_in, versions_in

blueprint = Blueprint("review", __name__, url_prefix="/app")

PAGES = {"visit": "visits", "need": "needs", "outreach": "outreach"}  # where what is behind a number is seen

Problems = list[Problem]


@blueprint.get("/review/<month:month>")
def queue(month: Month) -> BaseResponse:
    """Show the reports of a community that wait, and the others; above a community, where some wait."""
    _refuse_future(month)
    unit = unit_asked_for("review.read")
    frame = {**_frame(unit, month), "said": request.args.get("said"), "number": request.args.get("n", 0, type=int)}
    if unit.level == "group":
        return see_other(_address(unit, month))
    if unit.level == "community":
        return page("review/queue.html", **frame, items=queries.items(unit, month), held=_held())
    counted, lines = bring_up_to_date(), boards.lines_of_children(unit, month)
    total = added([line.counts for line in lines], COUNTS)
    return page("review/units.html", **frame, counted=counted, lines=lines, total=total)


def _held() -> int:
    """Return how many records wait for the asker to be looked at: reports of phones that were ended are among them."""
    actor = current_actor()
    return count_waiting(actor) if may(actor.role, "handover.decide") else 0


@blueprint.get("/review/<month:month>/accept-all")
def ask_accept_all(month: Month) -> BaseResponse:
    """List the reports that wait and say nothing, before all of them are accepted."""
    unit = _community(month)
    plain = [item for item in queries.items(unit, month) if item.is_plain]
    return page("review/accept_all.html", **_frame(unit, month), items=plain)


@blueprint.post("/review/<month:month>/accept-all")
def accept_all(month: Month) -> BaseResponse:
    """Accept the reports that were listed; one that has changed since is left for a closer look."""
    unit, listed = _community(month), versions_in(request.form.getlist("report"))
    with transaction():
        found = [item for item in queries.items(unit, month) if item.is_plain]
        same = [item for item in found if listed.get(item.unit_id) == item.report["version"]]
        for item in same:
            service.accept(item.unit_id, month, item.report["version"], current_actor())
    said = "accepted_all" if len(same) == len(listed) else "accepted_some"
    return see_other(f"/app/review/{month}?unit={unit.id}&said={said}&n={len(same)}")


@blueprint.get("/review/<month:month>/lock")
def ask_lock(month: Month) -> BaseResponse:
    """Show what a lock would take in and what would still be missing, before it is set."""
    _refuse_future(month)
    unit = unit_asked_for("month.lock")
    bring_up_to_date()
    lines = boards.lines_of_children(unit, month)
    return page("review/lock.html", **_frame(unit, month), lines=lines, total=added([x.counts for x in lines], COUNTS))


@blueprint.post("/review/<month:month>/lock")
def lock(month: Month) -> BaseResponse:
    """Lock all accepted reports of a month under a unit."""
    _refuse_future(month)
    unit = unit_asked_for("month.lock")
    path, address = unit.path, f"/app/review/{month}?unit={unit.id}"
    with transaction():
        count = service.lock_all(path, month, current_actor())
    return see_other(f"{address}&said=locked&n={count}")


@blueprint.get("/reports/<uuid:unit_id>/<month:month>")
def show(unit_id: UUID, month: Month) -> BaseResponse:
    """Show one report with all that it can be compared with: a page, or a part of the queue."""
    return _report(_group(unit_id, month, "review.read"), month)


@blueprint.post("/reports/<uuid:unit_id>/<month:month>/accept")
def accept(unit_id: UUID, month: Month) -> BaseResponse:
    """Take a report as the snapshot that counts."""
    unit = _group(unit_id, month, "report.review")
    try:
        with transaction():
            service.accept(unit.id, month, version_in(request.form), current_actor())
    except Invalid as error:
        return _report(unit, month, error.problems)
    return _done(unit, month, "accepted")


@blueprint.post("/reports/<uuid:unit_id>/<month:month>/return")
def give_back(unit_id: UUID, month: Month) -> BaseResponse:
    """Return a report for correction, with a reason for each number in question."""
    unit = _group(unit_id, month, "report.review")
    if report_of(unit.id, int(month)) is None:
        raise NotFound
    reasons, problems = reasons_in(request.form, month_view(unit.id, month).form)
    if problems:
        return _report(unit, month, problems)
    try:
        with transaction():
            service.give_back(unit.id, month, version_in(request.form), reasons, current_actor())
    except Invalid as error:
        return _report(unit, month, error.problems)
    return _done(unit, month, "returned")


def _refuse_future(month: Month) -> None:
    if month > Month.of(clock.today()):
        raise NotFound


def _community(month: Month) -> Unit:
    _refuse_future(month)
    unit = unit_asked_for("report.review")
    if unit.level != "community":
        raise NotFound
    return unit


def _group(unit_id: UUID, month: Month, action: str) -> Unit:
    _refuse_future(month)
    unit = reach(str(unit_id), action)
    if unit.level != "group":
        raise NotFound
    return unit


def _address(unit: Unit, month: Month) -> str:
    return f"/app/reports/{unit.id}/{month}"


def _frame(unit: Unit, month: Month) -> dict[str, Any]:
    """Return what all these pages stand in: the unit, the one above it in scope, the months beside, who may act."""
    actor = current_actor()
    above = orgs.unit(unit.parent_id) if unit.parent_id and unit.id != actor.unit_id else None
    after = month.next() if month < Month.of(clock.today()) else None
    acts = may(actor.role, "report.review")
    return {"unit": unit, "above": above, "month": month, "before": month.previous(), "after": after,
            "now": clock.now(), "acts": acts, "locks": may(actor.role, "month.lock")}  # fmt: skip


def _report(unit: Unit, month: Month, problems: Problems | None = None) -> BaseResponse:
    """Return the report of `unit` as a page or a part; with `problems` what was typed stays."""
    context = {**_frame(unit, month), "inplace": wants_fragment(), "typed": request.form}
    context["address"] = _address(unit, month)
    if report_of(unit.id, int(month)) is None:
        context |= {"view": None, "problems": {}, "until": due_of(unit.id, month)}
        return page_or_fragment("review/report.html", "review/_report.html", **context)
    context |= {**_compared(unit, month), "problems": problems_by_field(problems or [])}
    fragment = "review/_report.html"
    if request.method == "POST":  # the answer to a step in the queue takes the place of the whole item
        fragment, context["waiting_count"] = "review/_item.html", queries.waiting(unit.parent_id, month)
    return page_or_fragment("review/report.html", fragment, 422 if problems else 200, **context)


def _compared(unit: Unit, month: Month) -> dict[str, Any]:
    view = month_view(unit.id, month)
    assert view.report is not None
    versions = queries.versions(view)
    gap, accepted = balance(view.form, view.values, view.events), queries.accepted_values(view, versions)
    return {
        "view": view,
        "item": queries.item(unit, view),
        "cells": cells(
            view.form, view.report, view.computed, view.previous_values, view.events, accepted, calls=_calls(view)
        ),
        "gap": say(balance_sentence(view.form, gap)) if gap else None,
        "earlier": versions[1]["return_reasons"] if len(versions) > 1 and view.state == "submitted" else [],
        "history": queries.history(view.report["id"], versions),
    }


def _calls(view: MonthView) -> dict[str, dict[str, Any]]:
    """Return what is behind the numbers; who knows no household by name learns neither where nor whom of a call."""
    named = may(current_actor().role, "visit.write")
    shown = {
        key: (_where_and_who(row), _call_url(row)) if named or row["what"] == "outreach" else ("", "")
        for key, row in view.calls.items()
    }
    return {key: {**row, "address": shown[key][0], "url": shown[key][1]} for key, row in view.calls.items()}


def _where_and_who(call: Mapping[str, Any]) -> str:
    return " · ".join(part for part in (call.get("address"), call.get("who")) if part)


def _call_url(call: Mapping[str, Any]) -> str:
    return f"/app/{PAGES[call['what']]}/{call['id']}"


def _done(unit: Unit, month: Month, said: str) -> BaseResponse:
    """Return what follows a review: in place the item as it is now, else the queue."""
    if not wants_fragment():
        return see_other(f"/app/review/{month}?unit={unit.parent_id}&said={said}")
    return _report(unit, month)
