"""Making surveys, inviting to them, taking answers. The caller holds the transaction."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, or_, select, update

from webapp.attempts import service as attempts
from webapp.attempts.rules import network_of
from webapp.core import clock
from webapp.core.canonical import content_hash
from webapp.core.conditions import Answers
from webapp.core.crypto import seal
from webapp.core.db import db
from webapp.core.errors import N_, AppError, Invalid
from webapp.core.ids import new_id
from webapp.core.rows import insert_many
from webapp.keys.service import destroy, keyed_hash, keys_of, make_keys
from webapp.ledger.service import record
from webapp.questionnaires.rules import Questionnaire
from webapp.surveys import queries
from webapp.surveys.models import Survey, SurveyDoor, SurveyInvitation, SurveyPlace, SurveyTally, SurveyTexts
from webapp.surveys.rules import (
    CLOSED,
    DRAFT,
    MOST_BY,
    MOST_FROM,
    MOST_GUESSES,
    NO_ROAD,
    OPEN,
    PAST,
    PER_BOX,
    PLACE,
    WINDOW,
    added,
    no_counts,
    standing,
    texts_in,
    token_from,
    token_hash,
)


class Used(AppError):
    """The right to answer was used before, or is used by somebody else at this moment."""

    status, code, sentence = 409, "used", N_("这张卡的答卷已经收到了。")


class NotOpen(AppError):
    """The survey takes no answers now, or can no longer be changed."""

    status, code, sentence = 409, "closed", N_("这次调查现在不能改，也不收答卷。")


def create(
    unit_id: str, kind: str, form: Questionnaire, until: date, *, actor_id: str, after: Survey | None = None
) -> str:
    """Store a survey that is not open yet, as a further version of `after` where that is given; return its id."""
    survey_id, data = new_id(), form.as_data()
    number = max((one.number for one in queries.versions(after.series)), default=0) + 1 if after else 1
    db.session.add(Survey(
        id=survey_id, series=after.series if after else survey_id, number=number, unit_id=unit_id, kind=kind,
        state=DRAFT, form=data, hash=content_hash(data), plan=None, until=until, opened_on=None, closed_on=None,
        created_at=clock.now(), created_by=actor_id,
    ))  # fmt: skip
    db.session.flush()
    make_keys([survey_id])
    _note("survey.created", survey_id, unit_id, actor_id, {"version": number, "hash": content_hash(data)})
    return survey_id


def set_form(survey: Survey, form: Questionnaire, until: date, *, actor_id: str) -> None:
    """Let a survey ask something else. Raises NotOpen once it is open: what was answered must stay what was asked."""
    _check_draft(survey)
    survey.form = form.as_data()
    survey.hash, survey.until = content_hash(survey.form), until
    for tally in queries.tallies(survey.id):
        tally.counts = no_counts(form)
    db.session.flush()
    _note("survey.changed", survey.id, survey.unit_id, actor_id, {"version": survey.number, "hash": survey.hash})


def _check_draft(survey: Survey) -> None:
    if survey.state != DRAFT:
        raise NotOpen


def invite(survey: Survey, plan: Mapping[str, Any], doors: Mapping[str, Sequence[str]], *, actor_id: str) -> None:
    """Make the invitations that `plan` says (rules.plan_of), in place of earlier ones; `doors` are those drawn.

    Which invitation is for which door is not decided here or anywhere. Raises NotOpen once the survey is open.
    """
    _check_draft(survey)
    for model in (SurveyInvitation, SurveyDoor):
        db.session.execute(delete(model).where(model.survey_id == survey.id))
    db.session.execute(delete(SurveyTally).where(SurveyTally.survey_id == survey.id, SurveyTally.channel != PLACE))
    counts = {unit: stratum["drawn"] for unit, stratum in plan["strata"].items()}
    survey.plan = dict(plan)
    db.session.flush()
    common = {"survey_id": survey.id, "is_used": False}
    rows = [{**common, "unit_id": unit, "token_hash": token_hash(t)} for unit in counts for t in tokens(survey, unit)]
    insert_many(SurveyInvitation, sorted(rows, key=lambda row: bytes(row["token_hash"])))
    drawn = [{"survey_id": survey.id, "household_id": one, "unit_id": unit} for unit in doors for one in doors[unit]]
    insert_many(SurveyDoor, sorted(drawn, key=lambda row: row["household_id"]))
    _make_tallies(survey, list(counts), plan["how"])
    detail = {"seed": plan["seed"], "digest": plan["digest"], "count": sum(counts.values())}
    _note("survey.drawn", survey.id, survey.unit_id, actor_id, detail)


def tokens(survey: Survey, unit_id: str) -> list[str]:
    """Return the tokens of a place's invitations: they come from the keys of this site and are stored nowhere."""
    count = (survey.plan or {"strata": {}})["strata"].get(unit_id, {"drawn": 0})["drawn"]
    return [token_from(keyed_hash("survey", f"{survey.id} {unit_id} {number}")) for number in range(count)]


