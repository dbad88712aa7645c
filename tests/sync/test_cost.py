"""What a push costs: so many questions however many records come, and none that reads a whole table."""

import re
from typing import Any

import pytest

from tests.builders import complete, event, report
from tests.support.office import statements
from tests.support.phone import Phone
from webapp.core.db import db
from webapp.forms.queries import form

QUESTIONS = {"event": 5, "report": 9}
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
    form("monthly@1")  # it is read once, and kept
    assert len(asked_for(leader, *(report(group) for _ in range(count)))) == QUESTIONS["report"]
    assert len(asked_for(leader, *(event(group) for _ in range(count)))) == QUESTIONS["event"]


@pytest.mark.one_database
def test_nothing_is_read_from_end_to_end(leader: Phone, group: str) -> None:
    asked = asked_for(leader, event(group), report(group, nil=False, values=complete(births=1)))
    connection = db.session.connection()
    for statement in asked:
        blanks = tuple("" for _ in range(statement.count("?")))
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", blanks).all()
        read = {found[1] for row in plan if (found := NAMED.search(row[3]))}
        assert read <= READ_FREELY, f"{statement}\n{plan}"
