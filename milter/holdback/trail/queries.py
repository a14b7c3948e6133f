"""Run read queries that a message waits for, and insert many rows at once.

After a failure the database is left alone for a while.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import islice
from typing import TypeVar

from sqlalchemy import BindParameter, Column, ColumnElement, Connection, Insert, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from holdback.cases.database import Database
from holdback.cases.model import RecordUnavailable

RETRY_DELAY = 10.0
"""Seconds without queries after a failure, so that not every message waits for a database that is down."""
# Far below the limits of SQLite and PostgreSQL for one statement.
_BATCH = 5000
_POSITIONAL = {
    "sqlite": sqlite.dialect(paramstyle="qmark"),
    "postgresql": postgresql.dialect(paramstyle="format"),  # type: ignore[no-untyped-call]
}

Answer = TypeVar("Answer")


class CircuitBreaker:
    """Read access to the database that fails fast while the database is down. Thread-safe."""

    def __init__(self, database: Database) -> None:
        """`database`: opened with a short time-out (`MILTER_TIMEOUT`)."""
        self._database = database
        self._closed_until = 0.0

    def query(self, question: Callable[[Connection], Answer]) -> Answer | None:
        """Return the result of `question`; None if the database fails, or failed within `RETRY_DELAY`."""
        if time.monotonic() < self._closed_until:
            return None
        try:
            with self._database.reading() as connection:
                return question(connection)
        except RecordUnavailable:
            self._closed_until = time.monotonic() + RETRY_DELAY
            return None


def stored_numbers(
    connection: Connection, column: Column[int], numbers: Iterable[int], *conditions: ColumnElement[bool]
) -> set[int]:
    """Return the `numbers` present in `column`, in rows that meet the `conditions`."""
    wanted: BindParameter[int] = bindparam("wanted", expanding=True, literal_execute=True)
    query = select(column).where(column.in_(wanted), *conditions)
    waiting, found = iter(numbers), set[int]()
    while some := list(islice(waiting, _BATCH)):
        found.update(connection.execute(query, {"wanted": some}).scalars())
    return found


def insert_rows(connection: Connection, statement: Insert, rows: Sequence[tuple[object, ...]]) -> None:
    """Execute `statement` once for each row, whose values are in the order of the statement's columns.

    The driver gets the tuples as they are: SQLAlchemy would convert each row, in three times the time.
    `statement`: the same object each time, as it is compiled once.
    """
    if rows:
        connection.exec_driver_sql(_compiled(statement, connection.dialect.name), list(rows))


@cache
def _compiled(statement: Insert, dialect: str) -> str:
    """Return the SQL of the named dialect, with positional parameters."""
    return str(statement.compile(dialect=_POSITIONAL[dialect]))
