"""Doors of entries: noting, correcting and withdrawing one. The phone saves first; these forms work without script."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import current_actor, reach
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import NotFound
from webapp.core.ids import is_id, new_id
from webapp.core.spoken import month_text, words
from webapp.core.web import STATUS, base_version, page, problems_by_field, see_other
from webapp.events import queries
from webapp.events.rules import KINDS
from webapp.events.schemas import event_from_form
from webapp.events.service import COUNTED, EVENT
from webapp.forms.queries import regions, service_label, services_on
from webapp.intake.rules import Incoming, Result
from webapp.intake.service import apply_one

blueprint = Blueprint("events", __name__, url_prefix="/app/events")

Row = Mapping[str, Any]
FRESH = {"kind": "", "persons": "1", "households": "1", "place": "", "region": "", "service": "", "note": ""}
UNHEARD = {"shell": True, "nav_current": "event"}


@blueprint.get("/new")
def new() -> Response:
    """Show the empty form; its id makes two posts of it one entry."""
    return _form({**FRESH, "date": clock.today().isoformat(), "id": new_id()})


@blueprint.post("/new")
def note() -> BaseResponse:
    """Take a new entry."""
    typed = request.form.get("id", "")
    return _answer(_take(typed if is_id(typed) else new_id(), current_actor().unit_id), "/app/events/new")


@blueprint.get("/<uuid:event_id>")
def show(event_id: UUID) -> Response:
    """Show an entry to be corrected, or why it no longer can be."""
    try:
        row = _find(event_id)
    except NotFound:
        # The phone may hold what has not arrived yet, and have no worker to show it: the script looks.
        return page("events/form.html", 404, **UNHEARD)
    closed = row["month"] in queries.closed_months([row["unit_id"]])[row["unit_id"]]
    counted = gettext(COUNTED, month=month_text(row["month"])) if closed else ""
    return _form(_typed(row), action=f"/app/events/{event_id}", counted=counted)


@blueprint.post("/<uuid:event_id>")
def change(event_id: UUID) -> BaseResponse:
    """Take a corrected entry."""
    row = _find(event_id)
    return _answer(_take(row["id"], row["unit_id"]), f"/app/events/{event_id}")


@blueprint.get("/<uuid:event_id>/withdraw")
def ask(event_id: UUID) -> Response:
    """Ask before an entry is withdrawn."""
    row = _find(event_id)
    return page("events/withdraw.html", entry={**_typed(row), "id": row["id"]}, nav_current="event")


@blueprint.post("/<uuid:event_id>/withdraw")
def withdraw(event_id: UUID) -> BaseResponse:
    """Withdraw an entry."""
    row = _find(event_id)
    data = {name: value for name, value in queries.as_data(row).items() if name not in ("month", "late")}
    result = _apply(row["id"], data, deleted=True)
    if result.is_kept or result.outcome == "gone":
        return see_other("/app?said=withdrawn")
    return see_other(f"/app/events/{event_id}")  # as it stands now, with the reason why it stays


def _find(event_id: UUID) -> Row:
    """Return the stored entry. Raises NotFound when there is none in reach, or no longer."""
    row = queries.event(str(event_id))
    if row is None or row["deleted"]:
        raise NotFound
    reach(row["unit_id"], "event.write")
    return row


def _take(event_id: str, unit_id: str) -> Result:
    return _apply(event_id, event_from_form(request.form, unit_id))


def _apply(event_id: str, data: dict[str, Any], *, deleted: bool = False) -> Result:
    incoming = Incoming(event_id, "event", base_version(), clock.now(), data, deleted)
    with transaction():
        return apply_one(incoming, current_actor(), EVENT)


def _answer(result: Result, action: str) -> BaseResponse:
    """Go home with what was kept; else show the form again as it was typed, with what is wrong."""
    if result.is_kept:
        return see_other("/app?said=noted")
    typed = {name: request.form.get(name, "") for name in (*FRESH, "date")}
    known = {"id": result.id, "base_version": base_version()}
    if result.outcome == "stale":  # saving once more is the choice for one's own version
        known["base_version"] = result.version
    if result.outcome == "gone":
        known, action = {"id": new_id(), "base_version": 0}, "/app/events/new"
    context = {"problems": problems_by_field(result.problems), "outcome": result.outcome, "current": result.current}
    return _form({**typed, **known}, STATUS[result.outcome], action, **context)


def _form(entry: dict[str, Any], status: int = 200, action: str = "/app/events/new", **context: Any) -> Response:
    return page("events/form.html", status, entry={**entry, "action": action}, nav_current="event", **context)


def _typed(row: Row) -> dict[str, Any]:
    """Return the form's fields for a stored entry."""
    data = queries.as_data(row)
    region = data.get("region", "")
    listed = region in regions()
    households = data["households"] if KINDS[data["kind"]].has_region else 1
    place = {"place": region if listed else "", "region": "" if listed else region}
    return {**FRESH, **data, **place, "households": households, "id": row["id"], "base_version": row["version"]}


@blueprint.app_template_global()
def places() -> list[tuple[str, str]]:
    """Return the regions that can be chosen, by code, in the reader's language."""
    return [(code, words(names)) for code, names in regions().items()]


@blueprint.app_template_global()
def service_choices() -> list[tuple[str, str]]:
    """Return the kinds of service that can be noted today."""
    return [(row["code"], words(row["label"])) for row in services_on(clock.today())]


@blueprint.app_template_global()
def service_text(code: str | None) -> str:
    """Return the name of a kind of service, `""` for none."""
    return service_label(code) if code else ""
