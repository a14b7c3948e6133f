"""What housekeeping does to the ledger: folds the latest disclosures into segments, forgets the oldest.

Every step is a short transaction, so that mail never waits for it; of several hosts any may take it.
"""

from sqlalchemy import Connection, delete, exists, func, insert, select

from holdback.cases.database import Database
from holdback.trail.schema import disclosures, segments, shelves, shown
from holdback.trail.segments import Entries, bits_for, joined, row_of, shelved

SEGMENT = 250_000
"""Numbers that are folded together, about: so many of the latest ones a look-up reads one by one."""
SEGMENTS = 400
"""In a ledger with more segments the next ones are larger, up to `LARGEST`: a look-up reads a row of each."""
LARGEST = 1_000_000
ROWS = 20_000
"""Rows that the latest ones take, at most."""
AGE = 86_400.0
"""Seconds after which the latest ones are folded, few as they may be: numbers are forgotten by segments."""
_AT_ONCE = 5_000
"""Rows deleted in one transaction."""


def fold(database: Database, now: float) -> bool:
    """Sort the oldest of the latest rows into a segment; False if there are too few, or somebody else did."""
    with database.reading() as connection:
        taken = _ripe(connection, now)
        if not taken:
            return False
        columns = (shown.c.first, shown.c.numbers, shown.c.disclosures, shown.c.places)
        query = select(*columns).where(shown.c.first <= taken[-1]).order_by(shown.c.first)
        rows = [(first, Entries.stored(*blobs)) for first, *blobs in connection.execute(query)]
    if not rows:
        # PostgreSQL shows each query what others have done meanwhile.
        return False
    # Sorted before anybody has to wait for this transaction.
    entries = joined(rows)
    start, bits = rows[0][0], bits_for(len(entries))
    on_shelves = [
        {"id": row_of(start, shelf), **inside.columns()} for shelf, inside in shelved(entries, bits)
    ]
    segment = {
        "first": start,
        "last": start + int(entries.disclosures.max()),
        "count": len(entries),
        "bits": bits,
    }
    with database.writing_in_background() as connection:
        # Another host may have been faster.
        old = shown.c.first <= taken[-1]
        left = connection.execute(select(func.count(), func.min(shown.c.first)).where(old)).one()
        if tuple(left) != (len(rows), start):
            return False
        connection.execute(delete(shown).where(old))
        connection.execute(insert(segments).values(segment))
        connection.execute(insert(shelves), on_shelves)
    return True


def _ripe(connection: Connection, now: float) -> list[int]:
    """First disclosures of the rows to be folded next, in order; empty if it is too early."""
    enough = _enough(connection)
    latest = connection.execute(
        select(shown.c.first, shown.c.count).order_by(shown.c.first).limit(ROWS)
    ).all()
    taken: list[int] = []
    total = 0
    for first, count in latest:
        if total >= enough:
            break
        taken.append(first)
        total += count
    if total >= enough or len(taken) >= ROWS or (taken and _age(connection, taken[0], now) >= AGE):
        return taken
    return []


def _enough(connection: Connection) -> int:
    folded = connection.execute(select(func.coalesce(func.sum(segments.c.count), 0))).scalar_one()
    return min(max(SEGMENT, int(folded) // SEGMENTS), LARGEST)


def _age(connection: Connection, disclosure: int, now: float) -> float:
    at = connection.execute(select(disclosures.c.at).where(disclosures.c.id == disclosure)).scalar()
    return now - at if at is not None else AGE


def prune(database: Database, before: float) -> None:
    """Forget the disclosures from before then (unix time), and every segment that is left with none."""
    while _forget_some(database, before) == _AT_ONCE:
        pass
    left = select(disclosures.c.id).where(disclosures.c.id.between(segments.c.first, segments.c.last))
    with database.reading() as connection:
        empty = connection.execute(select(segments.c.first).where(~exists(left))).scalars().all()
    for first in empty:
        with database.writing_in_background() as connection:
            connection.execute(
                delete(shelves).where(shelves.c.id >= row_of(first, 0), shelves.c.id < row_of(first + 1, 0))
            )
            connection.execute(delete(segments).where(segments.c.first == first))


def _forget_some(database: Database, before: float) -> int:
    oldest = select(disclosures.c.id).where(disclosures.c.at < before).order_by(disclosures.c.at)
    with database.writing_in_background() as connection:
        old = disclosures.c.id.in_(oldest.limit(_AT_ONCE))
        return connection.execute(delete(disclosures).where(old)).rowcount
