"""Fixtures: each test of the trail runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator

import pytest
from holdback.cases.database import MILTER_TIMEOUT, Database


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An empty database, on each engine in turn."""
    database = Database(url, MILTER_TIMEOUT)
    yield database
    database.close()
