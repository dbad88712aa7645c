"""Doors of the leader's report: working it through, handing it in, its slip. All of it works without script."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.rules import may
from webapp.access.service import current_actor, reach
from webapp.core import clock
from webapp.core.canonical import short_code
from webapp.core.db import transaction
from webapp.core.errors import Invalid, NotFound, Problem, say
from webapp.core.ids import is_id, new_id
from webapp.core.period import Month
from webapp.core.web import STATUS, base_version, page, problems_by_field, see_other
from webapp.intake.rules import Incoming, Result
from webapp.intake.service import apply_one
from webapp.orgs.models import Unit
from webapp.receipts.queries import slips_of
from webapp.reports import queries
from webapp.reports.queries import HANDED_IN, MonthView
from webapp.reports.rules import balance, balance_sentence, is_nil
from webapp.reports.schemas import is_worked_out, problems_with_idle_reasons, report_from_form
from webapp.reports.service import REPORT_TYPE

blueprint = Blueprint("reports", __name__, url_prefix="/app")

Problems = Mapping[str, list[str]]
UNHEARD = {"shell": True, "missing": True}


@blueprint.get("/report/<month:month>")
def show(month: Month) -> Response:
    """Show the month's numbers, worked out; with `?nil=1` the one question of 本月无变动."""
    try:
        view = queries.month_view(current_actor().unit_id, month)
    except Invalid as error:  # no form is in force: nobody may be asked to fill it in
        return page("reports/form.html", month=month, problem=say(error.problem))
    return _page(view, _typed(view), asks_nil="nil" in request.args)


@blueprint.post("/report/<month:month>")
def hand_in(month: Month) -> BaseResponse:
    """Take the report; show it again with what is wrong, as it was typed."""
    view = queries.month_view(current_actor().unit_id, month)
    typed = {name: text for name, text in request.form.items() if name.partition(".")[0] in ("values", "reason")}
    nil = request.form.get("nil") == "1"
    data = _data(view, typed, nil=nil)
    idle = problems_with_idle_reasons(data, typed)
    if idle:
        return _page(view, typed, 422, problems=problems_by_field(idle))
    result = _take(data)
    if result.is_kept:
        return see_other(f"/app/slip/{result.id}")
    problems = problems_by_field(_on_page(result.problems, data))
    return _page(view, typed, STATUS[result.outcome], problems=problems, result=result, asks_nil=nil)


@blueprint.get("/slip/<uuid:report_id>")
def slip(report_id: UUID) -> Response:
    """Show the proof that a report arrived."""
    try:
        report, unit = _find(str(report_id))
    except NotFound:
        if not may(current_actor().role, "report.write"):
            raise
        # The phone may hold what has not arrived yet, and have no worker to show it: the script looks.
        return page("reports/slip.html", 404, **UNHEARD)
    found = slips_of([report["id"]]).get((report["id"], report["version"], report["hash"]))
    return page("reports/slip.html", report=report, unit=unit, slip=found, code=short_code(report["hash"]))


def _find(report_id: str) -> tuple[dict[str, Any], Unit]:
    """Return a report and its unit. Raises NotFound when there is none in reach."""
    report = queries.reports_by_id([report_id]).get(report_id)
    if report is None:
        raise NotFound
    return report, reach(report["unit_id"], "report.read")


def _take(data: Mapping[str, Any]) -> Result:
    typed = request.form.get("id", "")
    incoming = Incoming(typed if is_id(typed) else new_id(), "report", base_version(), clock.now(), data)
    with transaction():
        return apply_one(incoming, current_actor(), REPORT_TYPE)


def _typed(view: MonthView) -> dict[str, str]:
    """Return what the form begins with: what was reported before, else nothing typed.

    What was explained and comes out so by now is not typed: it follows the entries, and needs no reason.
    """
    if view.report is None:
        return {}
    typed = {f"values.{code}": str(view.values[code]) for code in view.values if not is_worked_out(view.computed[code])}
    for row in view.report["adjustments"]:
        cell = view.computed.get(row["measure"])
        if cell and row["value"] == cell.value:
            continue
        typed |= {f"values.{row['measure']}": str(row["value"]), f"reason.{row['measure']}": row["reason"]}
    return {**typed, "reason": view.report["reason"] or ""}


