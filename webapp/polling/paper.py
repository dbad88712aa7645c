"""What an office prints for a survey: cards with a code each, a poster, the list of doors; and asking by telephone."""

from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import current_actor
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import NotFound
from webapp.core.fields import typed_count
from webapp.core.ids import is_id
from webapp.core.qr import Drawing, draw
from webapp.core.web import page, problems_by_field, see_other
from webapp.households import queries as households
from webapp.households.rules import address_text, sort_key
from webapp.ledger.service import record
from webapp.orgs import queries as orgs
from webapp.orgs.models import Unit
from webapp.polling.queries import lent
from webapp.surveys import queries, service
from webapp.surveys.models import Survey
from webapp.surveys.rules import OPEN, PHONE, printed_address, standing, token_hash
from webapp.surveys.schemas import PREFIX, Step, typed_in, walk

blueprint = Blueprint("polling_paper", __name__, url_prefix="/app/surveys")

AT_ONCE = 120  # cards on one page of the browser: ten sheets
LEVEL = "Q"


class Door(NamedTuple):
    """A household that was drawn: its id, its address, for which place."""

    id: str
    address: str
    place: str


def _lent(survey_id: UUID, action: str = "survey.write") -> tuple[Survey, Unit]:
    """Return a survey in which the asker helps. Raises NotFound also when it takes no answers now."""
    survey, unit = lent(str(survey_id), current_actor(), action)
    if standing(survey.state, survey.until, clock.today()) != OPEN:
        raise NotFound
    return survey, unit


def _place(survey: Survey) -> Unit:
    """Return the place with invitations that `?unit=` names, the first in reach without it. Raises NotFound."""
    actor, invited = current_actor(), queries.invited(survey.id)
    asked = request.args.get("unit") or request.form.get("unit", "")
    found = [one for one in orgs.units(invited).values() if one.path.startswith(actor.unit_path)]
    wanted = (
        [one for one in found if one.id == asked] if is_id(asked) else sorted(found, key=lambda one: one.code or "")
    )
    if not wanted:
        raise NotFound
    return wanted[0]


@blueprint.get("/<uuid:survey_id>/cards")
def cards(survey_id: UUID) -> Response:
    """Show the cards of a place that nobody has used, to be printed. They carry no number and look all alike."""
    survey, unit = _lent(survey_id)
    place = _place(survey)
    if (survey.plan or {}).get("how") == PHONE:
        raise NotFound
    left = queries.unused(survey.id, place.id)
    tokens = sorted(token for token in service.tokens(survey, place.id) if token_hash(token) in left)
    part, parts = _part(len(tokens))
    shown = [_drawing(token) for token in tokens[(part - 1) * AT_ONCE : part * AT_ONCE]]
    if shown:
        detail = {"count": len(shown)}
        with transaction():
            record(
                "survey.printed",
                "survey",
                survey.id,
                actor_id=current_actor().account_id,
                unit_id=place.id,
                detail=detail,
            )
    return page(
        "polling/cards.html", survey=survey, unit=unit, place=place, cards=shown, part=part, parts=parts,
        total=len(tokens), nav_current="people",
    )  # fmt: skip


def _part(total: int) -> tuple[int, int]:
    parts = max(1, -(-total // AT_ONCE))
    return min(max(request.args.get("part", 1, type=int), 1), parts), parts


def _drawing(token: str) -> Drawing:
    return draw(printed_address(request.host_url, token), LEVEL)


@blueprint.get("/<uuid:survey_id>/posters/<uuid:place_id>")
def poster(survey_id: UUID, place_id: UUID) -> Response:
    """Show the poster with a code that everybody may use, to be printed."""
    survey, unit = lent(str(survey_id), current_actor(), "survey.read")
    found = queries.place(str(place_id))
    if found is None or found.survey_id != survey.id:
        raise NotFound
    return page(
        "polling/poster.html",
        survey=survey,
        unit=unit,
        place=found,
        drawing=_drawing(found.token),
        nav_current="people",
    )


@blueprint.get("/<uuid:survey_id>/doors")
def doors(survey_id: UUID) -> Response:
    """Show the doors that were drawn where the asker knows households, in walking order."""
    survey, unit = _lent(survey_id)
    actor = current_actor()
    if actor.role != "officer":
        raise NotFound
    drawn = queries.doors(survey.id, actor.unit_path)
    homes = sorted(households.households(list(drawn)).values(), key=lambda row: sort_key(row["address"]))
    units = orgs.units(set(drawn.values()))
    found = [
        Door(row["id"], address_text(row["address"]), units[drawn[row["id"]]].name)
        for row in homes
        if not row["left_on"]
    ]
    return page("polling/doors.html", survey=survey, unit=unit, doors=found, nav_current="people")


@blueprint.get("/<uuid:survey_id>/interview")
def ask(survey_id: UUID) -> Response:
    """Show the questions to somebody who asks them by telephone, or reads them to who holds a card."""
    survey, _ = _lent(survey_id)
    return _interview(survey, _place(survey), walk(queries.form_of(survey), {}, 0, "start"))


@blueprint.post("/<uuid:survey_id>/interview")
def take(survey_id: UUID) -> BaseResponse:
    """Take a page of answers that were given by telephone; who typed them is not written down."""
    survey, _ = _lent(survey_id)
    place, form = _place(survey), queries.form_of(survey)
    typed, at = typed_in(form, request.form.getlist), typed_count(request.form.get("at", ""))
    step = walk(form, typed, at if isinstance(at, int) else 0, request.form.get("go", "next"))
    if not step.is_done:
        return _interview(survey, place, step)
    unit_id = place.id
    try:
        with transaction():
            survey, _ = _lent(survey_id)
            service.answer(survey, unit_id, PHONE, step.answers, service.any_left(survey, unit_id))
    except service.Used:
        return see_other(f"/app/surveys/{survey_id}?said=none_left")
    return see_other(f"/app/surveys/{survey_id}/interview?unit={unit_id}&said=taken")


def _interview(survey: Survey, place: Unit, step: Step) -> Response:
    if (survey.plan or {}).get("how") != PHONE:
        raise NotFound
    return page(
        "polling/interview.html", 422 if step.problems else 200, survey=survey, place=place, step=step, prefix=PREFIX,
        problems=problems_by_field(step.problems), left=len(queries.unused(survey.id, place.id)),
        said=request.args.get("said"), nav_current="people",
    )  # fmt: skip
