"""Statements past the unit of work, for the road that thousands of reports take on one evening.

A statement that is kept and run again costs a third of one that is put together each time, and rows that go in with
one statement let the writer keep its processor: between statements the driver lets other threads run, and while they
do, everybody waits for the writer.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import BindParameter, Dialect, Executable, Result, Table, Update, bindparam, update

from webapp.core.db import Base, db, table

Row = Mapping[str, Any]
MOST = 64  # rows in one statement, a power of two; 64 rows of 20 columns are well within what both databases take


def each_of(name: str) -> BindParameter[Any]:
    """Return the place for a list called `name` in a statement that is kept: `column.in_(each_of("ids"))`."""
    return bindparam(name, expanding=True)


def execute(statement: Executable, **parameters: Any) -> Result[*tuple[Any, ...]]:
    """Return the result of a kept `statement` on tables (not on models); what the session holds back goes first."""
    session = db.session()
    session.flush()
    return session.connection().execute(statement, parameters)


def insert_many(model: type[Base], rows: Sequence[Row]) -> None:
    """Insert `rows`, each with a value for every column of `model`; other keys are passed over.

    The numbers of rows are powers of two, so that there are few statements and the drivers know them all.
    """
    if not rows:
        return
    connection = db.session.connection()
    bind = _binder(table(model), connection.dialect)
    for part in _in_powers_of_two(rows):
        statement = _statement(table(model), connection.dialect, len(part))
        connection.exec_driver_sql(statement, tuple(chain.from_iterable(map(bind, part))))


def update_many(model: type[Base], rows: Sequence[Row]) -> None:
    """Write `rows` over those with their `id`, each with a value for every column of `model`; other keys are passed by.

    One statement, kept, however many rows there are.
    """
    if rows:
        names = [column.name for column in table(model).columns]
        given = [{f"new_{name}": row[name] for name in names} for row in rows]
        db.session.connection().execute(_change(table(model)), given)


@cache
def _change(of: Table) -> Update:
    values: dict[str, Any] = {
        column.name: bindparam(f"new_{column.name}") for column in of.columns if column.name != "id"
    }
    return update(of).where(of.c.id == bindparam("new_id")).values(values)


def _in_powers_of_two(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    start, size = 0, MOST
    while start < len(rows):
        while size > len(rows) - start:
            size //= 2
        yield rows[start : start + size]
        start += size


@cache
def _statement(into: Table, dialect: Dialect, count: int) -> str:
    quoted = dialect.identifier_preparer
    columns = ", ".join(quoted.format_column(column) for column in into.columns)
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    rows = ", ".join([f"({', '.join([mark] * len(into.columns))})"] * count)
    return f"INSERT INTO {quoted.format_table(into)} ({columns}) VALUES {rows}"  # noqa: S608 - names of our own tables


@cache
def _binder(into: Table, dialect: Dialect) -> Callable[[Row], list[Any]]:
    """Return the function that spells a row as the driver takes it, in the order of the columns."""
    spell = [(column.name, column.type.dialect_impl(dialect).bind_processor(dialect)) for column in into.columns]

    def bind(row: Row) -> list[Any]:
        return [process(row[name]) if process else row[name] for name, process in spell]

    return bind
