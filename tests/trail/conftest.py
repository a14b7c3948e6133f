"""Every test of the trail runs on both engines, as those of the record do."""

from collections.abc import Iterator

import pytest
from holdback.cases.database import MILTER_TIMEOUT, Database


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An empty database, on one engine after the other."""
    database = Database(url, MILTER_TIMEOUT)
    yield database
    database.close()
