"""Finding a household: by building, or by anything that it said. Lists show names and numbers masked."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from webapp.access.service import current_actor, unit_asked_for
from webapp.core.citizen import masked_name, masked_phone
from webapp.core.web import page, page_or_fragment
from webapp.handover.queries import count_waiting
from webapp.households import queries
from webapp.households.rules import address_text
from webapp.orgs import queries as orgs
from webapp.orgs.models import Unit

blueprint = Blueprint("households", __name__, url_prefix="/app/households")


@blueprint.get("")
def listing() -> Response:
    """Show the doors of a group by building, or the units below a larger one, with a box to find one."""
    unit = unit_asked_for("household.read")
    return page("households/list.html", **_frame(unit), **_below(unit), said=request.args.get("said"),
                held=count_waiting(current_actor()))  # fmt: skip


@blueprint.post("")
def search() -> Response:
    """Show who says what was typed. It is sent as a form, so that no name stands in an address or a log."""
    unit, typed = unit_asked_for("household.read"), request.form.get("q", "").strip()
    found = [line(row) for row in queries.search(unit, typed)]
    context = {**_frame(unit), "typed": typed, "found": found}
    return page_or_fragment("households/list.html", "households/_found.html", **context)


def _frame(unit: Unit) -> dict[str, Any]:
    scope = current_actor().unit_path
    above = [one for one in orgs.ancestors(unit.id) if one.path.startswith(scope)]
    is_near = unit.level in ("group", "community")
    return {"unit": unit, "above": above[-1] if above else None, "searchable": is_near, "nav_current": tab()}


def tab() -> str:
    """Return the way of the navigation that pages of households stand under, for who is asking."""
    return "round" if current_actor().role in ("leader", "coordinator") else "households"


def _below(unit: Unit) -> dict[str, Any]:
    if unit.level == "group":
        return {"buildings": _by_building(queries.households_of([unit.id]))}
    children = orgs.children(unit.id)
    counts = queries.counts([one.id for one in children]) if unit.level == "community" else {}
    return {"children": [(one, counts.get(one.id, 0)) for one in children]}


def _by_building(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the lines of households by building, in the order in which one walks."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["address"]["building"], []).append(line(row))
    return found


def line(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a household as lists show it: where it is, what kind, and masked whom to ask for."""
    contact = row.get("contact", {})
    who = [masked_name(contact.get("name", "")), masked_phone(contact.get("phone", ""))]
    return {
        "id": row["id"],
        "address": address_text(row["address"]),
        "door": address_text({**row["address"], "building": ""}),
        "who": " ".join(part for part in who if part),
        "kind": row["kind"],
        "premises": row.get("premises"),
        "left": row["left_on"],
    }
