"""Move the latest disclosures of the ledger into sorted segments.

Each step is one short transaction, so that no message waits for it. Several hosts may compact concurrently.
"""

from sqlalchemy import Connection, delete, func, insert, select

from holdback.cases.database import Database
from holdback.trail.schema import disclosures, segments, shelves, shown
from holdback.trail.segments import Entries, bits_for, bucket_key, concatenate, partition

SEGMENT = 250_000
"""Entries of a new segment, about. A look-up scans at most this many entries that are not compacted yet."""
SEGMENTS = 400
"""Segments above which new ones grow, up to `LARGEST`: a look-up reads one bucket of each segment."""
LARGEST = 1_000_000
ROWS = 20_000
"""Uncompacted rows above which they are compacted regardless of their size."""
AGE = 86_400.0
"""Seconds after which uncompacted rows are compacted, however few: pseudonyms are deleted by segment."""


def compact(database: Database, now: float, size: int = SEGMENT) -> bool:
    """Move the oldest uncompacted rows into one segment; False if too few are due, or another host did it.

    `now` is unix time, `size` the entries of a segment, about.
    """
    with database.reading() as connection:
        due = _due_rows(connection, now, size)
        if not due:
            return False
        columns = (shown.c.first, shown.c.numbers, shown.c.disclosures, shown.c.places)
        query = select(*columns).where(shown.c.first <= due[-1]).order_by(shown.c.first)
        rows = [(first, Entries.from_columns(*blobs)) for first, *blobs in connection.execute(query)]
    if not rows:
        # In PostgreSQL (READ COMMITTED) another host may have deleted them between the two queries.
        return False
    # Sort before the write transaction begins.
    entries = concatenate(rows)
    start, bits = rows[0][0], bits_for(len(entries))
    buckets = [
        {"id": bucket_key(start, bucket), **inside.columns()} for bucket, inside in partition(entries, bits)
    ]
    segment = {
        "first": start,
        "last": start + int(entries.disclosures.max()),
        "count": len(entries),
        "bits": bits,
    }
    with database.writing_in_background() as connection:
        # Another host may have compacted them.
        old = shown.c.first <= due[-1]
        left = connection.execute(select(func.count(), func.min(shown.c.first)).where(old)).one()
        if tuple(left) != (len(rows), start):
            return False
        connection.execute(delete(shown).where(old))
        connection.execute(insert(segments).values(segment))
        connection.execute(insert(shelves), buckets)
    return True


def _due_rows(connection: Connection, now: float, least: int) -> list[int]:
    """Return the keys of the rows to compact next, in order; empty if it is too early."""
    size = _segment_size(connection, least)
    latest = connection.execute(
        select(shown.c.first, shown.c.count).order_by(shown.c.first).limit(ROWS)
    ).all()
    due: list[int] = []
    total = 0
    for first, count in latest:
        if total >= size:
            break
        due.append(first)
        total += count
    if total >= size or len(due) >= ROWS or (due and _age(connection, due[0], now) >= AGE):
        return due
    return []


def _segment_size(connection: Connection, least: int) -> int:
    compacted = connection.execute(select(func.coalesce(func.sum(segments.c.count), 0))).scalar_one()
    return min(max(least, int(compacted) // SEGMENTS), LARGEST)


def _age(connection: Connection, disclosure: int, now: float) -> float:
    at = connection.execute(select(disclosures.c.at).where(disclosures.c.id == disclosure)).scalar()
    return now - at if at is not None else AGE
