"""What ends: drawn doors with the survey or their household, what people wrote a year later; totals stay."""

from datetime import timedelta

from flask import Flask

from tests.builders import World, household
from tests.conftest import NOON
from tests.support.phone import Phone
from tests.support.surveys import draft, running, stored
from webapp.core import clock
from webapp.core.db import transaction
from webapp.retention.service import erase, run
from webapp.surveys import queries, service
from webapp.surveys.rules import plan_of

SAID = {"known": "yes", "service": "good", "words": "很快"}


def test_texts_end_a_year_after_the_survey_and_totals_stay(app: Flask, world: World):
    survey, unit = running(world, {}, place=True), world.units["community"]
    with transaction():
        service.answer(stored(survey), unit, "open", SAID, None)
    for days, ended in ((365 + 40, 0), (365 + 41, 1), (365 + 42, 0)):  # the last day is 31 December 2026
        with clock.frozen(NOON + timedelta(days=days)), transaction():
            assert run()["surveys"] == ended
    assert queries.texts(survey) == {}
    assert queries.answered(survey) == 1


def test_drawn_doors_end_with_the_survey_and_with_their_household(world: World, phone):
    leader: Phone = phone("leader")
    homes = [household(world.units["group"], f"{door}01") for door in (1, 2, 3)]
    leader.push(*homes)
    survey, unit = draft(world), world.units["group"]
    ids = [home["id"] for home in homes]
    with transaction():
        plan = plan_of({unit: ids}, {unit: 3}, seed="1", basis="register", how="visit", on="2026-11-21")
        service.invite(stored(survey), plan, {unit: ids}, actor_id=world.accounts["officer"])
        service.open_(stored(survey), actor_id=world.accounts["officer"])
    everywhere = f"/{world.units['county']}/"
    with transaction():
        erase(ids[0], "request", actor_id=world.accounts["officer"])
    assert set(queries.doors(survey, everywhere)) == set(ids[1:])
    with clock.frozen(NOON + timedelta(days=40)), transaction():
        assert run()["doors"] == 0
    with clock.frozen(NOON + timedelta(days=41)), transaction():
        assert run()["doors"] == 1
    assert not queries.doors(survey, everywhere)
