"""What tests of the office need: reports that were handed in, and what it took to show a page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bs4 import BeautifulSoup
from sqlalchemy import event as listening

from tests.builders import World, complete, report
from tests.support.phone import Json, Phone
from webapp.accounts.queries import Actor, actors_of
from webapp.accounts.rules import token_hash
from webapp.core.db import db
from webapp.core.period import Month
from webapp.reports.queries import values_before

FROM_ENTRIES = (
    "births", "deaths", "persons_in", "persons_out", "households_in", "households_out", "services_given",
)  # fmt: skip


def plain(phone: Phone, unit: str, month: str = "202611", **envelope: Any) -> Json:
    """Hand in a month in which nothing happened; return the answer."""
    return taken(phone, {**report(unit, month), **envelope})


def hand_in(phone: Phone, unit: str, month: str = "202611", reason: str | None = None, **given: Any) -> Json:
    """Hand in a month with the numbers `given`; those that no entries give are explained. Return the answer.

    `id` and `base_version` among `given` make it a new version; `declared_at` says when.
    """
    envelope = {name: given.pop(name) for name in ("id", "base_version", "declared_at") if name in given}
    values = complete(**{"opening_persons": closing_before(unit, month), **given})
    explained = [name for name in (*FROM_ENTRIES, "closing_persons") if name in given and values[name]]
    rows = [{"measure": name, "value": values[name], "reason": f"数过，{name} 对的"} for name in explained]
    more = {"reason": reason} if reason else {}
    return taken(phone, {**report(unit, month, values=values, adjustments=rows, nil=False, **more), **envelope})


def closing_before(unit: str, month: str) -> int:
    """Return with how many people the month before `month` closed; 100 when it was not reported."""
    before = values_before(unit, Month.parse(month))
    db.session.rollback()
    return before["closing_persons"] if before else 100


def taken(phone: Phone, record: Json) -> Json:
    """Send `record`; return the answer, which must be that it is kept."""
    answer = phone.push(record)[0]
    assert answer["outcome"] in ("created", "updated"), answer
    return answer


def actor(world: World, login: str) -> Actor:
    """Return `login` as the one who asks."""
    return next(iter(actors_of([token_hash(world.open_session(login))]).values()))


def words(soup: BeautifulSoup) -> str:
    """Return what the page says, in one line."""
    assert soup.main
    return " ".join(soup.main.get_text(" ").split())


def rows_of(soup: BeautifulSoup, table: str) -> list[list[str]]:
    """Return the texts of the cells of a table (its id, or its body's), row by row, without its head."""
    found = soup.select(f"#{table} tbody tr, #{table} tfoot tr")
    return [[" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])] for row in found]


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is asked of the database meanwhile, without the beginnings of transactions."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            asked.append(statement)

    listening.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        listening.remove(db.engine, "before_cursor_execute", note)