def _make_tallies(survey: Survey, unit_ids: Sequence[str], channel: str) -> None:
    """Have a row of counts ready for each place, so that the first answer leaves no trace of being the first."""
    there = {row.unit_id for row in queries.tallies(survey.id) if row.channel == channel}
    counts = no_counts(queries.form_of(survey))
    db.session.add_all(
        SurveyTally(survey_id=survey.id, unit_id=unit, channel=channel, answered=0, counts=counts)
        for unit in sorted(set(unit_ids) - there)
    )
    db.session.flush()


def add_place(survey: Survey, unit_id: str, name: str, *, is_listed: bool, actor_id: str) -> str:
    """Make a code that hangs somewhere and takes many answers; return its id. Raises NotOpen for a closed survey."""
    if standing(survey.state, survey.until, clock.today()) == CLOSED:
        raise NotOpen
    place_id, token = new_id(), token_from(secrets.token_bytes(17))
    db.session.add(SurveyPlace(
        id=place_id, survey_id=survey.id, unit_id=unit_id, token=token, name=name, is_listed=is_listed,
        created_at=clock.now(),
    ))  # fmt: skip
    _make_tallies(survey, [unit_id], PLACE)
    _note("survey.place_added", survey.id, unit_id, actor_id, {"place_id": place_id})
    return place_id


def open_(survey: Survey, *, actor_id: str) -> None:
    """Take answers from now on. Raises NotOpen when it is not a draft, Invalid when nobody could answer."""
    _check_draft(survey)
    if survey.until < clock.today():
        raise Invalid([PAST._replace(field="")])
    if not survey.plan and not queries.places(survey.id):
        raise Invalid([NO_ROAD])
    survey.state, survey.opened_on = OPEN, clock.today()
    db.session.flush()
    _note("survey.opened", survey.id, survey.unit_id, actor_id, {"version": survey.number, "hash": survey.hash})


def close(survey: Survey, *, actor_id: str) -> None:
    """Take no more answers, and forget which doors were drawn. A survey that is closed stays as it is."""
    if survey.state == OPEN:
        survey.state, survey.closed_on = CLOSED, clock.today()
        db.session.flush()
        forget_doors([survey.id])
        _note("survey.closed", survey.id, survey.unit_id, actor_id, {"version": survey.number})


def answer(survey: Survey, unit_id: str, channel: str, answers: Answers, card: bytes | None) -> None:
    """Add one person's answers to the counts of a place; `card` is the hash of the invitation, None by an open code.

    Nothing is written down of who it was or when, not even in the ledger. Raises Used, or NotOpen.
    """
    if standing(survey.state, survey.until, clock.today()) != OPEN:
        raise NotOpen
    if card is not None:
        _use(survey.id, unit_id, card)
    tally = db.session.get_one(SurveyTally, (survey.id, unit_id, channel), with_for_update=True)
    form = queries.form_of(survey)
    tally.counts, tally.answered = added(tally.counts, form, answers), tally.answered + 1
    db.session.flush()
    _keep_texts(survey.id, unit_id, texts_in(form, answers))


