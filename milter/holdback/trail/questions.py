"""Questions to the database that a message waits for: asked seldom, answered quickly or not at all."""

import time
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TypeVar

from sqlalchemy import BindParameter, Column, ColumnElement, Connection, bindparam, select

from holdback.cases.database import Database
from holdback.cases.values import RecordUnavailable

REST = 10.0
"""Seconds that a database that did not answer is left alone, lest every message waits for it in turn."""
# Far below what either engine takes in one statement.
_AT_ONCE = 5000

Answer = TypeVar("Answer")


class Questions:
    """Safe from any thread."""

    def __init__(self, database: Database) -> None:
        """`database`: one that gives up quickly (`MILTER_TIMEOUT`)."""
        self._database = database
        self._rest_until = 0.0

    def ask(self, question: Callable[[Connection], Answer]) -> Answer | None:
        """The answer; None if the database does not give one, or did not a moment ago."""
        if time.monotonic() < self._rest_until:
            return None
        try:
            with self._database.reading() as connection:
                return question(connection)
        except RecordUnavailable:
            self._rest_until = time.monotonic() + REST
            return None


def those_on_record(
    connection: Connection, column: Column[int], numbers: Iterable[int], *conditions: ColumnElement[bool]
) -> set[int]:
    """Those of the `numbers` that `column` has in a row that meets the `conditions`."""
    wanted: BindParameter[int] = bindparam("wanted", expanding=True, literal_execute=True)
    query = select(column).where(column.in_(wanted), *conditions)
    waiting, found = iter(numbers), set[int]()
    while some := list(islice(waiting, _AT_ONCE)):
        found.update(connection.execute(query, {"wanted": some}).scalars())
    return found
