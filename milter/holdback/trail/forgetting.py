"""What is known of contacts is forgotten in time: a little at once, so that no hold waits for it."""

from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, func, select

from holdback.cases.database import Database
from holdback.trail.schema import acquaintances, approaches, correspondents, waiting_acquaintances

MOST_PAIRS = 20_000_000
"""Acquaintances that are kept; beyond, those not seen for the longest are forgotten before their time."""
_AT_ONCE = 5_000
_FOUND_AT_ONCE = 1_000_000
_DAY = 86_400


def forget_contacts(database: Database, now: float, remember: float, window: float) -> int:
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
        if pairs > MOST_PAIRS:
            return int(day) + 1
    return 0


def _forget(database: Database, table: Table, key: Column[Any], old: ColumnElement[bool]) -> int:
    """Looks for what is old while others write; what was seen again meanwhile stays."""
    forgotten = 0
    while True:
        with database.reading() as connection:
            found = connection.execute(select(key).where(old).limit(_FOUND_AT_ONCE)).scalars().all()
        for start in range(0, len(found), _AT_ONCE):
            some = key.in_(found[start : start + _AT_ONCE])
            with database.writing_in_background() as connection:
                forgotten += connection.execute(delete(table).where(some, old)).rowcount
        if len(found) < _FOUND_AT_ONCE:
            return forgotten