def any_left(survey: Survey, unit_id: str) -> bytes:
    """Return the hash of one of a place's unused invitations, for an answer by telephone. Raises Used without any."""
    left = queries.unused(survey.id, unit_id)
    if not left:
        raise Used
    return secrets.choice(sorted(left))


def _use(survey_id: str, unit_id: str, card: bytes) -> None:
    if card not in queries.unused(survey_id, unit_id):
        raise Used
    # All rows of the place are written, so that the database's own marks of change tell nothing of this one.
    here = update(SurveyInvitation).where(SurveyInvitation.survey_id == survey_id, SurveyInvitation.unit_id == unit_id)
    used = or_(SurveyInvitation.is_used, SurveyInvitation.token_hash == card)
    db.session.execute(here.values(is_used=used).execution_options(synchronize_session=False))


def _keep_texts(survey_id: str, unit_id: str, said: Sequence[tuple[str, str]]) -> None:
    """Put what somebody wrote among what others at the place wrote: sorted by letters, each text by itself."""
    if not said:
        return
    key = keys_of([survey_id])[survey_id]
    boxes = select(SurveyTexts).where(SurveyTexts.survey_id == survey_id, SurveyTexts.unit_id == unit_id)
    last = db.session.scalars(boxes.order_by(SurveyTexts.number.desc()).limit(1)).first()
    if last is None or last.is_full:
        number = last.number + 1 if last else 1
        last = SurveyTexts(survey_id=survey_id, unit_id=unit_id, number=number, is_full=False, sealed=b"")
        db.session.add(last)
    kept = [*(queries.opened(key, last) if last.sealed else ()), *said]
    last.is_full = len(kept) >= PER_BOX
    last.sealed = seal(key, survey_id, {"texts": sorted(map(list, kept))})
    db.session.flush()


def mark_of(second: str, token: str) -> str:
    """Return what proves that this site showed the form of `token` at `second`."""
    return _counted("form", f"{second} {token.upper()}")[:32]


def mark_of_score(token: str, right: int, of: int) -> str:
    """Return what proves that this site told the score `right` of `of` to somebody who has answered by `token`."""
    return _counted("score", f"{right} {of} {token.upper()}")[:32]


def check_guesses(address: str) -> None:
    """Raise TooMany when too many unknown codes were asked for from `address` lately."""
    attempts.check(_counted("guess", network_of(address)), WINDOW, MOST_GUESSES)


def note_guess(address: str) -> None:
    """Remember that a code was asked for from `address` that leads nowhere."""
    attempts.note(_counted("guess", network_of(address)))


def check_answers(address: str, token: str) -> None:
    """Raise TooMany when too many answers came from `address` lately, or by the open code `token` ("" for a card)."""
    attempts.check(_counted("answer from", network_of(address)), WINDOW, MOST_FROM)
    if token:
        attempts.check(_counted("answer by", token.upper()), WINDOW, MOST_BY)


def note_answer(address: str, token: str) -> None:
    """Remember that an answer came from `address`, by the open code `token` ("" for a card, whose use has no time)."""
    keys = [_counted("answer from", network_of(address))]
    attempts.note(*keys, *([_counted("answer by", token.upper())] if token else ()))


def _counted(what: str, whose: str) -> str:
    """Return the key under which something is counted; nobody reads an address or a token in it."""
    return attempts.key_of(f"survey {what}", whose)


def forget_doors(survey_ids: Sequence[str]) -> None:
    """Forget which households were drawn for some surveys."""
    db.session.execute(delete(SurveyDoor).where(SurveyDoor.survey_id.in_(survey_ids)))


def forget_texts(survey_ids: Sequence[str]) -> None:
    """Destroy the keys of some surveys, and so for good what people wrote."""
    destroy(survey_ids)
    db.session.execute(delete(SurveyTexts).where(SurveyTexts.survey_id.in_(survey_ids)))


def _note(action: str, survey_id: str, unit_id: str, actor_id: str, detail: Mapping[str, Any]) -> None:
    record(action, "survey", survey_id, actor_id=actor_id, unit_id=unit_id, detail=dict(detail))