def _data(view: MonthView, typed: Mapping[str, str], *, nil: bool) -> dict[str, Any]:
    """Return the record that the form makes, as a phone would."""
    about = {"unit": view.unit_id, "month": str(view.month), "form": request.form.get("form", view.form.ref)}
    if nil:
        return {**about, "values": {}, "adjustments": [], "nil": True}
    reason = typed.get("reason", "").strip()
    filled = report_from_form(view.form, view.computed, typed)
    return {**about, **filled, "nil": False, **({"reason": reason} if reason and _corrects(view) else {})}


def _corrects(view: MonthView) -> bool:
    return bool(view.report and view.report["accepted_version"])


def _on_page(problems: Sequence[Problem], data: Mapping[str, Any]) -> list[Problem]:
    """Return `problems` at the fields of the page: adjustments stand at their measure."""
    return [problem._replace(field=_field_on_page(problem.field, data["adjustments"])) for problem in problems]


def _field_on_page(field: str, adjustments: Sequence[Mapping[str, Any]]) -> str:
    group, _, rest = field.partition(".")
    if group != "adjustments":
        return field
    index, _, name = rest.partition(".")
    return f"{'reason' if name == 'reason' else 'values'}.{adjustments[int(index)]['measure']}"


def _page(
    view: MonthView, typed: Mapping[str, str], status: int = 200, *, asks_nil: bool = False,
    problems: Problems | None = None, result: Result | None = None,
) -> Response:  # fmt: skip
    """Return the page of a month; `problems` and `result` are those of a report that was not taken."""
    nil = asks_nil and view.state == "empty" and is_nil(view.form, view.computed)
    values = report_from_form(view.form, view.computed, typed)["values"]
    stale = result.current if result and result.outcome == "stale" else None
    base = stale or view.report or {}  # handing in over the other version is the choice for one's own
    return page(
        "reports/form.html", status, view=view, month=view.month, values=values, typed=typed, problems=problems or {},
        nil=nil, no_nil=asks_nil and not nil and view.state not in HANDED_IN, corrects=_corrects(view),
        handed_in=view.state in HANDED_IN - {"locked"}, stale=stale, rows=_rows(view, values, typed, problems or {}),
        id=base.get("id") or new_id(), base_version=base.get("version", 0), **_balance(view, values),
    )  # fmt: skip


def _balance(view: MonthView, values: Mapping[str, Any]) -> dict[str, Any]:
    gap = balance(view.form, values, view.events)
    doubled = [event for event in view.events if gap and event["id"] in gap.candidates]
    return {"gap": say(balance_sentence(view.form, gap)) if gap else "", "doubled": doubled}


def _rows(
    view: MonthView, values: Mapping[str, Any], typed: Mapping[str, str], problems: Problems
) -> dict[str, list[dict[str, Any]]]:
    """Return the numbers of the page by section, each with all that stands at it."""
    returned = {row["measure"]: row["reason"] for row in view.report["returned"]} if view.report else {}
    found: dict[str, list[dict[str, Any]]] = {}
    for measure in view.form.measures:
        code, cell = measure.code, view.computed[measure.code]
        row = {
            "measure": measure, "cell": cell, "worked": is_worked_out(cell), "value": values[code],
            "input": typed.get(f"values.{code}") or values[code], "reason": typed.get(f"reason.{code}", ""),
            "previous": (view.previous_values or {}).get(code), "returned": returned.get(code),
            "events": [event for event in view.events if event["id"] in cell.where],
            "calls": [view.calls[key] for key in cell.where if key in view.calls],
            "problems": problems.get(f"values.{code}"), "reason_problems": problems.get(f"reason.{code}"),
        }  # fmt: skip
        found.setdefault(measure.section, []).append(row)
    return found
