"""The page of amounts: what each scheme pays here since when, and the form for a new row."""

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.rules import may
from webapp.access.service import current_actor
from webapp.amounts import queries, service
from webapp.amounts.rules import PERIODS, SCHEME, pick
from webapp.amounts.schemas import AmountSchema, scheme_names
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import Problem
from webapp.core.fields import load
from webapp.core.web import page, problems_by_field, see_other
from webapp.orgs.models import Unit
from webapp.publishing.documents import TAB, office_asked_for

blueprint = Blueprint("figures", __name__, url_prefix="/app/documents/amounts")

FIELDS = ("scheme", "amount", "per", "valid_from", "valid_to", "reference", "source_url", "verified_by", "verified_on")


@blueprint.get("")
def show() -> Response:
    """Show all rows for the reader's county and what lies above it, the one that holds today marked.

    `?scheme=` is what the form begins with.
    """
    scheme = request.args.get("scheme", "")
    return _page(office_asked_for("document.read"), {"scheme": scheme if SCHEME.match(scheme) else ""})


@blueprint.post("")
def add() -> BaseResponse:
    """Note a row for one's own county; a row is never changed, the newer one holds."""
    unit = office_asked_for("amount.write")
    typed = {name: request.form.get(name, "") for name in FIELDS}
    regions = queries.regions_at(unit.path)
    data, problems = load(AmountSchema(), {**typed, "region": regions[0]})
    if problems:
        return _page(unit, typed, problems)
    with transaction():
        service.note(data, actor_id=current_actor().account_id, unit_id=unit.id)
    return see_other(f"/app/documents/amounts?unit={unit.id}&said=noted")


def _page(unit: Unit, typed: dict[str, str], problems: list[Problem] | None = None) -> Response:
    regions, today = queries.regions_at(unit.path), clock.today()
    rows = queries.all_amounts(regions)
    schemes = {row.scheme: [each for each in rows if each.scheme == row.scheme] for row in rows}
    held = {scheme: pick(mine, regions, today) for scheme, mine in schemes.items()}
    return page(
        "publishing/amounts.html", 422 if problems else 200, nav_current=TAB, unit=unit, schemes=schemes, held=held,
        region=regions[0], may_write=may(current_actor().role, "amount.write"), periods=PERIODS, typed=typed,
        problems=problems_by_field(problems or []), said=request.args.get("said"), today=today, names=scheme_names(),
    )  # fmt: skip
