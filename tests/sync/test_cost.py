"""What a push costs: so many questions however many records come, and none that reads a whole table."""

import json
import re
from typing import Any

import brotli
import pytest

from tests.builders import complete, event, household, need, report, visit
from tests.support.office import statements
from tests.support.phone import Phone
from webapp.core.db import db
from webapp.forms.queries import form
from webapp.keys.service import secrets

QUESTIONS = {"event": 5, "report": 10, "visit": 9, "need": 9, "report of doors": 17}
READ_FREELY = {"due_exception", "ledger_line"}  # a handful of rows, all of them wanted; the last line only
NAMED = re.compile(r"SCAN (?!CONSTANT|\d+ CONSTANT)(\w+)")


def asked_for(phone: Phone, *records: dict[str, Any]) -> list[str]:
    """Return the questions that a push of `records` asks, not what it writes."""
    with statements() as asked:
        results = phone.push(*records)
    assert {result["outcome"] for result in results} <= {"created", "stale"}
    return [statement for statement in asked if statement.startswith("SELECT") and "advisory" not in statement]


@pytest.mark.parametrize("count", [1, 50])
def test_questions_do_not_grow_with_records(leader: Phone, group: str, count: int) -> None:
    form("monthly@1"), secrets()  # they are read once, and kept
    assert len(asked_for(leader, *(report(group) for _ in range(count)))) == QUESTIONS["report"]
    assert len(asked_for(leader, *(event(group) for _ in range(count)))) == QUESTIONS["event"]


@pytest.mark.parametrize("count", [1, 20])
def test_doors_cost_the_same_however_many(leader: Phone, group: str, count: int) -> None:
    form("monthly@1")
    homes = [household(group, f"5{n:02}", f"住户{n}") for n in range(count)]
    leader.push(*homes)
    assert len(asked_for(leader, *(visit(group, home["id"]) for home in homes))) <= QUESTIONS["visit"]
    assert len(asked_for(leader, *(need(group, home["id"]) for home in homes))) <= QUESTIONS["need"]
    assert len(asked_for(leader, report(group, values={"opening_persons": 100}))) <= QUESTIONS["report of doors"]


@pytest.mark.one_database
def test_nothing_is_read_from_end_to_end(leader: Phone, group: str) -> None:
    home = household(group)
    leader.push(home)
    october = report(group, "202610", nil=False, values=complete(births=1))
    asked = asked_for(leader, event(group, date="2026-10-20"), october)
    asked += asked_for(leader, visit(group, home["id"]), need(group, home["id"]), report(group, values={}))
    connection = db.session.connection()
    for statement in asked:
        blanks = tuple("" for _ in range(statement.count("?")))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", blanks).all()
        read = {found[1] for row in plan if (found := NAMED.search(row[3]))}
        assert read <= READ_FREELY, f"{statement}\n{plan}"


@pytest.mark.one_database
def test_a_page_is_packed_for_who_takes_it_and_says_the_same(leader: Phone, group: str) -> None:
    leader.push(household(group))
    plain, packed = (
        leader.client.get("/sync/pull", headers={"Accept-Encoding": coding}) for coding in ("", "br, gzip")
    )
    assert plain.headers.get("Content-Encoding") is None and packed.headers["Content-Encoding"] == "br"
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (plain, packed))
    assert json.loads(brotli.decompress(packed.data)) == plain.get_json()
