"""Messages on hold without a record, as each host last saw them: an event for each that is new.

An orphan is known by its queue id and arrival until it leaves the hold queue, so one that waits for weeks
makes one event, and a night without a milter makes one for each of its messages.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update

from holdback.cases.database import Database
from holdback.cases.events import Event, EventKind, write_events
from holdback.cases.hosts import name_of
from holdback.cases.schema import orphans, storable

_AT_ONCE = 1_000
"""Orphans in one transaction: new holds are recorded in between."""

Orphan = tuple[str, float]
"""Queue id and arrival (unix time)."""


def record_orphans(database: Database, host: str, present: Iterable[Orphan], at: float) -> int:
    """Writes an event for each orphan that was not there before; number of events.

    `host`: id of this host. `present`: all its orphans, seen at `at` (unix time). Those that are gone are
    forgotten.
    """
    now = {(storable(queue_id), arrived) for queue_id, arrived in present}
    with database.reading() as connection:
        before = _known(connection, host)
    for batch in _batches(before - now):
        with database.writing_in_background() as connection:
            _forget(connection, host, batch)
    seen = 0
    for batch in _batches(now - before):
        with database.writing_in_background() as connection:
            seen += _add(connection, host, batch, at)
    return seen


def _batches(some: set[Orphan]) -> Iterator[list[Orphan]]:
    ordered = sorted(some, key=lambda orphan: (orphan[1], orphan[0]))
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def _known(connection: Connection, host: str, *queue_ids: str) -> set[Orphan]:
    """Orphans of this host on record: all, or those with one of these queue ids."""
    query = select(orphans.c.queue_id, orphans.c.arrived).where(orphans.c.host == storable(host))
    if queue_ids:
        query = query.where(orphans.c.queue_id.in_(queue_ids))
    return {(row.queue_id, row.arrived) for row in connection.execute(query)}


def _forget(connection: Connection, host: str, gone: list[Orphan]) -> None:
    one = (orphans.c.queue_id == bindparam("name"), orphans.c.arrived == bindparam("time"))
    connection.execute(
        delete(orphans).where(orphans.c.host == storable(host), *one),
        [{"name": queue_id, "time": arrived} for queue_id, arrived in gone],
    )


def _add(connection: Connection, host: str, batch: list[Orphan], at: float) -> int:
    # Another process of this host may have been faster.
    known = _known(connection, host, *(queue_id for queue_id, _ in batch))
    new = [orphan for orphan in batch if orphan not in known]
    rows = [{"host": storable(host), "queue_id": queue_id, "arrived": arrived} for queue_id, arrived in new]
    if rows:
        connection.execute(insert(orphans), rows)
    name = name_of(connection, host) if new else host
    write_events(
        connection,
        (Event(EventKind.ORPHAN_SEEN, at, name, queue_id=queue_id) for queue_id, _ in new),
    )
    return len(new)


ASKED = "asked"
"""Outcome of an orphan whose inspection has begun, and may have been interrupted."""
RELEASED = "released"
"""Outcome of an orphan that was released; it is forgotten when the queue is listed next."""


def begin_inspection(database: Database, host: str, orphan: Orphan, at: float) -> str:
    """Returns the outcome of an earlier inspection; if there is none, "" after writing `ASKED`."""
    with database.writing() as connection:
        _add(connection, host, [(storable(orphan[0]), orphan[1])], at)
        earlier: str = connection.execute(select(orphans.c.outcome).where(*_one(host, orphan))).scalar_one()
        if not earlier:
            connection.execute(update(orphans).where(*_one(host, orphan)).values(outcome=ASKED))
        return earlier


def record_outcome(database: Database, host: str, orphan: Orphan, outcome: str, at: float) -> bool:
    """Writes the outcome of an orphan; False if another process has written it."""
    change = update(orphans).where(*_one(host, orphan), orphans.c.outcome != outcome)
    with database.writing() as connection:
        written = connection.execute(change.values(outcome=outcome)).rowcount == 1
        if written and outcome == RELEASED:
            released = Event(EventKind.ORPHAN_RELEASED, at, name_of(connection, host), queue_id=orphan[0])
            write_events(connection, [released])
        return written


def _one(host: str, orphan: Orphan) -> tuple[ColumnElement[bool], ...]:
    queue_id, arrived = orphan
    return (
        orphans.c.host == storable(host),
        orphans.c.queue_id == storable(queue_id),
        orphans.c.arrived == arrived,
    )
