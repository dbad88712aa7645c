"""Somebody with all tables tries to tell who answered what: there is nothing to join, and no order to go by."""

from contextlib import suppress
from itertools import permutations
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect, text

from tests.builders import World
from tests.support.pages import Pages
from tests.support.surveys import running, stored, tokens
from tests.web.surveys.test_answering import answer
from webapp.core.db import db, transaction
from webapp.keys.service import keys_of
from webapp.surveys import queries, service
from webapp.surveys.models import SurveyTexts
from webapp.surveys.rules import token_hash

ANSWERS = (
    {"known": "yes", "service": "good", "ways": ("leader",), "words": "很快"},
    {"known": "no", "service": "bad", "minutes": 45, "words": "太慢"},
    {"known": "yes", "service": "fair", "ways": ("leader", "phone"), "minutes": 5},
)


class Undone(Exception):
    """Thrown so that what was tried leaves no trace."""


def everything(survey: str) -> dict[str, Any]:
    """Return all rows of all tables in the order in which the database keeps them, and all texts opened."""
    db.session.flush()
    names = [name for name in inspect(db.session.connection()).get_table_names() if name != "survey_texts"]
    found: dict[str, Any] = {
        name: [tuple(r) for r in db.session.execute(text(f"SELECT * FROM {name}"))] for name in names
    }
    boxes = db.session.query(SurveyTexts).filter_by(survey_id=survey).order_by(SurveyTexts.number)
    key = keys_of([survey])[survey]
    return {**found, "texts": [queries.opened(key, box) for box in boxes]}


def after(survey: str, unit: str, pairs: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Return everything as it would be once each token of `pairs` has answered so, one after the other."""
    state: dict[str, Any] = {}
    with suppress(Undone), transaction():
        for token, answers in pairs:
            service.answer(stored(survey), unit, "visit", answers, token_hash(token))
        state = everything(survey)
        raise Undone
    return state


def test_whoever_answered_what_in_whatever_order_the_tables_are_the_same(world: World):
    """All ways of giving three answers to three cards, and all orders, leave the database alike to the last byte."""
    survey, unit = running(world, {"group": 5}), world.units["group"]
    cards = tokens(world, survey, "group")[:3]
    states = [
        after(survey, unit, list(zip(order, answers, strict=True)))
        for order in permutations(cards)
        for answers in permutations(ANSWERS)
    ]
    assert len(states) == 36
    assert states[0]["texts"] == [[["words", "太慢"], ["words", "很快"]]]
    for state in states[1:]:
        for name, rows in state.items():
            same = rows == states[0][name]
            # PostgreSQL keeps old versions of rows and may give the new ones in another order within the same place.
            assert same or (
                db.engine.dialect.name == "postgresql" and sorted(rows, key=str) == sorted(states[0][name], key=str)
            )


def test_nothing_marks_the_row_that_was_written_last(world: World):
    """Row versions (PostgreSQL) are alike for all cards of a place; SQLite keeps these tables without row numbers."""
    survey, unit = running(world, {"group": 6, "group2": 3}), world.units["group"]
    for token, answers in zip(tokens(world, survey, "group"), ANSWERS, strict=False):
        with transaction():
            service.answer(stored(survey), unit, "visit", answers, token_hash(token))
    if db.engine.dialect.name == "postgresql":
        found = db.session.execute(
            text("SELECT count(DISTINCT xmin::text), count(*) FROM survey_invitation WHERE unit_id = :u"), {"u": unit}
        )
        assert found.one() == (1, 6)
    else:
        shapes = db.session.execute(
            text("SELECT name, sql FROM sqlite_master WHERE name IN ('survey_invitation', 'survey_door')")
        )
        assert all("WITHOUT ROWID" in sql for _, sql in shapes)


def test_an_answer_touches_nothing_that_has_a_time_or_a_name(world: World, page: Pages):
    """Only these tables change; what is counted against floods is the network, whatever the card."""
    survey = running(world, {"group": 3})
    first, second, _ = tokens(world, survey, "group")
    keys = []
    for token in (first, second):
        before = everything(survey)
        answer(page, token)
        now = everything(survey)
        assert {name for name in now if now[name] != before[name]} == {
            "survey_invitation",
            "survey_tally",
            "failed_sign_in",
        }
        keys.append({row[1:2] for row in set(now["failed_sign_in"]) - set(before["failed_sign_in"])})
        assert token not in str(now)
    assert keys[0] == keys[1]


def test_tokens_are_long_random_and_kept_nowhere(world: World):
    survey = running(world, {"group": 200})
    found = tokens(world, survey, "group")
    assert len(set(found)) == 200
    assert all(len(token) == 26 and set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for token in found)
    said = str(everything(survey))
    assert not any(token in said for token in found)
    other = tokens(world, running(world, {"group": 200}), "group")
    assert not set(found) & set(other)


def test_a_token_of_one_place_answers_for_no_other(app: Flask, world: World):
    survey = running(world, {"group": 1, "group2": 1})
    [token] = tokens(world, survey, "group")
    with pytest.raises(service.Used), transaction():
        service.answer(stored(survey), world.units["group2"], "visit", ANSWERS[0], token_hash(token))
    db.session.rollback()
    assert queries.answered(survey) == 0


def test_texts_fill_box_after_box_each_sorted(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service, "PER_BOX", 3)
    survey, unit = running(world, {}, place=True), world.units["community"]
    for word in "丁乙甲丙戊":
        with transaction():
            service.answer(stored(survey), unit, "open", {**ANSWERS[1], "words": word}, None)
    boxes = db.session.execute(text("SELECT number, is_full FROM survey_texts ORDER BY number")).all()
    assert [(number, bool(full)) for number, full in boxes] == [(1, True), (2, False)]
    assert queries.texts(survey) == {"words": sorted("丁乙甲丙戊")}
    with transaction():
        service.forget_texts([survey])
    assert queries.texts(survey) == {}
