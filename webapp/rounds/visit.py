"""Pages of visits: noting, showing, changing, withdrawing. The phone saves first; these work without script."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from flask import Blueprint, Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.rules import may
from webapp.access.service import current_actor
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import AppError, NotFound, Problem, say
from webapp.core.ids import is_id, new_id
from webapp.core.period import Month
from webapp.core.spoken import month_text, words
from webapp.core.web import STATUS, base_version, page, problems_by_field, see_other
from webapp.events import queries as events
from webapp.forms.queries import form_in_force, service_label, services_on
from webapp.forms.rules import Source
from webapp.households.queries import as_data
from webapp.intake.rules import Incoming, Result
from webapp.rounds.common import (
    UNHEARD,
    Row,
    find_household,
    find_visit,
    may_mend,
    place_of,
    visit_told,
    why_counted,
)  # fmt: skip
from webapp.visits import queries
from webapp.visits.schemas import CHANGES, events_from_form, leaves, needs_from_form, visit_from_form
from webapp.visits.service import Unkept, keep_together

blueprint = Blueprint("visits", __name__, url_prefix="/app")

TYPED = ("outcome", "date", "not_before", "follow_up", "promised", "note", "whole", *CHANGES)
OWN_FIELDS = frozenset({"date", "promised"})


@blueprint.get("/households/<uuid:household_id>/visit")
def new(household_id: UUID) -> Response:
    """Show the form of a visit: an empty one, or with `?visit=` one that is to be changed."""
    try:
        household = find_household(str(household_id))
    except NotFound:
        return page("visits/form.html", 404, **UNHEARD)  # the phone may hold what has not arrived yet
    asked = request.args.get("visit", "")
    if not is_id(asked):
        return _form(household, {"id": new_id(), "date": clock.today().isoformat()})
    row, _ = find_visit(asked)
    return _form(household, {**visit_told(row), "id": row["id"], "base_version": row["version"]})


@blueprint.post("/households/<uuid:household_id>/visit")
def note(household_id: UUID) -> BaseResponse:
    """Take a visit with what came of it, all or nothing; of one that is changed only the visit itself."""
    household = find_household(str(household_id))
    typed_id, base = request.form.get("id", ""), base_version()
    visit_id = typed_id if is_id(typed_id) else new_id()
    try:
        _keep(_records(household, visit_id, base))
    except Unkept as refusal:
        return _refused(household, visit_id, refusal.results)
    return see_other(f"/app/visits/{visit_id}" if base else f"/app/round?said=visit&after={household['id']}")


def _records(household: Row, visit_id: str, base: int) -> list[tuple[str, Incoming]]:
    """Return what the form makes, by the field it stands at. Posted twice it makes the same: ids follow the visit's."""
    typed, topics = request.form, request.form.getlist("topics")
    unit_id, household_id = household["unit_id"], household["id"]
    if base:  # entries and needs of a visit that is changed stand on pages of their own; it counts where it was made
        stored, _ = find_visit(visit_id)
        topics, unit_id = stored["topics"], stored["unit_id"]
    visit = Incoming(visit_id, "visit", base, clock.now(), visit_from_form(typed, topics, unit_id, household_id))
    if base:
        return [("", visit)]
    made = {("event", name): data for name, data in events_from_form(typed, topics, unit_id, visit_id).items()}
    asked = needs_from_form(typed, request.form.getlist("needs"), unit_id, household_id, visit_id)
    made |= {("need", name): data for name, data in asked.items()}
    others = [
        (name, Incoming(str(uuid5(UUID(visit_id), name)), kind, 0, clock.now(), data))
        for (kind, name), data in made.items()
    ]
    return [("", visit), *others, *_left(household)]


def _left(household: Row) -> list[tuple[str, Incoming]]:
    """Return the household with the day it left, when the form says that it has gone as a whole; counted it is once."""
    if household["left_on"] or not leaves(request.form):
        return []
    data = {**as_data(household), "left_on": request.form.get("date", "")}
    return [("move_out", Incoming(household["id"], "household", household["version"], clock.now(), data))]


def _keep(records: Sequence[tuple[str, Incoming]]) -> None:
    with transaction():
        keep_together([record for _, record in records], current_actor())


def _refused(household: Row, visit_id: str, results: Sequence[Result]) -> Response:
    """Show the form as it was typed, with what is wrong at its fields."""
    fields = [name for name, _ in _records(household, visit_id, base_version())]
    found = [
        problem._replace(field=_field_on_page(name, problem.field))
        for name, result in zip(fields, results, strict=True)
        for problem in result.problems
    ]
    wrong = next(result for result in results if not result.is_kept)
    typed = {name: request.form.get(name, "") for name in TYPED}
    typed |= {name: request.form.getlist(name) for name in ("topics", "needs")}  # type: ignore[misc]
    about = {"id": visit_id, "base_version": wrong.version if wrong.outcome == "stale" else base_version()}
    return _form(household, {**typed, **about}, STATUS[wrong.outcome], found, outcome=wrong.outcome)


def _field_on_page(name: str, field: str) -> str:
    """Return where a problem stands: those of entries and needs at what made them, but for the days they share."""
    if not name:
        return field
    return "date" if field == "opened" else field if field in OWN_FIELDS else name.partition(":")[0]


