"""The time limits of one message: of its inspection and of its waiting; and progress reports to the MTA."""

import time
from collections.abc import Callable

_INTERVAL = 1.0
"""Seconds between two reports. A report begins the MTA's `content_timeout` anew."""
REPLY_TIMEOUT = 540.0
"""Seconds for inspection and waiting together: a client waits 10 minutes for the reply to the end of its
message (RFC 5321, 4.5.3.2.6), and sends it again after that."""
_SHORTEST_WAIT = 30.0
"""Seconds that a message may wait even if `timeout` leaves no time: a reader takes some to start."""


class Deadline:
    """A heartbeat for one message: reports progress every second; False after `timeout` seconds of work."""

    __slots__ = ("_clock", "_ends", "_last", "_next", "_patience", "_progress")

    def __init__(
        self, timeout: float, progress: Callable[[], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._progress = progress
        self._last = clock()
        self._ends = self._last + timeout
        self._next = self._last + _INTERVAL
        self._patience = max(_SHORTEST_WAIT, REPLY_TIMEOUT - timeout)
        """Seconds of waiting that are left."""

    def __call__(self) -> bool:
        """Call it while the inspection goes on."""
        self._report()
        return self._last < self._ends

    def wait(self) -> bool:
        """Call it while the message waits for its turn: the time since the last call is not work.

        False if the message has waited too long.
        """
        before = self._last
        self._report()
        self._ends += self._last - before
        self._patience -= self._last - before
        return self._patience > 0

    def _report(self) -> None:
        self._last = self._clock()
        if self._last >= self._next:
            self._next = self._last + _INTERVAL
            self._progress()
