"""Pages on which residents answer: which surveys there are, one page of questions after the other, thanks."""

from hmac import compare_digest

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import NotFound, Problem, TooMany
from webapp.core.fields import typed_count
from webapp.core.spoken import language_tag
from webapp.core.stamps import ODD, TRAP, TRAPPED, problem_with_stamp, second_of, stamped
from webapp.core.web import page, problems_by_field, see_other
from webapp.offices.queries import office_at, place_asked_for
from webapp.orgs import queries as orgs
from webapp.questionnaires.rules import Texts, text_in
from webapp.surveys import queries, service
from webapp.surveys.models import Survey
from webapp.surveys.queries import Behind
from webapp.surveys.rules import BUSY, OPEN, PLACE, score, standing
from webapp.surveys.schemas import PREFIX, Step, typed_in, walk

blueprint = Blueprint("surveys", __name__)


class Unknown(NotFound):
    """A code that leads to no survey."""


@blueprint.app_template_filter("words_any")
def words_any(texts: Texts) -> str:
    """Return the one of `texts` (by language) that is the reader's, else any; "" when there are none."""
    return text_in(texts, language_tag())


@blueprint.get("/surveys")
def listing() -> Response:
    """Show the surveys that anybody at a place may answer."""
    place = place_asked_for()
    return page("surveys/list.html", place=place, found=queries.open_at(place.path, clock.today()))


@blueprint.get("/surveys/<token>")
@blueprint.get("/s/<token>")
@blueprint.get("/S/<token>")
def show(token: str) -> Response:
    """Show the first questions of the survey that a code leads to, or why there are none."""
    return _first(token, _find(token))


def _first(token: str, found: Behind) -> Response:
    if why := _why_not(found):
        return page("surveys/over.html", why=why)
    return _page(token, found, walk(queries.form_of(found.survey), {}, 0, "start"))


def _find(token: str) -> Behind:
    """Return what a code leads to. Raises Unknown, and TooMany for who asks for many that lead nowhere."""
    address = request.remote_addr or ""
    service.check_guesses(address)
    found = queries.behind(token)
    if found is None:
        with transaction():
            service.note_guess(address)
        raise Unknown
    return found


@blueprint.errorhandler(Unknown)
def unknown(error: Unknown) -> Response:
    """Say that a code leads nowhere."""
    return page("surveys/over.html", error.status, why="unknown")


@blueprint.errorhandler(TooMany)
def busy(error: TooMany) -> Response:
    """Say that too many codes were asked for from here."""
    return page("surveys/over.html", error.status, why="busy")


def _why_not(found: Behind) -> str:
    """Return why nobody can answer by this code now: `used`, `closed` or `draft`; "" when somebody can."""
    stands = standing(found.survey.state, found.survey.until, clock.today())
    return "used" if found.is_used else "" if stands == OPEN else stands


@blueprint.post("/surveys/<token>")
@blueprint.post("/s/<token>")
@blueprint.post("/S/<token>")
def answer(token: str) -> BaseResponse:
    """Take a page of answers; after the last one, add them to the counts."""
    found = _find(token)
    if _why_not(found):
        return _first(token, found)
    form = queries.form_of(found.survey)
    typed = typed_in(form, request.form.getlist)
    at = typed_count(request.form.get("at", ""))
    step = walk(form, typed, at if isinstance(at, int) else 0, request.form.get("go", "next"))
    if not step.is_done:
        return _page(token, found, step)
    if problem := _problem_with_sender(token):
        return _page(token, found, step._replace(problems=[problem]))
    return _taken(token, found, step)


def _taken(token: str, found: Behind, step: Step) -> BaseResponse:
    address = request.remote_addr or ""
    try:
        service.check_answers(address, token if found.channel == PLACE else "")
    except TooMany:
        return _page(token, found, step._replace(problems=[BUSY]), TooMany.status)
    with transaction():  # apart from the answer, so that no line with a time stands beside it
        service.note_answer(address, token if found.channel == PLACE else "")
    try:
        with transaction():
            survey = queries.survey(found.survey.id) or found.survey
            service.answer(survey, found.unit_id, found.channel, step.answers, found.token_hash)
    except (service.Used, service.NotOpen):
        return show(token)
    right, of = score(queries.form_of(found.survey), step.answers)
    if found.survey.kind != "quiz" or not of:
        return see_other(f"/surveys/{token}/thanks")
    if found.token_hash:  # what a card's holder knows stands in no address; sent again, the card is used
        return _thanks(found.survey, (right, of), is_told=True)
    mark = service.mark_of_score(token, right, of)
    return see_other(f"/surveys/{token}/thanks?right={right}&of={of}&mark={mark}")


def _problem_with_sender(token: str) -> Problem | None:
    if request.form.get(TRAP):
        return TRAPPED
    stamp = request.form.get("stamp", "")
    return problem_with_stamp(stamp, service.mark_of(second_of(stamp), token), clock.now())


@blueprint.get("/surveys/<token>/thanks")
def thanks(token: str) -> Response:
    """Thank somebody who has answered; of a quiz, only they are told what is right and why."""
    found = _find(token)
    if found.token_hash and not found.is_used:
        return _first(token, found)
    score_told = _score_told(token)
    return _thanks(found.survey, score_told, is_told=found.is_used or score_told is not None)


def _score_told(token: str) -> tuple[int, int] | None:
    """Return the score in the address, None where it is not the one that this site told somebody who has answered."""
    right, of = (typed_count(request.args.get(name, "")) for name in ("right", "of"))
    if not isinstance(right, int) or not isinstance(of, int):
        return None
    mark = request.args.get("mark", "").encode("utf-8", "replace")
    return (right, of) if compare_digest(mark, service.mark_of_score(token, right, of).encode()) else None


def _thanks(survey: Survey, score_told: tuple[int, int] | None, *, is_told: bool) -> Response:
    is_marked = is_told and survey.kind == "quiz"
    marked = [q for q in queries.form_of(survey).questions if q.answer] if is_marked else []
    return page("surveys/thanks.html", survey=survey, marked=marked, score=score_told)


def _page(token: str, found: Behind, step: Step, status: int = 422) -> Response:
    unit = orgs.unit(found.survey.unit_id)
    response = page(
        "surveys/answer.html", status if step.problems else 200, token=token, survey=found.survey, step=step,
        is_first=step.at == 0, prefix=PREFIX, stamp=_stamp(token), trap=TRAP, office=office_at(unit.path), unit=unit,
        problems=problems_by_field(step.problems), is_card=found.token_hash is not None,
    )  # fmt: skip
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _stamp(token: str) -> str:
    """Return the stamp of the form: the one it had, if that is good, so that it counts from the first page."""
    had, now = request.form.get("stamp", ""), clock.now()
    if problem_with_stamp(had, service.mark_of(second_of(had), token), now) is not ODD:
        return had
    return stamped(now, service.mark_of(str(int(now.timestamp())), token))
