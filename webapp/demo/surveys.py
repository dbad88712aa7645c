"""Surveys of the demonstration: the example that is shipped, once with invented answers and once still open."""

import random
from datetime import date, datetime, timedelta
from typing import Any

from webapp.accounts.queries import Actor
from webapp.core import clock
from webapp.demo.material import STORY, chance_for
from webapp.demo.people import Group
from webapp.orgs.queries import children
from webapp.questionnaires.queries import as_book, example
from webapp.questionnaires.rules import Questionnaire
from webapp.questionnaires.schemas import read_form
from webapp.surveys import queries, service
from webapp.surveys.models import Survey
from webapp.surveys.rules import VISIT, plan_of

EACH = 30  # invitations a group
WAYS = ("leader", "paper", "phone", "people")
LAST, NEXT = timedelta(days=20), timedelta(days=40)


def ask(group: Group, now: datetime) -> None:
    """Let the officer of `group` have asked last month, and ask again now. The caller holds the transaction."""
    found, faults = read_form(as_book(example()), has_answers=False)
    if found is None:
        raise RuntimeError(f"the example is no form any more: {faults[0]}")
    today = clock.to_local(now).date()
    with clock.frozen(now - 2 * LAST):
        over = _open(group.officer, found, today - LAST)
        _invent(over)
        service.close(over, actor_id=group.officer.account_id)
    with clock.frozen(now):
        open_now = _open(group.officer, found, today + NEXT)
        who = group.officer.account_id
        service.add_place(open_now, group.officer.unit_id, STORY["survey_place"], is_listed=True, actor_id=who)


def _open(officer: Actor, form: Questionnaire, until: date) -> Survey:
    made = service.create(officer.unit_id, "satisfaction", form, until, actor_id=officer.account_id)
    survey = queries.survey(made)
    assert survey is not None
    sizes = {group.id: EACH for group in children(officer.unit_id)}
    given = {"seed": "2026", "basis": "each", "how": VISIT, "on": clock.today().isoformat()}
    service.invite(survey, plan_of({}, sizes, **given), {}, actor_id=officer.account_id)
    service.open_(survey, actor_id=officer.account_id)
    return survey


def _invent(survey: Survey) -> None:
    """Let most of those invited have answered."""
    for unit_id in queries.invited(survey.id):
        chance = chance_for("survey", unit_id)
        for _ in range(chance.randint(EACH // 2, EACH)):
            card = service.any_left(survey, unit_id)
            service.answer(survey, unit_id, VISIT, _answers(chance), card)


def _answers(chance: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {"subsidy": _one(chance, yes=70, no=30), "visited": _one(chance, yes=65, no=35)}
    if found["subsidy"] == "yes":
        found["ways"] = tuple(way for way in WAYS if chance.random() < 0.5) or WAYS[:1]
    if found["visited"] == "yes":
        found |= {"service": _one(chance, good=70, fair=20, bad=10), "minutes": chance.randrange(5, 60)}
    found["notices"] = _one(chance, good=60, fair=30, bad=10)
    if chance.random() < 0.15:
        found["wish"] = chance.choice(STORY["survey_wishes"])
    return found


def _one(chance: random.Random, **weights: int) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]
