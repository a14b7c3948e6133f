"""The order in which documents get a reader.

A message has one reader at a time, and queues again for each of its documents. The order is that of arrival,
plus the time that readers have already spent on the message: others get their turn between the documents of a
large message, and every document gets its turn at last.
"""

import bisect
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_MUCH = 0.3
"""Seconds of readers after which a message leaves one of them to other messages."""
_HEARTBEAT_INTERVAL = 0.2


@dataclass(frozen=True, slots=True, order=True)
class _Ticket:
    """A document that waits or has a place."""

    due: float
    number: int
    """Unique, so that equal times are no matter."""
    much: bool
    """True if readers have spent much time on its message."""


class Places:
    """As many places as there may be readers."""

    def __init__(self, count: int) -> None:
        self.count = count
        """May change at any time."""
        self._taken: list[_Ticket] = []
        self._queue: list[_Ticket] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()

    @contextmanager
    def place(self, spent: float, wait: Callable[[], None]) -> Iterator[None]:
        """Wait for a place and keep it in the `with` block.

        spent: seconds that readers have spent on the message. wait: called all the while; may raise.
        """
        ticket = _Ticket(time.monotonic() + spent, next(self._numbers), spent >= _MUCH)
        with self._changed:
            bisect.insort(self._queue, ticket)
        try:
            while not self._take(ticket):
                wait()
            yield
        finally:
            with self._changed:
                (self._taken if ticket in self._taken else self._queue).remove(ticket)
                self._changed.notify_all()

    def _take(self, ticket: _Ticket) -> bool:
        """Take a place if one is free and it is the ticket's turn; otherwise wait for a while."""
        with self._changed:
            if len(self._taken) < self.count and self._first() is ticket:
                self._queue.remove(ticket)
                self._taken.append(ticket)
                self._changed.notify_all()
                return True
            self._changed.wait(_HEARTBEAT_INTERVAL)
        return False

    def _first(self) -> _Ticket | None:
        """The next one; of those that have used much only while one place is left to the others."""
        full = sum(ticket.much for ticket in self._taken) >= max(1, self.count - 1)
        return next((ticket for ticket in self._queue if not (full and ticket.much)), None)
