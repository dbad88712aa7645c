"""Renames, codes, moves and mergers: dated, and what was before stays readable."""

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.core.errors import Invalid, NotFound
from webapp.core.ids import new_id
from webapp.ledger.models import LedgerLine
from webapp.ledger.queries import broken_lines
from webapp.orgs import queries, service
from webapp.orgs.models import Unit, UnitTerm
from webapp.orgs.rules import PARENTS, Node, Term, is_unbroken, value_on

OPENED = date(2020, 1, 1)
BEFORE, SINCE = date(2026, 10, 31), date(2026, 11, 1)
TREE = {
    "331126": ("county", None),
    "331126001": ("township", "331126"),
    "331126002": ("township", "331126"),
    "331126001001": ("community", "331126001"),
    "331126001002": ("community", "331126001"),
    "331126002001": ("community", "331126002"),
    "33112600100101": ("group", "331126001001"),
    "33112600100201": ("group", "331126001002"),
    "33112600200101": ("group", "331126002001"),
}


@pytest.fixture
def ids(app: Flask) -> dict[str, str]:
    """Return the ids of a small county by the codes the units have at first."""
    ids = {code: new_id() for code in TREE}
    nodes = [
        Node(ids[code], level, f"单位{code}", code, ids.get(above or ""), OPENED)
        for code, (level, above) in TREE.items()
    ]
    with transaction():
        service.open_units(nodes, actor_id=None)
    return ids


def problem_of(change: Callable[[], None]) -> str:
    """Return the code of the problem for which `change` is refused."""
    with pytest.raises(Invalid) as refusal, transaction():
        change()
    return refusal.value.problems[0].code


def test_a_new_name_counts_from_its_day(ids: dict[str, str]):
    unit = ids["331126001001"]
    with transaction():
        service.rename(unit, " 石龙社区 ", SINCE, actor_id=None)
    assert queries.unit(unit).name == "石龙社区"
    assert queries.unit_name_on(unit, BEFORE) == "单位331126001001"
    assert queries.names_on(ids.values(), SINCE)[unit] == "石龙社区"
    assert queries.unit_name_on(unit, OPENED - timedelta(1)) is None
    line = db.session.scalars(select(LedgerLine).where(LedgerLine.action == "unit.changed")).one()
    assert line.detail == {
        "attribute": "name", "before": "单位331126001001", "after": "石龙社区", "since": "2026-11-01",
    }  # fmt: skip
    assert list(broken_lines()) == []


def test_the_same_name_again_is_no_change(ids: dict[str, str]):
    with transaction():
        service.rename(ids["331126"], "单位331126", SINCE, actor_id=None)
    assert len(queries.histories([ids["331126"]], "name")[ids["331126"]]) == 1
    assert db.session.scalars(select(LedgerLine).where(LedgerLine.action == "unit.changed")).all() == []


@pytest.mark.one_database
def test_names_and_days_must_fit(ids: dict[str, str]):
    unit = ids["331126"]
    assert problem_of(lambda: service.rename(unit, "  ", SINCE, actor_id=None)) == "length"
    assert problem_of(lambda: service.rename(unit, "长" * 61, SINCE, actor_id=None)) == "length"
    assert problem_of(lambda: service.rename(unit, "甲", clock.today() + timedelta(1), actor_id=None)) == "future"
    assert problem_of(lambda: service.rename(unit, "甲", OPENED - timedelta(1), actor_id=None)) == "order"
    with pytest.raises(NotFound), transaction():
        service.rename(new_id(), "甲", SINCE, actor_id=None)
    assert queries.unit(unit).name == "单位331126"


def test_a_new_code_reaches_all_below(ids: dict[str, str]):
    with transaction():
        service.recode(ids["331126"], "331181", SINCE, actor_id=None)
    for code, unit in ids.items():
        assert queries.unit(unit).code == "331181" + code[6:]
        assert queries.by_code(code) is None
        found = queries.by_code(code, BEFORE)
        assert found is not None
        assert found.id == unit
    again = queries.by_code("331181001001", SINCE)
    assert again is not None


