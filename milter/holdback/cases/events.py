"""Events of the record: each is written in the transaction that causes it, and read in the order of its id.

A writer holds the lock of `Writers.RECORD` until its transaction is committed (`Database.writing`), and an
event gets its id under that lock. So ids become visible in ascending order, on PostgreSQL too: a reader that
remembers the last id misses no event.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from sqlalchemy import Connection, case, delete, func, insert, select

from holdback.cases.database import Database, Writers
from holdback.cases.model import Decision, HoldState, word_of
from holdback.cases.schema import cases, events, holds, storable

KEPT = 30 * 86_400.0
"""Seconds for which an event is kept. Readers follow within minutes; holds and decisions stay on record."""


class EventKind(StrEnum):
    CASE_OPENED = "case_opened"
    CASE_GREW = "case_grew"
    """Another message was held for a case."""
    DECIDED = "decided"
    UNDONE = "undone"
    """A decision was taken back in its grace period: `decision` is the one that no longer applies."""
    CARRIED_OUT = "carried_out"
    """Holdback released, dropped or returned a held message."""
    VANISHED = "vanished"
    """A message left the hold queue without Holdback. `state` is `released` if it was seen on its way out."""
    ORPHAN_SEEN = "orphan_seen"
    """The hold queue has a message without a record."""
    ORPHAN_RELEASED = "orphan_released"
    """Holdback inspected such a message and released it."""
    INSPECTED = "inspected"
    """A message held without an inspection was inspected and stays held."""
    UNKNOWN = "unknown"
    """Of a newer version; never written."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. What does not apply to its kind is None."""

    kind: EventKind
    at: float
    """Unix time."""
    host: str
    """Host whose queue it concerns; empty for a decision, which concerns all hosts."""
    case_id: str | None = None
    hold_id: int | None = None
    """The hold that it is about; of a decision: the only hold that it decides, None for the whole case."""
    queue_id: str | None = None
    """Of an orphan, which has neither case nor hold."""
    state: HoldState | None = None
    """State that the hold went to when it left the hold queue."""
    decision: Decision | None = None
    """What was decided about the case or the hold that left, if anything."""
    copies: int | None = None
    """Messages of a case that was opened or grew, this one included."""
    people: int | None = None
    """People that this message of a case that was opened or grew would disclose."""
    id: int = 0
    """Ascending in the order of the transactions, never used again; 0 before the event is on record."""
    case_opened: float | None = None
    """When the case was opened (unix time); None before the event is on record, or without a case."""
    counted_by: str | None = field(default=None, compare=False)
    """Of a decision: id (without one, name) of the host that counts it, which held the first message that is
    decided. None before the event is on record, and for all other events."""


def write_events(connection: Connection, new: Iterable[Event]) -> None:
    """Writes the events in this transaction, which must be one of `Database.writing` for `Writers.RECORD`."""
    if connection.get_execution_options().get("writing") is not Writers.RECORD:
        raise ValueError("events are written under the lock of the record: else their ids have no order")
    rows = [asdict(event) for event in new]
    for row in rows:
        del row["id"], row["case_opened"], row["counted_by"]
        row["host"] = storable(row["host"])
        row["queue_id"] = row["queue_id"] and storable(row["queue_id"])
    if rows:
        connection.execute(insert(events), rows)


def events_after(connection: Connection, last_id: int, limit: int) -> tuple[Event, ...]:
    """Up to `limit` events with an id above `last_id`, in the order of their ids."""
    of_case = holds.alias()
    oldest = select(func.min(of_case.c.id)).where(of_case.c.case_id == events.c.case_id)
    first = oldest.correlate(events).scalar_subquery()
    # Only decisions need it; for all others the join finds nothing.
    decided = case((events.c.kind == EventKind.DECIDED, func.coalesce(events.c.hold_id, first)))
    query = (
        select(events, cases.c.opened, holds.c.host_id, holds.c.host.label("hold_host"))
        .select_from(events)
        .outerjoin(holds, holds.c.id == decided)
        .outerjoin(cases, cases.c.id == events.c.case_id)
        .where(events.c.id > last_id)
        .order_by(events.c.id)
        .limit(limit)
    )
    return tuple(
        Event(
            kind=word_of(EventKind, row.kind) or EventKind.UNKNOWN,
            at=row.at,
            host=row.host,
            case_id=row.case_id,
            hold_id=row.hold_id,
            queue_id=row.queue_id,
            state=word_of(HoldState, row.state),
            decision=word_of(Decision, row.decision),
            copies=row.copies,
            people=row.people,
            id=row.id,
            case_opened=row.opened,
            counted_by=row.host_id or row.hold_host,
        )
        for row in connection.execute(query)
    )


def last_event_id(connection: Connection) -> int:
    """Id of the latest event; 0 if there is none."""
    last_id: int = connection.execute(select(func.coalesce(func.max(events.c.id), 0))).scalar_one()
    return last_id


def delete_old_events(database: Database, now: float, at_once: int = 5_000) -> None:
    """Deletes the events older than `KEPT`, `at_once` in each transaction. `now` is unix time."""
    oldest = select(events.c.id).where(events.c.at < now - KEPT).order_by(events.c.at).limit(at_once)
    deleted = at_once
    while deleted == at_once:
        with database.writing_in_background() as connection:
            deleted = connection.execute(delete(events).where(events.c.id.in_(oldest))).rowcount
