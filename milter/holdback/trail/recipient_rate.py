"""How many strangers each sender wrote to of late, whichever worker and host its messages went through.

Each worker counts in memory and tells the others through the database, within a second or two. Only when
somebody reaches the smallest limit, the database is asked which of the strangers corresponded with the
company before.
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

from holdback.people.knowledge import Approached
from holdback.trail.contacts import corresponded
from holdback.trail.questions import Questions
from holdback.trail.schema import approaches

ROOM = 200_000
"""Strangers of all senders together that one process remembers; beyond, idle senders are forgotten first."""
_ROOM_OF_A_SENDER = 4
"""A sender by itself takes as much as so many strangers."""
_ASKED_AGAIN = 10.0
"""Seconds after which it is asked again about strangers: they may have written to us, or just before, and the
trail had not stored it yet. An autoresponder answers within a second."""
_PULLED_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Approach:
    """A sender wrote to people who are not in the customer index."""

    at: float
    """Unix time, seconds."""
    source: str
    """The process that counted them already."""
    sender: int
    recipients: "array[int]"
    """Numbers (`q`)."""


@dataclass(slots=True)
class _Sender:
    """One sender's recipients of late."""

    latest: dict[int, float] = field(default_factory=dict)
    """When each was last written to, the longest ago first."""
    known: set[int] = field(default_factory=set)
    """Those who turned out to be correspondents."""
    doubtful: set[int] = field(default_factory=set)
    """Those about whom the database was never asked."""
    asked: float = 0.0
    """When it was asked about all others."""

    @property
    def unknown(self) -> int:
        return len(self.latest) - len(self.known)

    def add(self, recipients: Iterable[int], at: float) -> None:
        for number in recipients:
            if number not in self.latest:
                self.doubtful.add(number)
            before = self.latest.pop(number, 0.0)
            self.latest[number] = max(at, before)

    def to_ask(self, now: float) -> list[int]:
        # A clock that was set back is no reason to wait.
        if self.asked <= now < self.asked + _ASKED_AGAIN:
            return list(self.doubtful)
        self.asked = now
        return list(self.latest.keys() - self.known)

    def learn(self, asked: Iterable[int], known: Iterable[int]) -> None:
        """What the database said; of some it does not matter any more."""
        self.doubtful.difference_update(asked)
        self.known.update(self.latest.keys() & known)

    def forget(self, before: float, most: int) -> None:
        """Drops those of longer ago, and the oldest of more than `most`."""
        while self.latest:
            oldest = next(iter(self.latest))
            if self.latest[oldest] >= before and len(self.latest) <= most:
                return
            del self.latest[oldest]
            self.known.discard(oldest)
            self.doubtful.discard(oldest)


class Approaches:
    """The senders of one process. Safe from any thread."""

    def __init__(
        self,
        questions: Questions,
        note: Callable[[object], None],
        window: float,
        limits: Sequence[int],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`note` takes an Approach for the other processes; `window` in seconds; `limits`: all there are."""
        self._questions = questions
        self._note = note
        self._window = window
        self._limit = min(limits)
        self._most = min(ROOM, max(1000, 2 * max(limits)))
        self._clock = clock
        self._source = os.urandom(8).hex()
        self._senders: OrderedDict[int, _Sender] = OrderedDict()
        self._size = 0
        self._pulled = 0
        self._lock = threading.Lock()

    def approach(self, sender: int, recipients: Sequence[int]) -> Approached:
        """Notes and counts, as `Contacts.approach` has it.

        While the database is down correspondents count, too: then it is not known that they are.
        """
        now = self._clock()
        with self._lock:
            one = self._add(sender, recipients, now)
            strangers = array("q", [number for number in recipients if number not in one.known])
            doubtful = one.to_ask(now) if one.unknown >= self._limit else []
        if strangers:
            self._note(Approach(now, self._source, sender, strangers))
        if doubtful:
            known = self._questions.ask(lambda database: corresponded(database, doubtful, now - self._window))
            if known is not None:
                with self._lock:
                    one.learn(doubtful, known)
        with self._lock:
            found = Approached(sum(number not in one.known for number in recipients), one.unknown)
            self._make_room(sender)
        return found

    def pull(self) -> None:
        """Takes in what other processes, or this one before its restart, noted since the last time.

        Nothing while the database does not answer; the next time makes up for it. From one thread only.
        """
        self._questions.ask(self._take_in)

    def _take_in(self, connection: Connection) -> None:
        since = self._clock() - self._window
        # Writers take turns, so that ids become visible in their order.
        last = connection.execute(select(func.max(approaches.c.id))).scalar() or 0
        fresh = (approaches.c.id > self._pulled, approaches.c.id <= last)
        others = (approaches.c.source != self._source, approaches.c.at > since)
        query = select(approaches).where(*fresh, *others).order_by(approaches.c.id).limit(_PULLED_AT_ONCE)
        rows = connection.execute(query).all()
        for row in rows:
            recipients = array("q")
            recipients.frombytes(row.recipients)
            with self._lock:
                self._add(row.sender, recipients, min(row.at, self._clock()))
                self._make_room(row.sender)
        self._pulled = last if len(rows) < _PULLED_AT_ONCE else rows[-1].id

    def _add(self, sender: int, recipients: Iterable[int], at: float) -> _Sender:
        one = self._senders.pop(sender, None) or _Sender()
        self._senders[sender] = one
        before = len(one.latest)
        one.forget(self._clock() - self._window, sys.maxsize)
        one.add(recipients, at)
        self._size += len(one.latest) - before
        return one

    def _make_room(self, sender: int) -> None:
        """Forgets the oldest recipients of this sender, idle senders, and senders beyond `ROOM`."""
        since = self._clock() - self._window
        one = self._senders.get(sender)
        if one:
            before = len(one.latest)
            one.forget(since, self._most)
            self._size += len(one.latest) - before
        while self._senders:
            longest_idle = next(iter(self._senders.values()))
            last = next(reversed(longest_idle.latest.values()), 0.0)
            size = self._size + _ROOM_OF_A_SENDER * len(self._senders)
            if last >= since and (size <= ROOM or len(self._senders) == 1):
                return
            self._size -= len(self._senders.popitem(last=False)[1].latest)


def store_approaches(connection: Connection, values: Sequence[Approach]) -> None:
    rows = [
        {
            "at": value.at,
            "source": value.source,
            "sender": value.sender,
            "recipients": value.recipients.tobytes(),
        }
        for value in values
    ]
    if rows:
        connection.execute(insert(approaches), rows)
