"""Pages of what residents told: what still wants doing, one message, closing it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import current_actor, reach
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import NotFound
from webapp.core.web import STATUS, base_version, page, problems_by_field, see_other
from webapp.feedback import queries
from webapp.feedback.rules import OPEN, due_on
from webapp.feedback.service import FEEDBACK
from webapp.households import queries as households
from webapp.households.rules import address_text
from webapp.intake.rules import Incoming, Result
from webapp.intake.service import apply_one
from webapp.orgs import queries as orgs

blueprint = Blueprint("feedback", __name__, url_prefix="/app/feedback")

Row = Mapping[str, Any]


@blueprint.get("")
def show() -> Response:
    """Show what residents told and nobody has seen to yet, the oldest first, and what was closed last."""
    actor = current_actor()
    waiting, closed = queries.open_for(actor), queries.closed_for(actor)
    rows = [*waiting, *closed]
    return page(
        "feedback/list.html", waiting=waiting, closed=closed, doors=_doors(rows),
        units=orgs.units({row["unit_id"] for row in rows}), due_on=due_on, today=clock.today(),
        said=request.args.get("said"), nav_current="round",
    )  # fmt: skip


def _doors(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Return the addresses of the households that messages are about, by the households' ids."""
    found = households.households({row["household_id"] for row in rows if row["household_id"]})
    return {key: address_text(row["address"]) for key, row in found.items()}


@blueprint.get("/<uuid:feedback_id>")
def message(feedback_id: UUID) -> Response:
    """Show one message and the form that closes it."""
    return _page(_find(feedback_id))


@blueprint.post("/<uuid:feedback_id>")
def close(feedback_id: UUID) -> BaseResponse:
    """Say what became of a message."""
    row = _find(feedback_id)
    answer = request.form.get("answer", "").strip()
    data = {"unit": row["unit_id"], "state": request.form.get("state", "")}
    result = _apply(row["id"], {**data, "answer": answer} if answer else data)
    if result.is_kept:
        return see_other("/app/feedback?said=closed")
    return _page(_find(feedback_id), result)


def _find(feedback_id: UUID) -> Row:
    """Return the message, opened. Raises NotFound when there is none in reach."""
    row, actor = queries.told(str(feedback_id)), current_actor()
    if row is None or (actor.role == "county" and row["unit_id"] != actor.unit_id):
        raise NotFound
    reach(row["unit_id"], "feedback.work")
    return row


def _apply(feedback_id: str, data: dict[str, Any]) -> Result:
    incoming = Incoming(feedback_id, "feedback", base_version(), clock.now(), data)
    with transaction():
        return apply_one(incoming, current_actor(), FEEDBACK)


def _page(row: Row, result: Result | None = None) -> Response:
    home = households.household(row["household_id"]) if row["household_id"] else None
    return page(
        "feedback/message.html", STATUS[result.outcome] if result else 200, row=row, is_open=row["state"] == OPEN,
        address=address_text(home["address"]) if home else None, unit=orgs.unit(row["unit_id"]),
        due=due_on(row["created_at"]), answer=request.form.get("answer", row.get("answer", "")),
        outcome=result.outcome if result else "", nav_current="round",
        problems=problems_by_field(result.problems if result else []),
    )  # fmt: skip
