"""Pages on which an office makes a survey: its form from a file, whom to ask, opening and closing it."""

import io
import secrets
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from openpyxl import Workbook
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.rules import may
from webapp.access.service import current_actor
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import N_, Invalid, NotFound, Problem
from webapp.core.fields import load, plain_text
from webapp.core.files import MOST_BYTES, TOO_LARGE, XLSX
from webapp.core.tables import read_book
from webapp.core.web import page, problems_by_field, see_other, sent_file
from webapp.orgs import queries as orgs
from webapp.polling.queries import frame, lent, reachable, strata
from webapp.polling.schemas import PlaceSchema, SampleSchema, SurveySchema
from webapp.questionnaires import queries as examples
from webapp.questionnaires.rules import Questionnaire
from webapp.questionnaires.schemas import read_form
from webapp.surveys import queries, service
from webapp.surveys.models import Survey
from webapp.surveys.rules import (
    CLOSED,
    KINDS,
    LONGEST_RUN,
    MOST_INVITED,
    NO_FRAME,
    NO_SAMPLE,
    PAST,
    WITH_ANSWERS,
    plan_of,
    sampled,
    standing,
)
from webapp.xlsform.schemas import Fault

blueprint = Blueprint("polling", __name__, url_prefix="/app/surveys")

MOST_ROWS = 2000
NO_FILE = Problem("file", "required", N_("请选一个 XLSX 文件。"))
NOT_XLSX = Problem("file", "xlsx", N_("请用 XLSX 文件：一个工作簿里有 survey、choices、settings 三个工作表。"))


class Faulty(Invalid):
    """A file that is no form, with all that is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        """Take the `faults`, at least one."""
        super().__init__([faults[0].problem])
        self.faults = faults


@blueprint.get("")
def listing() -> Response:
    """Show the surveys of one's own office and of those under it, and the open ones of offices above."""
    actor, today = current_actor(), clock.today()
    rows = [(one, name, standing(one.state, one.until, today)) for one, name in queries.surveys_for(actor.unit_path)]
    return page("polling/list.html", rows=rows, kinds=KINDS, closed=CLOSED, nav_current="people")


@blueprint.get("/new")
def new() -> Response:
    """Show how a form must look, and ask for one."""
    return _form_page(None, {})


