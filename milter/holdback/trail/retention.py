"""Delete expired disclosures and contacts, in transactions short enough that no message waits for them."""

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
"""Pairs of acquaintances kept; beyond this the oldest days are deleted early."""
_BATCH = 5_000
_SELECTED = 1_000_000
_DAY = 86_400


def expire_disclosures(database: Database, before: float, batch: int = _BATCH) -> None:
    """Delete disclosures older than `before` (unix time), and segments without any disclosure left.

    `batch`: rows per transaction.
    """
    while _forget_some(database, before, batch) == batch:
        pass
    left = select(disclosures.c.id).where(disclosures.c.id.between(segments.c.first, segments.c.last))
    with database.reading() as connection:
        empty = connection.execute(select(segments.c.first).where(~exists(left))).scalars().all()
    for first in empty:
        with database.writing_in_background() as connection:
            connection.execute(
                delete(shelves).where(
                    shelves.c.id >= bucket_key(first, 0), shelves.c.id < bucket_key(first + 1, 0)
                )
            )
            connection.execute(delete(segments).where(segments.c.first == first))


def _forget_some(database: Database, before: float, batch: int) -> int:
    oldest = select(disclosures.c.id).where(disclosures.c.at < before).order_by(disclosures.c.at)
    with database.writing_in_background() as connection:
        old = disclosures.c.id.in_(oldest.limit(batch))
        return connection.execute(delete(disclosures).where(old)).rowcount


def expire_contacts(
    database: Database,
    now: float,
    remember: float,
    window: float,
    *,
    max_pairs: int = MAX_PAIRS,
    batch: int = _BATCH,
) -> int:
    """Delete contacts not seen for `remember` seconds, and sender recipients older than `window` seconds.

    `now` is unix time, `max_pairs` the acquaintances kept, `batch` the rows per transaction. Returns the
    number of rows deleted. Raises RecordUnavailable.
    """
    since = now - remember
    silent = and_(correspondents.c.last_sent < since, correspondents.c.last_received < since)
    day = max(int(since // _DAY), _first_day_with_room(database, max_pairs))
    old: list[tuple[Table, Column[Any], ColumnElement[bool]]] = [
        (approaches, approaches.c.id, approaches.c.at < now - window),
        (correspondents, correspondents.c.number, silent),
        (acquaintances, acquaintances.c.pair, acquaintances.c.day < day),
        # Their holds vanished or were never recorded.
        (waiting_acquaintances, waiting_acquaintances.c.id, waiting_acquaintances.c.arrived < since),
    ]
    return sum(_forget(database, *some, batch) for some in old)


def _first_day_with_room(database: Database, max_pairs: int) -> int:
    """Return the earliest day (since 1970) from which on the pairs number at most `max_pairs`."""
    per_day = select(acquaintances.c.day, func.count()).group_by(acquaintances.c.day)
    with database.reading() as connection:
        days = connection.execute(per_day.order_by(acquaintances.c.day.desc())).all()
    pairs = 0
    for day, number in days:
        pairs += number
        if pairs > max_pairs:
            return int(day) + 1
    return 0


def _forget(database: Database, table: Table, key: Column[Any], old: ColumnElement[bool], batch: int) -> int:
    """Delete old rows of `table` by `key`; a row that was refreshed since the select is kept."""
    forgotten = 0
    while True:
        with database.reading() as connection:
            found = connection.execute(select(key).where(old).limit(_SELECTED)).scalars().all()
        for start in range(0, len(found), batch):
            some = key.in_(found[start : start + batch])
            with database.writing_in_background() as connection:
                forgotten += connection.execute(delete(table).where(some, old)).rowcount
        if len(found) < _SELECTED:
            return forgotten
