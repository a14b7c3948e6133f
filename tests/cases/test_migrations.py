"""A database of each earlier version with a row in every table is upgraded, and loses nothing."""

from typing import Any

import holdback.cases.migrations
import pytest
from alembic import command
from alembic.config import Config
from holdback.cases.database import OPERATOR_TIMEOUT, Database
from holdback.cases.migrations import VERSIONS
from sqlalchemy import Column, Connection, MetaData, Table, create_engine, insert, select
from sqlalchemy.types import Float, Integer, LargeBinary

CONTENTS = {"state": "held", "decision": "release", "direction": "out", "case_id": "K7Q2-9F"}
"""Values of text columns for which any text would not do."""
OWN = {"alembic_version", "compatibility"}
"""Tables about the version itself."""

Rows = dict[str, list[dict[str, Any]]]


def value_of(column: Column[Any]) -> object:
    """Return a value that the column accepts; keys of all tables are 1, or the same text."""
    if isinstance(column.type, Integer):
        return 1
    if isinstance(column.type, Float):
        return 1_750_000_000.5
    if isinstance(column.type, LargeBinary):
        return b"\x01\x02\x03\x04\x05\x06\x07\x08"
    if column.foreign_keys or (column.name == "id" and column.table.name == "cases"):
        return CONTENTS["case_id"]
    return CONTENTS.get(column.name, f"{column.table.name} {column.name}")


def tables_of(connection: Connection) -> list[Table]:
    """Return the tables that are there, those first that others refer to."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name not in OWN]


def fill(connection: Connection) -> Rows:
    """Insert a row into every table; return all rows by table."""
    for table in tables_of(connection):
        # A hold does not refer to itself.
        columns = [column for column in table.c if column.name not in ("replaces", "spent_by")]
        connection.execute(insert(table).values({column.name: value_of(column) for column in columns}))
    return rows_of(connection)


def rows_of(connection: Connection) -> Rows:
    return {
        table.name: [dict(row._mapping) for row in connection.execute(select(table))]
        for table in tables_of(connection)
    }


@pytest.mark.parametrize("version", VERSIONS[:-1])
def test_nothing_is_lost(url: str, version: str) -> None:
    """Every value of every row is still there; new columns have a value of their own."""
    engine = create_engine(url)
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", holdback.cases.migrations.__path__[0])
        command.upgrade(config, version)
        before = fill(connection)
    engine.dispose()
    assert {len(rows) for rows in before.values()} == {1}
    database = Database(url, OPERATOR_TIMEOUT)
    with database.reading() as connection:
        after = rows_of(connection)
    database.close()
    for table, (row,) in before.items():
        (kept,) = after[table]
        assert {name: kept.get(name) for name in row} == row, table