def test_codes_stay_unique_and_fit(ids: dict[str, str]):
    unit = ids["331126001001"]
    assert problem_of(lambda: service.recode(unit, "331126001002", SINCE, actor_id=None)) == "taken"
    assert problem_of(lambda: service.recode(unit, "331126002002", SINCE, actor_id=None)) == "prefix"
    assert problem_of(lambda: service.recode(unit, "33112600100", SINCE, actor_id=None)) == "shape"
    assert queries.unit(unit).code == "331126001001"


def test_a_move_takes_the_branch_along(ids: dict[str, str]):
    community, town, group = ids["331126001001"], ids["331126002"], ids["33112600100101"]
    with transaction():
        service.move(community, town, SINCE, actor_id=None)
    assert [unit.id for unit in queries.ancestors(group)] == [ids["331126"], town, community]
    assert community in {unit.id for unit in queries.children(town)}
    assert community in {unit.id for unit in queries.children(ids["331126001"], BEFORE)}
    assert queries.unit(group).path.startswith(queries.unit(town).path)
    assert not queries.unit(group).path.startswith(queries.unit(ids["331126001"]).path)
    with transaction():
        service.recode(community, "331126002009", SINCE, actor_id=None)
    assert queries.unit(group).code == "33112600200901"


def test_a_move_to_where_it_cannot_stand_is_refused(ids: dict[str, str]):
    community = ids["331126001001"]
    assert problem_of(lambda: service.move(community, ids["331126"], SINCE, actor_id=None)) == "level"
    assert problem_of(lambda: service.move(ids["331126001"], community, SINCE, actor_id=None)) == "circle"
    with transaction():
        service.close(ids["33112600200101"], SINCE, actor_id=None)
        service.close(ids["331126002001"], SINCE, actor_id=None)
        service.close(ids["331126002"], SINCE, actor_id=None)
    assert problem_of(lambda: service.move(community, ids["331126002"], SINCE, actor_id=None)) == "closed"


def test_a_merger_hands_over_and_remembers(ids: dict[str, str]):
    one, into, group = ids["331126001001"], ids["331126001002"], ids["33112600100101"]
    with transaction():
        service.merge([one], into, SINCE, actor_id=None)
    assert queries.unit(one).closed == SINCE
    assert queries.successor(one).id == into
    assert {unit.id for unit in queries.children(into)} == {group, ids["33112600100201"]}
    assert [unit.id for unit in queries.children(one, BEFORE)] == [group]
    assert queries.unit_name_on(one, BEFORE) == "单位331126001001"
    assert queries.unit_name_on(one, SINCE) is None
    found = queries.by_code("331126001001", BEFORE)
    assert found is not None
    assert queries.by_code("331126001001") is None
    assert queries.unit(group).path == f"{queries.unit(into).path}{group}/"


def test_a_unit_ends_once_and_after_those_below(ids: dict[str, str]):
    community, group = ids["331126001001"], ids["33112600100101"]
    assert problem_of(lambda: service.close(community, SINCE, actor_id=None)) == "open_children"
    with transaction():
        service.close(group, clock.today(), actor_id=None)
    assert problem_of(lambda: service.close(community, SINCE, actor_id=None)) == "open_children"
    with transaction():
        service.close(community, clock.today(), actor_id=None)
    assert problem_of(lambda: service.close(community, clock.today(), actor_id=None)) == "closed"
    assert problem_of(lambda: service.rename(community, "甲", clock.today(), actor_id=None)) == "closed"


def test_the_first_day_can_be_put_right(ids: dict[str, str]):
    unit = ids["331126001001"]
    with transaction():
        service.rename(unit, "石龙社区", SINCE, actor_id=None)
        service.set_opened(unit, date(2011, 6, 1), actor_id=None)
    assert queries.unit(unit).opened == date(2011, 6, 1)
    assert queries.unit_name_on(unit, date(2012, 1, 1)) == "单位331126001001"
    assert problem_of(lambda: service.set_opened(unit, SINCE, actor_id=None)) == "order"