@blueprint.get("/example.xlsx")
def example() -> Response:
    """Send a form as an example, to be changed."""
    book, content = Workbook(), io.BytesIO()
    for name, rows in examples.example().items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])  # the empty one that every new book has
    book.save(content)
    response = Response(content.getvalue(), content_type=XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="survey-example.xlsx"'
    return response


@blueprint.post("/new")
def add() -> BaseResponse:
    """Store a survey of one's own office from a file; nothing is stored when anything is wrong."""
    actor = current_actor()
    try:
        data, form = _sent()
    except Invalid as error:
        return _form_page(None, request.form.to_dict(), error)
    with transaction():
        made = service.create(actor.unit_id, data["kind"], form, data["until"], actor_id=actor.account_id)
    return see_other(f"/app/surveys/{made}?said=created")


@blueprint.get("/<uuid:survey_id>/form")
def ask_form(survey_id: UUID) -> Response:
    """Ask for another file: while a survey is a draft in place of its form, later as a further version."""
    survey, _ = reachable(str(survey_id), current_actor(), "survey.write")
    return _form_page(survey, {"kind": survey.kind, "until": max(survey.until, clock.today()).isoformat()})


@blueprint.post("/<uuid:survey_id>/form")
def set_form(survey_id: UUID) -> BaseResponse:
    """Take another file."""
    actor = current_actor()
    survey, _ = reachable(str(survey_id), actor, "survey.write")
    try:
        data, form = _sent(survey.kind)
    except Invalid as error:
        return _form_page(survey, request.form.to_dict(), error)
    with transaction():
        survey, unit = reachable(str(survey_id), actor, "survey.write")
        made, who = survey.id, actor.account_id
        if survey.state == "draft":
            service.set_form(survey, form, data["until"], actor_id=who)
        else:
            made = service.create(unit.id, survey.kind, form, data["until"], actor_id=who, after=survey)
    return see_other(f"/app/surveys/{made}?said=changed")


def _sent(kind: str | None = None) -> tuple[dict[str, Any], Questionnaire]:
    """Return what was said about a survey, and its form. Raises Invalid, Faulty for what is wrong in the file."""
    file = sent_file(MOST_BYTES, TOO_LARGE)
    typed = {"kind": kind or request.form.get("kind", ""), "until": plain_text(request.form.get("until", ""))}
    data, problems = load(SurveySchema(), typed)
    today = clock.today()
    if not problems and not today <= data["until"] <= today + LONGEST_RUN:
        problems = [PAST]
    if not file:
        problems = [*problems, NO_FILE]
    elif not (file.filename or "").lower().endswith(".xlsx"):
        problems = [*problems, NOT_XLSX]
    if problems or not file:
        raise Invalid(problems)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xlsx"
        file.save(path)
        form, faults = read_form(read_book(path, MOST_ROWS), has_answers=data["kind"] in WITH_ANSWERS)
    if form is None:
        raise Faulty(faults)
    return data, form


def _form_page(survey: Survey | None, typed: dict[str, str], error: Invalid | None = None) -> Response:
    faults = error.faults if isinstance(error, Faulty) else []
    problems = problems_by_field(error.problems) if error and not faults else {}
    return page(
        "polling/form.html", 422 if error else 200, survey=survey, typed=typed, faults=faults, problems=problems,
        kinds=KINDS, nav_current="people",
    )  # fmt: skip


@blueprint.get("/<uuid:survey_id>")
def show(survey_id: UUID) -> Response:
    """Show a survey: what it asks, whom, by which codes, and what can be done next."""
    survey, _ = lent(str(survey_id), current_actor(), "survey.read")
    return _page(survey, {}, {})


def _page(survey: Survey, wrong: dict[str, Any], typed: dict[str, str]) -> Response:
    unit, actor = orgs.unit(survey.unit_id), current_actor()
    places, codes = strata(unit), queries.places(survey.id)
    sizes = queries.invited(survey.id)
    invited = {one.id: sizes[one.id] for one in sorted(orgs.units(sizes).values(), key=lambda one: one.code or "")}
    is_own = unit.path.startswith(actor.unit_path)
    return page(
        "polling/show.html", 422 if wrong else 200, survey=survey, unit=unit, kinds=KINDS, form=queries.form_of(survey),
        stands=standing(survey.state, survey.until, clock.today()), invited=invited, strata=places,
        units=orgs.units([*invited, *(one.unit_id for one in codes), unit.id]), codes=codes,
        versions=queries.versions(survey.series), answered=queries.answered(survey.id),
        wrong=wrong, typed=typed, said=request.args.get("said"), is_own=is_own,
        may_write=is_own and may(actor.role, "survey.write"), nav_current="people",
        may_ask=may(actor.role, "survey.write"), actor_unit=actor.unit_id,
    )  # fmt: skip


@blueprint.post("/<uuid:survey_id>/sample")
def draw(survey_id: UUID) -> BaseResponse:
    """Draw whom to invite, by a seed, and make the invitations."""
    actor = current_actor()
    survey, unit = reachable(str(survey_id), actor, "survey.write")
    typed = request.form.to_dict()
    data, problems = load(SampleSchema(), {**typed, "size": plain_text(typed.get("size", ""))})
    places = strata(unit)
    homes = frame(unit, places) if data.get("basis") == "register" else {one.id: [] for one in places}
    problems = problems or _problems_with_size(data, homes)
    if problems:
        return _page(survey, {"sample": problems_by_field(problems)}, typed)
    seed = data.get("seed") or secrets.token_hex(8)
    if data["basis"] == "register":
        doors = sampled(seed, homes, data["size"])
        sizes = {place: len(ids) for place, ids in doors.items()}
    else:
        doors, sizes = {}, {one.id: data["size"] for one in places}
    given = {"seed": seed, "basis": data["basis"], "how": data["how"], "on": clock.today().isoformat()}
    with transaction():
        survey, _ = reachable(str(survey_id), actor, "survey.write")
        service.invite(survey, plan_of(homes, sizes, **given), doors, actor_id=actor.account_id)
    return see_other(f"/app/surveys/{survey_id}?said=drawn")


def _problems_with_size(data: dict[str, Any], homes: dict[str, list[str]]) -> list[Problem]:
    least, most = sum(map(bool, homes.values())), sum(map(len, homes.values()))
    if data["basis"] == "each":
        least, most = 1, MOST_INVITED // max(len(homes), 1)
    elif not most:
        return [NO_FRAME]
    limits = {"least": least, "most": min(most, MOST_INVITED)}
    return [] if least <= data["size"] <= limits["most"] else [NO_SAMPLE._replace(params=limits)]


@blueprint.post("/<uuid:survey_id>/places")
def add_place(survey_id: UUID) -> BaseResponse:
    """Make a code that hangs somewhere."""
    actor = current_actor()
    survey, unit = reachable(str(survey_id), actor, "survey.write")
    typed = request.form.to_dict()
    data, problems = load(PlaceSchema(), typed)
    where = orgs.units([data.get("unit", unit.id)]).get(data.get("unit", unit.id)) if data else None
    if data and (where is None or not where.path.startswith(unit.path)):
        raise NotFound
    if problems or where is None:
        return _page(survey, {"place": problems_by_field(problems)}, typed)
    unit_id = where.id
    with transaction():
        survey, _ = reachable(str(survey_id), actor, "survey.write")
        who, name = actor.account_id, data["name"]
        service.add_place(survey, unit_id, name, is_listed=data["is_listed"], actor_id=who)
    return see_other(f"/app/surveys/{survey_id}?said=place")


@blueprint.post("/<uuid:survey_id>/open")
def open_(survey_id: UUID) -> BaseResponse:
    """Take answers from now on."""
    actor = current_actor()
    try:
        with transaction():
            survey, _ = reachable(str(survey_id), actor, "survey.write")
            service.open_(survey, actor_id=actor.account_id)
    except Invalid as error:
        survey, _ = reachable(str(survey_id), actor, "survey.write")
        return _page(survey, {"open": problems_by_field(error.problems)}, {})
    return see_other(f"/app/surveys/{survey_id}?said=opened")


@blueprint.post("/<uuid:survey_id>/close")
def close(survey_id: UUID) -> BaseResponse:
    """Take no more answers; results can be seen from then on."""
    actor = current_actor()
    with transaction():
        survey, _ = reachable(str(survey_id), actor, "survey.write")
        service.close(survey, actor_id=actor.account_id)
    return see_other(f"/app/surveys/{survey_id}?said=closed")
