"""What is known of contacts is forgotten in time: a little at once, so that no hold waits for it."""

from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, exists, func, select

from holdback.cases.database import Database
from holdback.trail.schema import (
    acquaintances,
    approaches,
    correspondents,
    disclosures,
    segments,
    shelves,
    waiting_acquaintances,
)
from holdback.trail.segments import bucket_key

MAX_PAIRS = 20_000_000
"""Acquaintances that are kept; beyond, those not seen for the longest are forgotten before their time."""
_BATCH = 5_000
_SELECTED = 1_000_000
_DAY = 86_400


def expire_disclosures(database: Database, before: float) -> None:
    """Forget the disclosures from before then (unix time), and every segment that is left with none."""
    while _forget_some(database, before) == _BATCH:
        pass
    left = select(disclosures.c.id).where(disclosures.c.id.between(segments.c.first, segments.c.last))
    with database.reading() as connection:
        empty = connection.execute(select(segments.c.first).where(~exists(left))).scalars().all()
    for first in empty:
        with database.tending() as connection:
            connection.execute(
                delete(shelves).where(
                    shelves.c.id >= bucket_key(first, 0), shelves.c.id < bucket_key(first + 1, 0)
                )
            )
            connection.execute(delete(segments).where(segments.c.first == first))


def _forget_some(database: Database, before: float) -> int:
    oldest = select(disclosures.c.id).where(disclosures.c.at < before).order_by(disclosures.c.at)
    with database.tending() as connection:
        old = disclosures.c.id.in_(oldest.limit(_BATCH))
        return connection.execute(delete(disclosures).where(old)).rowcount


def expire_contacts(database: Database, now: float, remember: float, window: float) -> int:
    """Deletes what has not been seen for `remember`, and approaches older than `window` (seconds).

    `now` is unix time. How many rows that were. Raises RecordUnavailable.
    """
    since = now - remember
    silent = and_(correspondents.c.last_sent < since, correspondents.c.last_received < since)
    day = max(int(since // _DAY), _first_day_with_room(database))
    old: list[tuple[Table, Column[Any], ColumnElement[bool]]] = [
        (approaches, approaches.c.id, approaches.c.at < now - window),
        (correspondents, correspondents.c.number, silent),
        (acquaintances, acquaintances.c.pair, acquaintances.c.day < day),
        # Their holds vanished, or were never put on record.
        (waiting_acquaintances, waiting_acquaintances.c.id, waiting_acquaintances.c.arrived < since),
    ]
    return sum(_forget(database, *some) for some in old)


def _first_day_with_room(database: Database) -> int:
    """The first day of which, and of all later ones, the pairs are not too many."""
    per_day = select(acquaintances.c.day, func.count()).group_by(acquaintances.c.day)
    with database.reading() as connection:
        days = connection.execute(per_day.order_by(acquaintances.c.day.desc())).all()
    pairs = 0
    for day, number in days:
        pairs += number
        if pairs > MAX_PAIRS:
            return int(day) + 1
    return 0


def _forget(database: Database, table: Table, key: Column[Any], old: ColumnElement[bool]) -> int:
    """Looks for what is old while others write; what was seen again meanwhile stays."""
    forgotten = 0
    while True:
        with database.reading() as connection:
            found = connection.execute(select(key).where(old).limit(_SELECTED)).scalars().all()
        for start in range(0, len(found), _BATCH):
            some = key.in_(found[start : start + _BATCH])
            with database.tending() as connection:
                forgotten += connection.execute(delete(table).where(some, old)).rowcount
        if len(found) < _SELECTED:
            return forgotten
