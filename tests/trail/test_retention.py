"""Contacts expire."""

from array import array

from holdback.cases.database import Database
from holdback.trail.acquaintances import (
    AcquaintedPairs,
    PendingPairs,
    store_acquainted_pairs,
    store_pending_pairs,
)
from holdback.trail.contacts import Correspondence, store_correspondence
from holdback.trail.recipient_rate import SenderRecipients, store_sender_recipients
from holdback.trail.retention import expire_contacts
from holdback.trail.schema import acquaintances, approaches, waiting_acquaintances
from holdback.trail.statistics import count_trail
from sqlalchemy import Column, select

DAY = 86_400
NOON = 1_700_000_000.25
NOBODY = array("q")


def left(database: Database, column: "Column[int]") -> list[int]:
    with database.reading() as connection:
        return sorted(connection.execute(select(column)).scalars())


def test_expiry(database: Database) -> None:
    """Sender recipients expire after the window, all others when last seen before the limit."""
    with database.writing() as connection:
        for at in (NOON, NOON + 10 * DAY):
            store_correspondence(connection, [Correspondence(at, array("q", [1]), array("q", [int(at)]))])
            store_correspondence(connection, [Correspondence(NOON, array("q", [2]), NOBODY)])
            store_acquainted_pairs(connection, [AcquaintedPairs(at, array("q", [int(at)]))])
            store_pending_pairs(connection, [PendingPairs("mx1", "4AAA", at, NOBODY, NOBODY)])
            store_sender_recipients(
                connection, [SenderRecipients(at, "x", 1, NOBODY), SenderRecipients(at + 60, "x", 1, NOBODY)]
            )
    later = NOON + 100 * DAY + 1
    assert expire_contacts(database, NOON + 10 * DAY + 30, 100 * DAY, 60) == 2
    assert len(left(database, approaches.c.id)) == 2
    assert expire_contacts(database, later, 100 * DAY, 200 * DAY) == 3
    with database.reading() as connection:
        known = count_trail(connection, 0, 0)
        assert (known.correspondents, known.acquaintances) == (2, 2)
    assert expire_contacts(database, later + DAY, 100 * DAY, 200 * DAY) == 1
    assert left(database, acquaintances.c.pair) == [int(NOON + 10 * DAY)]
    assert len(left(database, waiting_acquaintances.c.id)) == 1


def test_acquaintances_are_bounded(database: Database) -> None:
    """Beyond the limit the oldest days are deleted whole."""
    with database.writing() as connection:
        for day in range(4):
            pairs = array("q", range(100 * day, 100 * day + 10))
            store_acquainted_pairs(connection, [AcquaintedPairs(NOON + day * DAY, pairs)])
    assert expire_contacts(database, NOON + 4 * DAY, 100 * DAY, DAY, max_pairs=25, batch=7) == 20
    assert left(database, acquaintances.c.pair) == [*range(200, 210), *range(300, 310)]
