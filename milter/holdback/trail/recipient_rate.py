"""Count the unknown recipients of each sender within a sliding window, across all processes and hosts.

Each process counts in memory and shares its counts through the database within a second or two. When a sender
reaches the smallest limit, the database is queried for recipients that the company has corresponded with.
"""

import os
import sys
import threading
import time
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, insert, select

from holdback.cases.database import clock_offset
from holdback.people.knowledge import RecipientCounts
from holdback.trail.contacts import known_correspondents
from holdback.trail.queries import CircuitBreaker
from holdback.trail.schema import approaches

MAX_RECIPIENTS = 200_000
"""Recipients of all senders kept in memory by one process; above this, idle senders are removed first."""
_SENDER_WEIGHT = 4
"""Memory of a sender without recipients, in recipients."""
_RECHECK_INTERVAL = 10.0
"""Seconds after which unknown recipients are queried again: they may have written to us since, or the trail
has
stored their message since. An autoresponder answers within a second."""
_PULL_BATCH = 10_000
_OFFSET_INTERVAL = 60.0
"""Seconds after which the clock of the database is compared again."""


@dataclass(frozen=True, slots=True)
class SenderRecipients:
    """Recipients of one message that are not in the customer index, by sender; shared between processes."""

    at: float
    """Unix time, seconds."""
    source: str
    """Id of the process that has already counted them."""
    sender: int
    recipients: "array[int]"
    """Pseudonyms (`q`)."""


@dataclass(slots=True)
class _Sender:
    """Recipients of one sender within the window."""

    latest: dict[int, float] = field(default_factory=dict)
    """Recipient → unix time of the last message to it, oldest first."""
    known: set[int] = field(default_factory=set)
    """Recipients found to be correspondents."""
    unchecked: set[int] = field(default_factory=set)
    """Recipients never looked up in the database."""
    checked: float = 0.0
    """Unix time of the last look-up of all others."""

    @property
    def unknown(self) -> int:
        return len(self.latest) - len(self.known)

    def add(self, recipients: Iterable[int], at: float) -> None:
        for number in recipients:
            if number not in self.latest:
                self.unchecked.add(number)
            before = self.latest.pop(number, 0.0)
            self.latest[number] = max(at, before)

    def select_unchecked(self, now: float) -> list[int]:
        """Return the recipients to look up: new ones, and every `_RECHECK_INTERVAL` all unknown ones."""
        # The lower bound: do not wait when the clock was set back.
        if self.checked <= now < self.checked + _RECHECK_INTERVAL:
            return list(self.unchecked)
        self.checked = now
        return list(self.latest.keys() - self.known)

    def learn(self, checked: Iterable[int], known: Iterable[int]) -> None:
        """Record the result of a look-up; recipients that have expired meanwhile are ignored."""
        self.unchecked.difference_update(checked)
        self.known.update(self.latest.keys() & known)

    def expire(self, before: float, most: int) -> None:
        """Remove recipients last written to before `before`, and the oldest beyond `most`."""
        while self.latest:
            oldest = next(iter(self.latest))
            if self.latest[oldest] >= before and len(self.latest) <= most:
                return
            del self.latest[oldest]
            self.known.discard(oldest)
            self.unchecked.discard(oldest)


