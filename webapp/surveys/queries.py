"""Reading surveys: by id, by the token in a code, by place; what came in; what people wrote."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select

from webapp.core.crypto import unseal
from webapp.core.db import db
from webapp.keys.service import keys_of
from webapp.orgs.models import Unit
from webapp.orgs.queries import ids_on_path, within
from webapp.questionnaires.rules import Questionnaire, Texts, from_data
from webapp.surveys.models import Survey, SurveyDoor, SurveyInvitation, SurveyPlace, SurveyTally, SurveyTexts
from webapp.surveys.rules import OPEN, PLACE, VISIT, looks_like_token, token_hash


class Behind(NamedTuple):
    """What a code leads to: the survey, whose place answers are counted for, by which road, and for a card its hash."""

    survey: Survey
    unit_id: str
    channel: str
    token_hash: bytes | None
    is_used: bool


class Listed(NamedTuple):
    """A survey that anybody at a place may answer: its title by language, its address, its last day."""

    title: Texts
    href: str
    until: date


def survey(survey_id: str) -> Survey | None:
    """Return the survey with this id, None when there is none."""
    return db.session.get(Survey, survey_id)


def form_of(one: Survey) -> Questionnaire:
    """Return the form of a survey."""
    return from_data(one.form)


def behind(token: str) -> Behind | None:
    """Return what `token` leads to, None for an unknown one."""
    if not looks_like_token(token):
        return None
    place = db.session.scalars(select(SurveyPlace).where(SurveyPlace.token == token.upper())).first()
    if place:
        return Behind(db.session.get_one(Survey, place.survey_id), place.unit_id, PLACE, None, is_used=False)
    card = db.session.get(SurveyInvitation, token_hash(token))
    if card is None:
        return None
    found = db.session.get_one(Survey, card.survey_id)
    return Behind(found, card.unit_id, (found.plan or {}).get("how", VISIT), card.token_hash, card.is_used)


def open_at(path: str, today: date) -> list[Listed]:
    """Return the surveys that anybody at the unit with `path` may answer on a day, the one that ends first first."""
    query = (
        select(Survey, SurveyPlace.token)
        .join(SurveyPlace, SurveyPlace.survey_id == Survey.id)
        .where(SurveyPlace.unit_id.in_(ids_on_path(path)), SurveyPlace.is_listed)
        .where(Survey.state == OPEN, Survey.until >= today)
        .order_by(Survey.until, Survey.id, SurveyPlace.id)
    )
    found = {
        one.id: Listed(one.form["title"], f"/surveys/{token}", one.until) for one, token in db.session.execute(query)
    }
    return list(found.values())


def surveys_for(path: str) -> list[tuple[Survey, str]]:
    """Return the surveys of the units at or under `path`, and those above that are open, with the units' names."""
    above = ids_on_path(path)[:-1]
    seen = or_(within(path), (Survey.unit_id.in_(above)) & (Survey.state == OPEN))
    query = select(Survey, Unit.name).join(Unit, Unit.id == Survey.unit_id).where(seen)
    rows = db.session.execute(query.order_by(Survey.until.desc(), Survey.created_at.desc(), Survey.id))
    return [(one, name) for one, name in rows]


def versions(series: str) -> Sequence[Survey]:
    """Return all versions of a survey, the first one first."""
    return db.session.scalars(select(Survey).where(Survey.series == series).order_by(Survey.number)).all()


def places(survey_id: str) -> Sequence[SurveyPlace]:
    """Return the codes of a survey that hang somewhere."""
    query = select(SurveyPlace).where(SurveyPlace.survey_id == survey_id)
    return db.session.scalars(query.order_by(SurveyPlace.name, SurveyPlace.id)).all()


def place(place_id: str) -> SurveyPlace | None:
    """Return the code with this id, None when there is none."""
    return db.session.get(SurveyPlace, place_id)


def invited(survey_id: str) -> dict[str, int]:
    """Return how many were invited, by unit."""
    query = select(SurveyInvitation.unit_id, func.count()).where(SurveyInvitation.survey_id == survey_id)
    return {unit: count for unit, count in db.session.execute(query.group_by(SurveyInvitation.unit_id))}


def unused(survey_id: str, unit_id: str) -> set[bytes]:
    """Return the hashes of a place's invitations that were not used yet."""
    query = select(SurveyInvitation.token_hash).where(
        SurveyInvitation.survey_id == survey_id, SurveyInvitation.unit_id == unit_id, ~SurveyInvitation.is_used
    )
    return set(db.session.scalars(query))


def tallies(survey_id: str) -> Sequence[SurveyTally]:
    """Return what came in, one row for each place and road."""
    query = select(SurveyTally).where(SurveyTally.survey_id == survey_id)
    return db.session.scalars(query.order_by(SurveyTally.unit_id, SurveyTally.channel)).all()


def answered(survey_id: str) -> int:
    """Return how many answers came in altogether."""
    query = select(func.coalesce(func.sum(SurveyTally.answered), 0)).where(SurveyTally.survey_id == survey_id)
    return int(db.session.execute(query).scalar_one())


def doors(survey_id: str, path: str) -> dict[str, str]:
    """Return the households at or under `path` that were drawn: their ids, with the place they were drawn for."""
    query = select(SurveyDoor.household_id, SurveyDoor.unit_id).join(Unit, Unit.id == SurveyDoor.unit_id)
    rows = db.session.execute(query.where(SurveyDoor.survey_id == survey_id, within(path)))
    return {household: unit for household, unit in rows}


def texts(survey_id: str) -> dict[str, list[str]]:
    """Return what people wrote, opened, by question, sorted by letters; nothing when it has been erased."""
    key = keys_of([survey_id]).get(survey_id)
    found: dict[str, list[str]] = {}
    if key is None:
        return found
    for box in db.session.scalars(select(SurveyTexts).where(SurveyTexts.survey_id == survey_id)):
        for name, text in opened(key, box):
            found.setdefault(name, []).append(text)
    return {name: sorted(said) for name, said in found.items()}


def opened(key: bytes, box: SurveyTexts) -> list[Sequence[str]]:
    """Return the texts in a box, each with its question's name before it."""
    content: Mapping[str, Any] = unseal(key, box.survey_id, box.sealed)
    return list(content["texts"])
