"""Pages and files of what came of a survey, seen when it is over: earlier, two looks would tell one answer."""

import io
from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, Response
from flask_babel import gettext
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from webapp.access.service import current_actor
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import NotFound
from webapp.core.files import XLSX
from webapp.core.spoken import language_tag
from webapp.core.web import page
from webapp.exports.rules import Cell, as_csv, neutral
from webapp.ledger.service import record
from webapp.orgs.models import Unit
from webapp.polling.queries import asked, is_over, places_for, reachable
from webapp.polling.rules import Results, Share, label_of, results, told
from webapp.questionnaires.rules import Question, text_in
from webapp.surveys import queries
from webapp.surveys.models import Survey
from webapp.surveys.rules import BLANK, standing

blueprint = Blueprint("polling_results", __name__, url_prefix="/app/surveys")

ROADS = (("invited", False), ("open", True))


@blueprint.get("/<uuid:survey_id>/results")
def show(survey_id: UUID) -> Response:
    """Show what came of a survey, apart for those who were drawn and for whoever used a code on a wall."""
    survey, unit = reachable(str(survey_id), current_actor(), "survey.read")
    over = is_over(standing(survey.state, survey.until, clock.today()))
    return page(
        "polling/results.html", survey=survey, unit=unit, is_over=over,
        roads=_roads(survey, unit) if over else [], label=_label, nav_current="people",
        has_texts=any(question.kind == "text" for question in queries.form_of(survey).questions),
        is_own=current_actor().unit_id == unit.id,
    )  # fmt: skip


def _roads(survey: Survey, unit: Unit, least: int = 0) -> list[tuple[str, Results]]:
    """Return the results by each road that there is and by which at least so many answered."""
    form, found = queries.form_of(survey), []
    for name, by_place in ROADS:
        came = asked(survey, by_place=by_place)
        if came.answered and sum(came.answered.values()) >= least:
            found.append((name, results(form, came, places_for(survey, came), unit.id)))
    return found


def _label(question: Question, column: str) -> str:
    """Return the words over a column, in the reader's language."""
    if column == BLANK:
        return str(gettext("没有答"))
    label = label_of(question, column)
    return label if isinstance(label, str) else text_in(label, language_tag())


@blueprint.get("/<uuid:survey_id>/results.csv")
def as_table(survey_id: UUID) -> Response:
    """Send what the page shows as CSV."""
    response = Response(as_csv(_taken(survey_id)), content_type="text/csv; charset=utf-8")
    return _file(response, f"survey-{survey_id}.csv")


@blueprint.get("/<uuid:survey_id>/results.xlsx")
def as_book(survey_id: UUID) -> Response:
    """Send what the page shows as XLSX."""
    book, content = Workbook(), io.BytesIO()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in _taken(survey_id):
        sheet.append([neutral(cell) for cell in row])
    book.save(content)
    return _file(Response(content.getvalue(), content_type=XLSX), f"survey-{survey_id}.xlsx")


def _taken(survey_id: UUID) -> list[list[Cell]]:
    """Return the rows of a file, once it is written down who took it. Raises NotFound while answers come in."""
    survey, unit = reachable(str(survey_id), current_actor(), "survey.read")
    if not is_over(standing(survey.state, survey.until, clock.today())):
        raise NotFound
    rows = list(_rows(_roads(survey, unit)))
    with transaction():
        who, detail = current_actor().account_id, {"kind": "survey"}
        record("export.taken", "survey", str(survey_id), actor_id=who, unit_id=unit.id, detail=detail)
    return rows


def _rows(roads: Iterable[tuple[str, Results]]) -> Iterable[list[Cell]]:
    heads = ("来路", "题", "单位", "选项", "发卡", "答卷", "人数", "占比", "区间下限", "区间上限")
    yield [gettext(head) for head in heads]
    names = {"invited": gettext("抽样"), "open": gettext("张贴的码")}
    for road, found in roads:
        for row in found.rows:
            yield [names[road], "", row.name, "", row.invited, row.n, None, None, None, None]
        for table in found.tables:
            title = text_in(table.question.label, language_tag())
            for row in table.rows:
                for column, share in zip(table.columns, row.shares, strict=True):
                    label = _label(table.question, column)
                    yield [names[road], title, row.name, label, row.invited, row.n, *_numbers(share)]


def _numbers(share: Share | None) -> list[Cell]:
    """Return the numbers of a share, percentages with one decimal; blanks for what is not shown."""
    if share is None:
        return [None] * 4
    return [share.hits, *(f"{100 * part:.1f}%" for part in (share.part, share.low, share.high))]


def _file(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@blueprint.get("/<uuid:survey_id>/texts")
def texts(survey_id: UUID) -> Response:
    """Show what people wrote, by question and letter, to the office that asks and nobody else."""
    survey, unit = reachable(str(survey_id), current_actor(), "survey.texts")
    if current_actor().unit_id != unit.id or not is_over(standing(survey.state, survey.until, clock.today())):
        raise NotFound
    said, form = queries.texts(survey.id), queries.form_of(survey)
    may_be_read = told(form, [found for _, found in _roads(survey, unit, least=1)])
    found = [(one, said[one.name]) for one in form.questions if one.name in said and one.name in may_be_read]
    return page("polling/texts.html", survey=survey, unit=unit, found=found, nav_current="people")