def test_commands_name_units_by_code(app: Flask, ids: dict[str, str]):
    run = app.test_cli_runner().invoke
    assert run(args=["units", "rename", "331126001001", "石龙社区", "--on", "2026-11-01"]).exit_code == 0
    assert run(args=["units", "recode", "331126001002", "331126001009"]).exit_code == 0
    assert run(args=["units", "merge", "331126001009", "--into", "331126001001"]).exit_code == 0
    assert run(args=["units", "move", "331126001001", "331126002"]).exit_code == 0
    assert run(args=["units", "close", "331126001"]).exit_code == 0
    unknown = run(args=["units", "close", "999999"])
    assert unknown.exit_code == 1
    assert unknown.output == "没有代码为 999999 的单位。\n"
    db.session.rollback()
    assert queries.unit(ids["331126001002"]).successor_id == ids["331126001001"]
    assert queries.unit_name_on(ids["331126001001"], SINCE) == "石龙社区"
    assert queries.unit(ids["331126001"]).closed == clock.today()


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_done_the_tree_stays_a_tree(ids: dict[str, str], seed: int):
    chance = random.Random(seed)
    done = 0
    for step in range(60):
        try:
            with transaction():
                do_something(chance, list(ids.values()), OPENED + timedelta(step * 40 + chance.randint(-90, 40)))
            done += 1
        except Invalid:
            continue
    assert done >= 10
    assert_is_a_tree()
    assert list(broken_lines()) == []


def do_something(chance: random.Random, ids: list[str], day: date) -> None:
    """Try one change of the tree, chosen by `chance`, to take effect on `day`."""
    one, other = chance.sample(ids, 2)
    digits = f"{chance.randint(1, 40):03d}"
    change = chance.choice(["rename", "recode", "move", "move", "merge", "close"])
    if change == "rename":
        service.rename(one, chance.choice("甲乙丙"), day, actor_id=None)
    elif change == "recode":
        service.recode(one, (queries.unit(one).code or "")[:-3] + digits, day, actor_id=None)
    elif change == "move":
        service.move(one, other, day, actor_id=None)
    elif change == "merge":
        service.merge([one], other, day, actor_id=None)
    elif chance.random() < 0.2:
        service.close(one, day, actor_id=None)


def assert_is_a_tree() -> None:
    db.session.rollback()
    units = {unit.id: unit for unit in db.session.scalars(select(Unit))}
    open_codes = [unit.code for unit in units.values() if unit.closed is None]
    assert len(set(open_codes)) == len(open_codes)
    for unit in units.values():
        parent = units.get(unit.parent_id or "")
        assert unit.path == f"{parent.path if parent else '/'}{unit.id}/"
        assert parent is None or parent.level in PARENTS[unit.level]
        for attribute, now in (("name", unit.name), ("code", unit.code), ("parent", unit.parent_id)):
            rows = db.session.scalars(select(UnitTerm).filter_by(unit_id=unit.id, attribute=attribute))
            terms = sorted((Term(row.value, row.since, row.until) for row in rows), key=lambda term: term.since)
            assert is_unbroken(terms, unit.opened, unit.closed)
            assert terms[-1].value == now
        assert_stands_somewhere(unit, units)


def assert_stands_somewhere(unit: Unit, units: dict[str, Unit]) -> None:
    """On every day of its life a unit stands under one that was there on that day."""
    history = queries.histories([unit.id], "parent")[unit.id]
    for day in {term.since for term in history} | {(unit.closed or clock.today()) - timedelta(1)}:
        above = value_on(history, day)
        if above is not None and unit.opened <= day:
            parent = units[above]
            assert parent.opened <= day
            assert parent.closed is None or day < parent.closed
