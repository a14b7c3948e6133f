"""The limits on reading one message, for all parts together: bytes, documents, depth, cells, pages, time."""

from collections.abc import Callable

from holdback.mail import Limits

_SPARE = 12 * 1024 * 1024
"""Bytes of unpacked content that may be kept, in addition to a third of the message's size.

Up to five times as much is in memory while a large text is decoded and its table cut out: together with the
message itself that stays below four times its size and 64 MB.
"""


def _ignore(size: int) -> None:
    pass


class OutOfTime(Exception):
    """The inspection takes too long."""


class Budget:
    """What is left for one message. Shared and used up by all openers."""

    __slots__ = (
        "_heartbeat", "_wait", "announce", "bytes_left", "cells_left", "depth", "entries_left", "pages_left",
        "reader_seconds", "room",
    )  # fmt: skip

    def __init__(
        self,
        limits: Limits,
        heartbeat: Callable[[], bool],
        size: int = 0,
        wait: Callable[[], bool] | None = None,
        announce: Callable[[int], None] = _ignore,
    ) -> None:
        """size: bytes of the message. wait, announce: as in `inspection.Means`."""
        self.bytes_left = limits.bytes
        self.entries_left = limits.entries
        self.cells_left = limits.cells
        self.pages_left = limits.pages
        self.depth = limits.depth
        self.room = min(limits.bytes, _SPARE + size // 3)
        """Bytes of memory that unpacked content may still take."""
        self.reader_seconds = 0.0
        """Processor time that confined readers have spent on the message, and the time to start them."""
        self.announce = announce
        """Announces work on so many bytes. May wait for the turn of the message; raises OutOfTime."""
        self._heartbeat = heartbeat
        self._wait = wait or heartbeat

    def beat(self) -> None:
        """Report that work goes on; call it every few milliseconds. Raises OutOfTime if the time is over."""
        if not self._heartbeat():
            raise OutOfTime

    def wait(self) -> None:
        """Call it instead of `beat` while the message waits. Raises OutOfTime if it has waited too long."""
        if not self._wait():
            raise OutOfTime

    def take(self, wanted: int) -> int:
        """Take up to `wanted` bytes for unpacking, before it is done. Returns the bytes granted."""
        granted = max(0, min(wanted, self.bytes_left))
        self.bytes_left -= granted
        return granted

    def admit(self) -> bool:
        """Take one document. Returns False if there is none left."""
        self.entries_left -= 1
        return self.entries_left >= 0

    def cells(self, wanted: int) -> int:
        """Take up to `wanted` cells. Returns the cells granted."""
        granted = max(0, min(wanted, self.cells_left))
        self.cells_left -= granted
        return granted

    def page(self) -> bool:
        """Take one page. Returns False if there is none left."""
        self.pages_left -= 1
        return self.pages_left >= 0

    def keep(self, size: int) -> bool:
        """Take memory for `size` bytes of unpacked content. Returns False if there is not enough room."""
        self.room -= size
        return self.room >= 0