def _form(household: Row, visit: Row, status: int = 200, problems: Sequence[Problem] = (), **context: Any) -> Response:
    return page(
        "visits/form.html", status, household=place_of(household), visit=visit, problems=problems_by_field(problems),
        services=_services(household.get("needs") or ()), today=clock.today().isoformat(), **context,
    )  # fmt: skip


def _services(wished: Sequence[str]) -> list[tuple[str, str]]:
    """Return the kinds of service that can be noted today; what the household wished for comes first."""
    known = services_on(clock.today())
    return [(row["code"], words(row["label"])) for row in sorted(known, key=lambda row: row["code"] not in wished)]


@blueprint.get("/visits/<uuid:visit_id>")
def show(visit_id: UUID) -> Response:
    """Show a visit, what it moved in the month's report, and the needs that came of it."""
    try:
        row, household = find_visit(str(visit_id))
    except NotFound:
        return page("visits/show.html", 404, **UNHEARD)
    told, counted = visit_told(row), why_counted(row)
    is_open = not counted and may_mend(row)
    who = queries.names_of([row["author_id"]]).get(row["author_id"], "")
    asked = [need for need in queries.needs_at([row["household_id"]]) if need["visit_id"] == row["id"]]
    return page(
        "visits/show.html", visit={**told, "id": row["id"], "facts": _facts(told, who)}, moved=_moved(row, asked),
        household=place_of(household), needs=queries.need_lines(asked),
        month=month_text(row["month"]), counted=counted, changeable=is_open, withdraws=is_open,
    )  # fmt: skip


def _facts(told: Row, who: str) -> list[tuple[str, str]]:
    topics = "、".join(service_label(code) for code in told.get("topics", ()))
    rows = [(gettext("日期"), told["date"]), (gettext("谁去的"), who), (gettext("说了什么"), topics)]
    rows += [(gettext("哪天再来"), told.get("follow_up")), (gettext("这一天以前不再来"), told.get("not_before"))]
    return [(label, value) for label, value in rows if value]


def _moved(row: Row, asked: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the numbers of the month's report that a visit is in, and by how much."""
    month = Month.from_int(row["month"])
    try:
        measures = form_in_force("monthly", month).measures
    except AppError:
        return []
    counts = {"visits": int(queries.decides(row)), "needs": len(asked)}
    noted = events.events_of_visit(row["unit_id"], row["id"])
    moved = [(measure, _amount(measure.source, row, noted, counts)) for measure in measures]
    url = _report_url(row)
    return [
        {"id": m.code, "label": words(m.label), "value": f"+{n}", "url": url, "remark": month_text(month)}
        for m, n in moved
        if n
    ]


def _amount(source: Source, row: Row, noted: Sequence[Row], counts: Mapping[str, int]) -> int:
    if source.kind == "events":
        mine = [e for e in noted if e["kind"] == source.event and source.service in ("", e["service"])]
        return sum(1 if source.sum == "count" else int(e[source.sum]) for e in mine)
    if source.kind == "visits" and source.outcome != row["outcome"]:
        return 0
    return counts.get(source.kind, 0)


def _report_url(row: Row) -> str:
    month = row["month"]
    role = current_actor().role
    if may(role, "report.write"):
        return f"/app/report/{month}"
    return (
        f"/app/reports/{row['unit_id']}/{month}"
        if may(role, "review.read")
        else f"/app/households/{row['household_id']}"
    )


@blueprint.get("/visits/<uuid:visit_id>/withdraw")
def ask(visit_id: UUID) -> Response:
    """Ask before a visit is withdrawn, and what is to become of the entries and needs that came of it."""
    return _question(*find_visit(str(visit_id)))


@blueprint.post("/visits/<uuid:visit_id>/withdraw")
def withdraw(visit_id: UUID) -> BaseResponse:
    """Withdraw a visit together with what was chosen of all that came of it, or nothing."""
    (row, household), chosen = find_visit(str(visit_id)), set(request.form.getlist("with"))
    records = [("", _without("visit", row, queries.visit_data(row)))]
    records += [("", _without(kind, each, data)) for kind, each, data in _came_of(row) if each["id"] in chosen]
    try:
        _keep(records)
    except Unkept as refusal:
        return _question(row, household, [say(problem) for result in refusal.results for problem in result.problems])
    return see_other(f"/app/households/{row['household_id']}")


def _came_of(row: Row) -> list[tuple[str, Row, dict[str, Any]]]:
    asked = [need for need in queries.needs_at([row["household_id"]]) if need["visit_id"] == row["id"]]
    came = events.events_of_visit(row["unit_id"], row["id"])
    noted = [("event", event, events.as_data(event)) for event in came]
    return [*noted, *(("need", need, queries.need_data(need)) for need in asked)]


def _without(kind: str, row: Row, data: Mapping[str, Any]) -> Incoming:
    sent = {name: value for name, value in data.items() if name not in ("month", "late")}
    return Incoming(row["id"], kind, row["version"], clock.now(), sent, deleted=True)


def _question(row: Row, household: Row, problems: Sequence[str] = ()) -> Response:
    lines = [
        {"id": each["id"], "kind": kind, "row": each, "counted": bool(why_counted(each))}
        for kind, each, _ in _came_of(row)
    ]
    return page(
        "visits/withdraw.html", 422 if problems else 200, visit={**visit_told(row), "id": row["id"]}, lines=lines,
        household=place_of(household), problems=list(dict.fromkeys(problems)),
    )  # fmt: skip
