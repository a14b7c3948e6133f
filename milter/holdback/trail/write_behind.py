"""Notes about messages on their way into the database, off the mail's path.

A note is taken in memory and stored within a second or so, many in one transaction. A process that is killed
loses the notes of that second; one that is stopped stores them first. While the database does not answer,
notes wait as long as there is room; then the oldest are lost, and counted.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Self

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from holdback import metrics
from holdback.cases.database import MILTER_TIMEOUT, Database
from holdback.cases.values import RecordUnavailable
from holdback.trail import contacts, ledger
from holdback.trail.acquaintances import Acquainted, Waiting, store_acquainted, store_waiting
from holdback.trail.canaries import store_hits
from holdback.trail.contacts import Correspondence, store_correspondence
from holdback.trail.ledger import store_disclosures
from holdback.trail.recipient_rate import Approach, store_approaches
from holdback.trail.values import CanaryHit, Disclosure

EVERY = 1.0
"""Seconds between two transactions, at most, while there is something to store."""
BATCH = 500
"""Notes that are stored together, at most."""
ROOM = 20_000
"""Notes that wait in memory, at most."""
BATCH_BYTES = 4 << 20
ROOM_BYTES = 128 << 20
REST = 10.0
"""Seconds that a database that did not answer is left alone."""
# What a note takes besides the numbers in it.
_BYTES = 1024

_NOTES_AT_FAULT = (DataError, IntegrityError)

Tell = Callable[[Exception], object]
Store = Callable[[Connection, Sequence[Any]], None]

STORES: Mapping[type, Store] = {
    Disclosure: store_disclosures,
    CanaryHit: store_hits,
    Correspondence: store_correspondence,
    Acquainted: store_acquainted,
    Waiting: store_waiting,
    Approach: store_approaches,
}
"""How each type of note is stored: in one transaction, in the order in which the notes were taken."""


def _count(_error: Exception) -> None:
    metrics.errors.labels("trail").inc()


class Trail:
    """Takes notes from any thread, at any time, whatever the database does."""

    def __init__(self, database: Database, every: float = EVERY, tell: Tell = _count) -> None:
        """`tell` is called with whatever keeps notes from being stored."""
        self.database = database
        self._every = every
        self._tell = tell
        self._waiting: deque[object] = deque()
        self._bytes = 0
        self._changed = threading.Condition()
        self._closing = False
        self._thread: threading.Thread | None = None

    @classmethod
    def open(cls, url: str, tell: Tell) -> Self:
        """The trail in the database `url`. Nothing is opened or started yet; see `begin`."""
        return cls(Database(url, MILTER_TIMEOUT), tell=tell)

    def begin(self) -> None:
        """Start the thread that stores; without it notes only wait."""
        self._thread = threading.Thread(target=self._run, name="trail", daemon=True)
        self._thread.start()

    def note(self, value: object) -> None:
        """Have `value`, of a type in STORES, stored soon. Neither waits nor raises."""
        with self._changed:
            for one in _parts(value):
                self._waiting.append(one)
                self._bytes += _size(one)
            while len(self._waiting) > 1 and (len(self._waiting) > ROOM or self._bytes > ROOM_BYTES):
                self._bytes -= _size(self._waiting.popleft())
                metrics.trail_lost.inc()
            if len(self._waiting) >= BATCH:
                self._changed.notify()

    def close(self, seconds: float) -> None:
        """Store what waits, for so long at most; what is left then is lost, and counted."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread:
            self._thread.join(seconds)
        with self._changed:
            metrics.trail_lost.inc(len(self._waiting))
            self._waiting.clear()
            self._bytes = 0
        self.database.close()

    def _run(self) -> None:
        while not self._closing:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or len(self._waiting) >= BATCH, self._every)
            if not self._store_all():
                with self._changed:
                    self._changed.wait_for(lambda: self._closing, REST)
        self._store_all()

    def _store_all(self) -> bool:
        """Store what waits, batch after batch; False if the database does not answer.

        A note that nobody can store must not keep back the others: after trouble they go one by one.
        """
        singly = 0
        while batch := self._next(1 if singly else BATCH):
            singly = max(0, singly - 1)
            try:
                _store_together(self.database, batch)
            except Exception as error:  # the thread's boundary
                self._tell(error)
                if isinstance(error, RecordUnavailable) and not isinstance(error.__cause__, _NOTES_AT_FAULT):
                    self._put_back(batch)
                    return False
                if len(batch) == 1:
                    metrics.trail_lost.inc()
                else:
                    self._put_back(batch)
                    singly = len(batch)
        return True

    def _next(self, most: int) -> list[object]:
        batch: list[object] = []
        size = rows = 0
        with self._changed:
            while self._waiting and len(batch) < most and size < BATCH_BYTES and rows < contacts.AT_ONCE:
                note = self._waiting.popleft()
                batch.append(note)
                size += _size(note)
                rows += len(note.sent) + len(note.received) if isinstance(note, Correspondence) else 0
            self._bytes -= size
        return batch

    def _put_back(self, batch: list[object]) -> None:
        with self._changed:
            self._waiting.extendleft(reversed(batch))
            self._bytes += sum(map(_size, batch))


def _store_together(database: Database, notes: list[object]) -> None:
    by_type: dict[type, list[object]] = {}
    for note in notes:
        by_type.setdefault(type(note), []).append(note)
    with database.writing_in_background() as connection:
        for kind, alike in by_type.items():
            STORES[kind](connection, alike)


def _parts(note: object) -> Iterable[object]:
    """What is noted, in parts that can be stored one after the other."""
    match note:
        case Disclosure():
            return ledger.in_parts(note)
        case Correspondence():
            return contacts.in_parts(note)
        case _:
            return (note,)


def _size(note: object) -> int:
    """Bytes that a note takes, about."""
    match note:
        case Disclosure():
            numbers = sum(len(shown.numbers) for shown in note.shown)
        case Correspondence():
            numbers = len(note.sent) + len(note.received)
        case Acquainted():
            numbers = len(note.pairs)
        case Waiting():
            numbers = len(note.pairs) + len(note.recipients)
        case Approach():
            numbers = len(note.recipients)
        case _:
            numbers = 0
    return _BYTES + 8 * numbers
