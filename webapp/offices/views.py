"""The page on which an office writes what it tells everybody."""

from collections.abc import Mapping

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import current_actor, unit_asked_for
from webapp.core.db import transaction
from webapp.core.errors import NotFound, Problem
from webapp.core.fields import load, plain_text
from webapp.core.web import page, problems_by_field, see_other
from webapp.offices import queries
from webapp.offices.schemas import OfficeSchema
from webapp.offices.service import set_page
from webapp.orgs.models import Unit

blueprint = Blueprint("offices", __name__, url_prefix="/app/public-page")


@blueprint.get("")
def show() -> Response:
    """Show what the page says, and the form that changes it."""
    unit = _unit()
    found = queries.page_of(unit.id)
    return _page(unit, found.texts if found else {})


@blueprint.post("")
def change() -> BaseResponse:
    """Take what the page shall say."""
    unit, typed = _unit(), {name: request.form.get(name, "") for name in OfficeSchema().fields}
    data, problems = load(OfficeSchema(), {**typed, "phone": plain_text(typed["phone"])})
    if problems:
        return _page(unit, typed, problems)
    unit_id = unit.id
    with transaction():
        set_page(unit_id, data, actor_id=current_actor().account_id)
    return see_other(f"/app/public-page?unit={unit_id}&said=changed")


def _unit() -> Unit:
    unit = unit_asked_for("office.write")
    if unit.level not in queries.LEVELS:
        raise NotFound
    return unit


def _page(unit: Unit, typed: Mapping[str, str], problems: list[Problem] | None = None) -> Response:
    status, said = 422 if problems else 200, request.args.get("said")
    return page(
        "offices/edit.html", status, unit=unit, office=queries.office_at(unit.path), typed=typed,
        problems=problems_by_field(problems or []), said=said, nav_current="people",
    )  # fmt: skip
