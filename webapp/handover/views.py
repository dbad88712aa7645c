"""Pages of handing over: the office moves households; the new owner looks at what still came from the old one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.rules import may
from webapp.access.service import current_actor, reach
from webapp.accounts.queries import account, people_at
from webapp.core.db import transaction
from webapp.core.errors import Invalid, NotFound, Problem
from webapp.core.ids import is_id
from webapp.core.period import Month
from webapp.core.spoken import language_tag, months_text
from webapp.core.web import page, problems_by_field, see_other
from webapp.feedback.service import FEEDBACK
from webapp.forms.queries import forms
from webapp.forms.rules import in_language
from webapp.handover import queries, service
from webapp.handover.rules import NEWER, REASONS, Held, action_on, in_order, problems_with_transfer
from webapp.households.queries import counts, households, households_of
from webapp.households.rules import address_text, sort_key
from webapp.intake.rules import RecordType, Result
from webapp.orgs.models import Unit
from webapp.orgs.queries import children
from webapp.reports.service import REPORT_TYPE
from webapp.retention.service import kept_for
from webapp.visits.service import AT_THE_DOOR

# What may be taken over: who lets in a report is somebody else than who wrote it.
TYPES: Mapping[str, RecordType] = {
    **AT_THE_DOOR,
    "feedback": FEEDBACK,
    "report": replace(REPORT_TYPE, action=action_on("report")),
}

blueprint = Blueprint("handover", __name__, url_prefix="/app")


@blueprint.get("/hand-over")
def choose() -> Response:
    """Let the office choose a group, then which of its households go where."""
    return _transfer_page(request.args.get("from", ""))


def _transfer_page(origin: str, problems: Sequence[Problem] = (), status: int = 200) -> Response:
    groups = _groups(current_actor().unit_id)
    chosen = next((unit for unit in groups if unit.id == origin), None)
    return page(
        "handover/choose.html", status, groups=groups, sizes=counts([unit.id for unit in groups]), origin=chosen,
        buildings=_buildings(chosen.id) if chosen else [], leaders=_leaders(groups), reasons=REASONS,
        typed={"to": request.form.get("to", ""), "reason": request.form.get("reason", "")},
        marked=_marked(chosen.id) if chosen else set(), whole=set(request.form.getlist("building")),
        problems=problems_by_field(problems),
        said=request.args.get("said"), number=request.args.get("n", 0, type=int),
    )  # fmt: skip


def _groups(community_id: str) -> list[Unit]:
    return [unit for unit in children(community_id) if unit.closed is None]


def _leaders(groups: Iterable[Unit]) -> dict[str, str]:
    """Return the names of the leaders of each of `groups`, by its id."""
    people = [one for one in people_at([unit.id for unit in groups]) if one.role == "leader"]
    people.sort(key=lambda one: one.unit_id)
    return {unit: "、".join(one.name for one in mine) for unit, mine in groupby(people, key=lambda one: one.unit_id)}


def _buildings(unit_id: str) -> list[tuple[str, list[dict[str, str]]]]:
    """Return the households of a group by building: `[(building, [{"id", "address"}])]`, from door to door."""
    rows = sorted(households_of([unit_id]), key=lambda row: sort_key(row["address"]))
    doors = groupby(rows, key=lambda row: str(row["address"]["building"]))
    return [
        (name, [{"id": row["id"], "address": address_text(row["address"])} for row in mine]) for name, mine in doors
    ]


@blueprint.post("/hand-over")
def transfer() -> BaseResponse:
    """Move the chosen households with all that hangs on them."""
    actor, form = current_actor(), request.form
    origin, to, reason = form.get("from", ""), form.get("to", ""), form.get("reason", "")
    groups = {unit.id: unit for unit in _groups(actor.unit_id)}
    if origin not in groups:
        raise NotFound
    marked = _marked(origin)
    problems = problems_with_transfer(marked, origin, to, reason, groups)
    if problems:
        return _transfer_page(origin, problems, 422)
    with transaction():
        mine = [key for key, home in queries.homes(marked).items() if home == origin]
        number = service.transfer(mine, groups[to], reason, actor)
    return see_other(f"/app/hand-over?from={origin}&said=moved&n={number}")


def _marked(origin: str) -> set[str]:
    """Return the households that a form names: the whole group, whole buildings, single doors."""
    if "all" in request.form:
        return queries.living_at(origin)
    buildings = set(request.form.getlist("building"))
    inside = (
        [row["id"] for row in households_of([origin]) if row["address"]["building"] in buildings] if buildings else []
    )
    return {*request.form.getlist("household"), *inside}


@blueprint.get("/handed-over")
def waiting() -> Response:
    """Show what came from former owners' phones, and from phones whose session was ended, for the asker's doors."""
    return _waiting_page()


def _waiting_page(problems: Mapping[str, list[str]] | None = None, status: int = 200) -> Response:
    rows = sorted(in_order(_for_asker()), key=_case_of)
    cases = [_case(list(mine)) for _, mine in groupby(rows, key=_case_of)]
    said = request.args.get("said")
    return page("handover/waiting.html", status, cases=cases, said=said, problems=problems or {},
                kept=months_text(kept_for()["held"]))  # fmt: skip


def _for_asker() -> list[Held]:
    actor = current_actor()
    return [row for row in queries.waiting(queries.own_units(actor)) if may(actor.role, action_on(row.type))]


def _case_of(row: Held) -> tuple[bool, str, str]:
    """Return what belongs together on the page: one household's, of one person's ended phone apart."""
    return (row.is_from_ended, row.author_id if row.is_from_ended else "", row.household_id or "")


def _case(rows: Sequence[Held]) -> dict[str, Any]:
    first = rows[0]
    door = households([first.household_id]).get(first.household_id) if first.household_id else None
    new = next((row.data for row in rows if row.type == "household"), None)
    author = account(first.author_id)
    return {
        "household_id": first.household_id if door else None,
        "address": address_text((door or new or {}).get("address", {})) if door or new else "",
        "rows": [{"held": row, **_report(row)} for row in rows],
        "author": author.name if author and first.is_from_ended else "",
    }


def _report(row: Held) -> dict[str, Any]:
    """Return the month of a report and those of its numbers that are not zero, with their labels."""
    if row.type != "report":
        return {}
    values, tag = row.data["values"], language_tag()
    measures = [measure for one in forms([row.data["form"]]).values() for measure in one.measures]
    numbers = [f"{in_language(m.short, tag)} {values[m.code]}" for m in measures if values.get(m.code)]
    return {"month": Month.parse(row.data["month"]), "numbers": numbers}


@blueprint.post("/handed-over")
def decide() -> BaseResponse:
    """Take over, or leave aside, what was held."""
    asked = [one for one in request.form.getlist("record") if is_id(one)]
    with transaction():
        mine = queries.opened(asked)
        for unit_id, kind in {(row.unit_id, row.type) for row in mine}:
            reach(unit_id, action_on(kind))
        if request.form.get("choice") != "take":
            service.decline(mine, current_actor())
            return see_other("/app/handed-over?said=declined")
        results = service.take(mine, current_actor(), TYPES)
    refused = [problem for result in results.values() for problem in _problems(result)]
    if refused:
        return _waiting_page(problems_by_field(refused), Invalid.status)
    return see_other("/app/handed-over?said=taken")


def _problems(result: Result) -> Sequence[Problem]:
    return () if result.is_kept else result.problems or [Problem("record", "newer", NEWER)]