class RecipientRate:
    """Unknown-recipient counts of the senders of one process. Thread-safe."""

    def __init__(
        self,
        breaker: CircuitBreaker,
        publish: Callable[[object], None],
        window: float,
        limits: Sequence[int],
        clock: Callable[[], float] | None = None,
        max_recipients: int = MAX_RECIPIENTS,
    ) -> None:
        """`publish` receives a SenderRecipients for the other processes; `limits`: all configured limits."""
        self._breaker = breaker
        self._publish = publish
        self._window = window
        self._limit = min(limits)
        self._max_recipients = max_recipients
        self._most = min(max_recipients, max(1000, 2 * max(limits)))
        self._clock = clock or time.time
        self._source = os.urandom(8).hex()
        self._senders: OrderedDict[int, _Sender] = OrderedDict()
        self._size = 0
        self._pulled = 0
        self._offset = self._next_offset = 0.0
        self._lock = threading.Lock()

    def count(self, sender: int, recipients: Sequence[int]) -> RecipientCounts:
        """Add the recipients of one message and return the sender's counts, see `Contacts.count_recipients`.

        While the database is down correspondents count as unknown.
        """
        now = self._clock()
        with self._lock:
            one = self._add(sender, recipients, now)
            strangers = array("q", [number for number in recipients if number not in one.known])
            unchecked = one.select_unchecked(now) if one.unknown >= self._limit else []
        if strangers:
            self._publish(SenderRecipients(now, self._source, sender, strangers))
        if unchecked:
            before = now + self._offset - self._window
            known = self._breaker.query(lambda database: known_correspondents(database, unchecked, before))
            if known is not None:
                with self._lock:
                    one.learn(unchecked, known)
        with self._lock:
            found = RecipientCounts(sum(number not in one.known for number in recipients), one.unknown)
            self._make_room(sender)
        return found

    def pull(self) -> None:
        """Add what other processes, or this one before its restart, published since the last pull.

        Does nothing while the database is unavailable; the next pull catches up. Call from one thread only.
        """
        self._breaker.query(self._add_published)

    def _add_published(self, connection: Connection) -> None:
        if time.monotonic() >= self._next_offset:
            self._offset = clock_offset(connection)
            self._next_offset = time.monotonic() + _OFFSET_INTERVAL
        since = self._clock() + self._offset - self._window
        # Writers are serialised, so that ids become visible in order.
        last = connection.execute(select(func.max(approaches.c.id))).scalar() or 0
        fresh = (approaches.c.id > self._pulled, approaches.c.id <= last)
        others = (approaches.c.source != self._source, approaches.c.at > since)
        query = select(approaches).where(*fresh, *others).order_by(approaches.c.id).limit(_PULL_BATCH)
        rows = connection.execute(query).all()
        for row in rows:
            recipients = array("q")
            recipients.frombytes(row.recipients)
            with self._lock:
                self._add(row.sender, recipients, min(row.at - self._offset, self._clock()))
                self._make_room(row.sender)
        self._pulled = last if len(rows) < _PULL_BATCH else rows[-1].id

    def _add(self, sender: int, recipients: Iterable[int], at: float) -> _Sender:
        one = self._senders.pop(sender, None) or _Sender()
        self._senders[sender] = one
        before = len(one.latest)
        one.expire(self._clock() - self._window, sys.maxsize)
        one.add(recipients, at)
        self._size += len(one.latest) - before
        return one

    def _make_room(self, sender: int) -> None:
        """Remove expired recipients of this sender, idle senders, and senders beyond `max_recipients`."""
        since = self._clock() - self._window
        one = self._senders.get(sender)
        if one:
            before = len(one.latest)
            one.expire(since, self._most)
            self._size += len(one.latest) - before
        while self._senders:
            longest_idle = next(iter(self._senders.values()))
            last = next(reversed(longest_idle.latest.values()), 0.0)
            size = self._size + _SENDER_WEIGHT * len(self._senders)
            if last >= since and (size <= self._max_recipients or len(self._senders) == 1):
                return
            self._size -= len(self._senders.popitem(last=False)[1].latest)


def store_sender_recipients(connection: Connection, values: Sequence[SenderRecipients]) -> None:
    """Insert them with the time by the clock of the database: other hosts have other clocks."""
    offset = clock_offset(connection)
    rows = [
        {
            "at": value.at + offset,
            "source": value.source,
            "sender": value.sender,
            "recipients": value.recipients.tobytes(),
        }
        for value in values
    ]
    if rows:
        connection.execute(insert(approaches), rows)
