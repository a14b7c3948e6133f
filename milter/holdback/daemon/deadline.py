"""The time limit of one inspection, and progress reports to the MTA."""

import time
from collections.abc import Callable

_SECONDS_BETWEEN = 1.0


class Deadline:
    """A heartbeat for one message: progress reports every second; False after `timeout` seconds."""

    __slots__ = ("_clock", "_ends", "_next", "_progress")

    def __init__(
        self, timeout: float, progress: Callable[[], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._progress = progress
        self._ends = clock() + timeout
        self._next = clock() + _SECONDS_BETWEEN

    def __call__(self) -> bool:
        now = self._clock()
        if now >= self._next:
            self._next = now + _SECONDS_BETWEEN
            self._progress()
        return now < self._ends
