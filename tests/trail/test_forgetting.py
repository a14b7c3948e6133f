"""What is known of contacts is forgotten in time."""

from array import array

import pytest
from holdback.cases.database import Database
from holdback.trail import forgetting
from holdback.trail.acquaintances import Acquainted, Waiting, store_acquainted, store_waiting
from holdback.trail.contacts import Correspondence, store_correspondence
from holdback.trail.forgetting import forget_contacts
from holdback.trail.recipient_rate import Approach, store_approaches
from holdback.trail.schema import acquaintances, approaches, waiting_acquaintances
from holdback.trail.statistics import known_of
from sqlalchemy import Column, select

DAY = 86_400
NOON = 1_700_000_000.25
NOBODY = array("q")


def left(database: Database, column: "Column[int]") -> list[int]:
    with database.reading() as connection:
        return sorted(connection.execute(select(column)).scalars())


def test_each_in_its_time(database: Database) -> None:
    """Approaches after the window, everything else when it was last seen longer ago than is remembered."""
    with database.writing() as connection:
        for at in (NOON, NOON + 10 * DAY):
            store_correspondence(connection, [Correspondence(at, array("q", [1]), array("q", [int(at)]))])
            store_correspondence(connection, [Correspondence(NOON, array("q", [2]), NOBODY)])
            store_acquainted(connection, [Acquainted(at, array("q", [int(at)]))])
            store_waiting(connection, [Waiting("mx1", "4AAA", at, NOBODY, NOBODY)])
            store_approaches(connection, [Approach(at, "x", 1, NOBODY), Approach(at + 60, "x", 1, NOBODY)])
    later = NOON + 100 * DAY + 1
    assert forget_contacts(database, NOON + 10 * DAY + 30, 100 * DAY, 60) == 2
    assert len(left(database, approaches.c.id)) == 2
    assert forget_contacts(database, later, 100 * DAY, 200 * DAY) == 3
    with database.reading() as connection:
        known = known_of(connection, 0, 0)
        assert (known.correspondents, known.acquaintances) == (2, 2)
    assert forget_contacts(database, later + DAY, 100 * DAY, 200 * DAY) == 1
    assert left(database, acquaintances.c.pair) == [int(NOON + 10 * DAY)]
    assert len(left(database, waiting_acquaintances.c.id)) == 1


def test_acquaintances_are_bounded(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more than are kept, whole days are forgotten, those longest ago first."""
    monkeypatch.setattr(forgetting, "MOST_PAIRS", 25)
    monkeypatch.setattr(forgetting, "_AT_ONCE", 7)
    with database.writing() as connection:
        for day in range(4):
            pairs = array("q", range(100 * day, 100 * day + 10))
            store_acquainted(connection, [Acquainted(NOON + day * DAY, pairs)])
    assert forget_contacts(database, NOON + 4 * DAY, 100 * DAY, DAY) == 20
    assert left(database, acquaintances.c.pair) == [*range(200, 210), *range(300, 310)]
