"""The documents that are shipped are found by what people type: tests/vectors/search.json."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import World
from tests.conftest import settings_in
from tests.support.postgres import Postgres
from tests.support.vectors import vectors
from webapp import create_app
from webapp.config import Settings
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.core.pieces import syllables
from webapp.inforce.queries import searchable, speaking
from webapp.offices.queries import counties
from webapp.policies.rules import EXPIRED, IN_FORCE, REPEALED
from webapp.policies.schemas import shipped
from webapp.policies.service import load_shipped
from webapp.search.queries import Found, find
from webapp.search.service import index

QUERIES = vectors("search")["queries"]
HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
TITLES = [(each.topic, words["title"]) for each in shipped() for words in each.texts.values()]
SIMPLIFIED = [(each.topic, each.texts["zh-Hans"]["title"]) for each in shipped()]


class Answer(NamedTuple):
    """The topics that answer a query, in force and ended."""

    now: list[str]
    before: list[str]
    is_guess: bool


@pytest.fixture
def ask(app: Flask, world: World) -> Callable[[str], Answer]:
    """Return a function: query -> what the county's residents are shown of the shipped documents."""
    with transaction():
        load_shipped(world.units["county"])
    path, day = counties()[0].path, clock.today()

    def answer(query: str) -> Answer:
        found = find(query, "edition", among=searchable(path), limit=60)
        shown = speaking(found.ids, path, day)
        now = [each.topic for each in shown if each.state == IN_FORCE]
        return Answer(now, [each.topic for each in shown if each.state in (EXPIRED, REPEALED)], found.is_guess)

    return answer


def test_there_are_queries_of_every_kind():
    kinds = [each["kind"] for each in QUERIES]
    assert len({each["query"] for each in QUERIES}) >= 100
    assert min(map(kinds.count, ("simplified", "traditional", "pinyin", "initials", "english", "typo"))) >= 12
    assert {each["first"] for each in QUERIES} | {each.get("before") for each in QUERIES} >= {
        topic for topic, _ in TITLES if topic != "service-week-notice"
    }


def test_what_people_type_finds_what_they_mean_first(ask: Callable[[str], Answer]):
    wrong = {}
    for each in QUERIES:
        found = ask(each["query"])
        is_right = found.now[:1] == [each["first"]] and each.get("before") in (None, *found.before[:1])
        if found.is_guess or not is_right:
            wrong[each["query"]] = found
    assert not wrong


@pytest.mark.one_database
def test_every_title_finds_its_own_document_first(ask: Callable[[str], Answer]):
    found = {(topic, title): ask(title) for topic, title in TITLES}
    wrong = {key: each for key, each in found.items() if key[0] not in (*each.now[:1], *each.before[:1])}
    assert not wrong


@pytest.mark.one_database
def test_every_part_of_a_title_finds_its_document_by_its_sound_and_by_its_initials(ask: Callable[[str], Answer]):
    wrong = {}
    for topic, part in {(topic, part) for topic, title in SIMPLIFIED for part in HAN.findall(title)}:
        spelled = syllables(part)
        for typed in ["".join(spelled), "".join(one[0] for one in spelled)[:8]]:
            found = ask(typed)
            wrong |= {typed: topic} if topic not in (*found.now, *found.before) else {}
    assert not wrong


@pytest.mark.one_database
def test_any_two_characters_and_more_of_a_title_find_its_document(ask: Callable[[str], Answer]):
    @settings(max_examples=40, deadline=None, database=None)
    @given(st.data())
    def finds(data: st.DataObject) -> None:
        topic, title = data.draw(st.sampled_from(TITLES))
        runs = HAN.findall(title)
        if not runs:
            return
        run = data.draw(st.sampled_from(runs))
        start = data.draw(st.integers(0, len(run) - 2))
        found = ask(run[start : data.draw(st.integers(start + 2, len(run)))])
        assert topic in {*found.now, *found.before}

    finds()


def test_both_databases_answer_alike(
    sqlite_template: Path, postgresql_template: Path, postgres: Postgres, tmp_path: Path
):
    """The same ids in the same order and the same words, also among what nobody meant."""
    postgres.fresh("test", "template")
    shutil.copytree(sqlite_template, tmp_path / "one")
    shutil.copytree(postgresql_template, tmp_path / "other")
    one, other = answers(settings_in(tmp_path / "one")), answers(settings_in(tmp_path / "other", postgres.url("test")))
    assert one == other
    assert sum(len(found.ids) for found in one) > 150


def answers(where: Settings) -> list[Found]:
    """Return what every third query finds in the index of the shipped texts, in a fresh database."""
    app = create_app(where)
    with app.app_context():
        with transaction():
            for each in shipped():
                texts = {name: [words[name] for words in each.texts.values()] for name in ("title", "summary", "body")}
                index("text", f"{each.topic} {each.number}"[:36], texts)
        found = [find(each["query"], "text", limit=100) for each in QUERIES[::3]]
        db.session.remove()
        db.engine.dispose()
    return found
