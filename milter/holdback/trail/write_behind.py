"""Queue trail entries in memory and store them from a thread, so that mail does not wait for the database.

Entries are stored within about a second, many in one transaction; within seconds while many hosts write. A
killed process loses the entries of that time; a stopped one stores them first. While the database is
unavailable the queue fills up to a limit; then the oldest entries are lost, and counted.
"""

import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from holdback import metrics
from holdback.cases.database import MILTER_TIMEOUT, Database, Writers
from holdback.cases.model import RecordUnavailable
from holdback.trail import contacts, ledger
from holdback.trail.acquaintances import (
    AcquaintedPairs,
    PendingPairs,
    store_acquainted_pairs,
    store_pending_pairs,
)
from holdback.trail.canaries import CanaryHit, store_hits
from holdback.trail.contacts import Correspondence, store_correspondence
from holdback.trail.disclosure import Disclosure
from holdback.trail.ledger import store_disclosures
from holdback.trail.recipient_rate import SenderRecipients, store_sender_recipients

BATCH = 500
"""Entries stored in one transaction, at most."""
# Memory of an entry without its pseudonyms.
_ENTRY_BYTES = 1024

_ENTRY_ERRORS = (DataError, IntegrityError)

OnError = Callable[[Exception], object]
Store = Callable[[Connection, Sequence[Any]], None]

STORES: Mapping[type, Store] = {
    Disclosure: store_disclosures,
    CanaryHit: store_hits,
    Correspondence: store_correspondence,
    AcquaintedPairs: store_acquainted_pairs,
    PendingPairs: store_pending_pairs,
    SenderRecipients: store_sender_recipients,
}
"""Type of entry → function that stores a batch of it, in the order of the queue."""


def _count(_error: Exception) -> None:
    metrics.errors.labels("trail").inc()


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes and times of the queue."""

    interval: float = 1.0
    """Seconds between two transactions while the database is available; more while it is busy."""
    factor: float = 10.0
    """The same, at least, in durations of the last transaction: many workers wait for one lock."""
    retry_delay: float = 10.0
    """Seconds between two attempts while the database is unavailable; the longest interval."""
    entries: int = 20_000
    """Entries in the queue, at most."""
    bytes: int = 128 << 20
    """Memory of the queue, at most."""
    batch_bytes: int = 4 << 20
    """Memory of the entries stored in one transaction, about."""
    numbers: int = ledger.MAX_NUMBERS
    """Pseudonyms in one disclosure, at most; a larger one is stored as several."""

    def interval_after(self, duration: float) -> float:
        """Return the seconds until the next transaction: longer after one that waited for the lock.

        By chance more or less, so that the workers of a fleet do not all come at once.
        """
        longer = min(self.factor * duration, self.retry_delay)
        return max(self.interval, longer * random.uniform(0.5, 1.5))


class Trail:
    """A bounded queue of trail entries and the thread that stores them. Thread-safe."""

    def __init__(self, database: Database, limits: Limits = Limits(), on_error: OnError = _count) -> None:
        """`on_error` is called with each error that prevents storing."""
        self.database = database
        self._limits = limits
        self._on_error = on_error
        self._waiting: deque[object] = deque()
        self._bytes = 0
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._closing = False
        self._thread: threading.Thread | None = None

    @classmethod
    def open(cls, url: str, on_error: OnError) -> Self:
        """Return the trail of the database `url`, neither connected nor started; see `start`."""
        return cls(Database(url, MILTER_TIMEOUT, Writers.TRAIL), on_error=on_error)

    def start(self) -> None:
        """Start the thread that stores the queue."""
        self._thread = threading.Thread(target=self._run, name="trail", daemon=True)
        self._thread.start()

    def enqueue(self, entry: object) -> None:
        """Add an entry, of a type in STORES, to the queue. Neither blocks nor raises."""
        parts = [(part, _size(part)) for part in self._split(entry)]
        # The lock itself: entering the condition takes two more calls for each entry.
        with self._lock:
            for part, size in parts:
                self._waiting.append(part)
                self._bytes += size
            while self._is_full() and len(self._waiting) > 1:
                self._bytes -= _size(self._waiting.popleft())
                metrics.trail_lost.inc()
            if len(self._waiting) >= BATCH:
                self._changed.notify()

    def _is_full(self) -> bool:
        return len(self._waiting) > self._limits.entries or self._bytes > self._limits.bytes

    def _split(self, entry: object) -> Iterable[object]:
        """Return the entry in parts that are small enough for one transaction each."""
        match entry:
            case Disclosure():
                return ledger.split_disclosure(entry, self._limits.numbers)
            case Correspondence():
                return contacts.split_correspondence(entry)
            case _:
                return (entry,)

    def close(self, seconds: float) -> None:
        """Store the queue within `seconds`; entries left after that are lost, and counted."""
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
        interval = self._limits.interval
        while not self._closing:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or len(self._waiting) >= BATCH, interval)
            began = time.monotonic()
            stored = self._store_all()
            interval = self._limits.interval_after(time.monotonic() - began) if stored else 0.0
            if not stored:
                with self._changed:
                    delay = self._limits.retry_delay * random.uniform(0.5, 1.5)
                    self._changed.wait_for(lambda: self._closing, delay)
        self._store_all()

    def _store_all(self) -> bool:
        """Store the queue in batches; return False if the database is unavailable.

        A failed batch is retried entry by entry, so that one invalid entry does not block the others.
        """
        singly = 0
        while batch := self._next(1 if singly else BATCH):
            singly = max(0, singly - 1)
            try:
                _store_batch(self.database, batch)
            except Exception as error:  # the thread's boundary
                self._on_error(error)
                if isinstance(error, RecordUnavailable) and not isinstance(error.__cause__, _ENTRY_ERRORS):
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
        limit = self._limits.batch_bytes
        with self._changed:
            while self._waiting and len(batch) < most and size < limit and rows < contacts.AT_ONCE:
                entry = self._waiting.popleft()
                batch.append(entry)
                size += _size(entry)
                rows += len(entry.sent) + len(entry.received) if isinstance(entry, Correspondence) else 0
            self._bytes -= size
        return batch

    def _put_back(self, batch: list[object]) -> None:
        with self._changed:
            self._waiting.extendleft(reversed(batch))
            self._bytes += sum(map(_size, batch))


def _store_batch(database: Database, batch: list[object]) -> None:
    """Store entries of all types in one transaction."""
    by_type: dict[type, list[object]] = {}
    for entry in batch:
        by_type.setdefault(type(entry), []).append(entry)
    with database.writing_in_background() as connection:
        for kind, entries in by_type.items():
            STORES[kind](connection, entries)


def _size(entry: object) -> int:
    """Return the approximate memory of an entry in bytes."""
    match entry:
        case Disclosure():
            numbers = sum(len(place.numbers) for place in entry.shown)
        case Correspondence():
            numbers = len(entry.sent) + len(entry.received)
        case AcquaintedPairs():
            numbers = len(entry.pairs)
        case PendingPairs():
            numbers = len(entry.pairs) + len(entry.recipients)
        case SenderRecipients():
            numbers = len(entry.recipients)
        case _:
            numbers = 0
    return _ENTRY_BYTES + 8 * numbers
