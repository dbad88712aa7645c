"""Pages of the cases that wait for an office, and of the help that a group's people asked for."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import current_actor
from webapp.cases import queries, rules, service
from webapp.cases.schemas import ForwardSchema, WordsSchema
from webapp.cases.service import Stale
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import NotFound, Problem
from webapp.core.fields import load
from webapp.core.web import base_version, page, problems_by_field, see_other
from webapp.orgs import queries as orgs

blueprint = Blueprint("caseload", __name__, url_prefix="/app/cases")

Row = queries.Row


@blueprint.get("")
def show() -> Response:
    """Show what waits, the first due first, and what was dealt with last."""
    _catch_up()
    actor = current_actor()
    waiting, done = queries.open_for(actor), queries.done_for(actor)
    return page(
        "caseload/list.html", waiting=waiting, done=done, today=clock.today(), said=request.args.get("said"),
        units=orgs.units({row["place_id"] for row in (*waiting, *done)}), spaced=rules.spaced_number,
        nav_current="cases",
    )  # fmt: skip


def _catch_up() -> None:
    """Take up what has become overdue since the clock's command ran last: it may be due here now."""
    if queries.overdue(clock.today()) or queries.stranded():
        with transaction():
            service.pass_on_stranded()
            service.escalate_overdue(clock.today())


@blueprint.get("/<uuid:case_id>")
def case(case_id: UUID) -> Response:
    """Show one case: what was said, what was done, and what may be done now."""
    return _page(_find(case_id))


def _find(case_id: UUID) -> Row:
    """Return the case. Raises NotFound when there is none that one may see: both look the same."""
    row = queries.case_seen_by(current_actor(), str(case_id))
    if row is None:
        raise NotFound
    return row


@blueprint.post("/<uuid:case_id>/answer")
def answer(case_id: UUID) -> BaseResponse:
    """Tell the resident what was done."""
    data, problems = load(WordsSchema(), {"words": request.form.get("words", "")})
    return _do(case_id, "answer", problems, lambda row: service.answer(row, data["words"], base_version(), _me()))


@blueprint.post("/<uuid:case_id>/forward")
def forward(case_id: UUID) -> BaseResponse:
    """Hand a case to another office."""
    typed = {"words": request.form.get("words", ""), "to": request.form.get("to", "")}
    data, problems = load(ForwardSchema(), typed)
    return _do(
        case_id, "forward", problems,
        lambda row: service.forward(row, data["to"], data["words"], base_version(), _me()),
    )  # fmt: skip


@blueprint.post("/<uuid:case_id>/close")
def close(case_id: UUID) -> BaseResponse:
    """End a case, and tell the resident why."""
    data, problems = load(WordsSchema(), {"words": request.form.get("words", "")})
    return _do(case_id, "close", problems, lambda row: service.close(row, data["words"], base_version(), _me()))


_me = current_actor


def _do(case_id: UUID, form: str, problems: list[Problem], step: Any) -> BaseResponse:
    """Return where to go after `step`; the page with what was typed when it is wrong, or somebody else was faster."""
    if problems:
        return _page(_find(case_id), form, problems, 422)
    try:
        with transaction():
            step(str(case_id))
    except Stale as stale:
        row = queries.case_seen_by(current_actor(), str(case_id))
        if row is None and queries.was_with(str(case_id), current_actor()):
            return page("caseload/gone.html", Stale.status, words=request.form.get("words", ""), nav_current="cases")
        return _page(row or _find(case_id), form, [stale.problem], Stale.status)
    return see_other(f"/app/cases?said={form}")


def _page(row: Row, form: str = "", problems: list[Problem] | None = None, status: int = 200) -> Response:
    steps, actor = queries.steps_of(row["id"]), current_actor()
    is_mine = actor.role in rules.WORKERS
    return page(
        "caseload/case.html", status, row=row, number=rules.spaced_number(row["number"]), steps=steps,
        told=queries.opened(row, steps), names=queries.names_at(steps), place=orgs.unit(row["place_id"]),
        named=orgs.unit(row["named_id"]) if row["named_id"] else None, form=form, words=request.form.get("words", ""),
        offices=queries.offices_for(row, actor) if is_mine and row["state"] in rules.OPEN else [],
        to=request.form.get("to", ""), is_open=row["state"] in rules.OPEN, today=clock.today(),
        may_answer=is_mine and rules.may_answer(row["state"]), problems=problems_by_field(problems or []),
        nav_current="cases",
    )  # fmt: skip
