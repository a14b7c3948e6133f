"""How much reading one message may cost: bytes, documents, nesting, cells, pages and time, all together."""

from collections.abc import Callable

from holdback.mail import Limits

_SPARE = 12 * 1024 * 1024
"""Bytes of unpacked content that are kept, besides a third of the message's size.

Up to five times as much is in memory while a large text is decoded and its table cut out: together with the
message itself that stays below four times its size and 64 MB.
"""


class OutOfTime(Exception):
    """The heartbeat said that the inspection has lasted too long."""


class Budget:
    """What is left for one message. Shared by all openers, and used up by them."""

    __slots__ = ("_heartbeat", "bytes_left", "cells_left", "depth", "entries_left", "pages_left", "room")

    def __init__(self, limits: Limits, heartbeat: Callable[[], bool], size: int = 0) -> None:
        """size: bytes of the message."""
        self.bytes_left = limits.bytes
        self.entries_left = limits.entries
        self.cells_left = limits.cells
        self.pages_left = limits.pages
        self.depth = limits.depth
        self.room = min(limits.bytes, _SPARE + size // 3)
        """Bytes of memory that unpacked content may still take."""
        self._heartbeat = heartbeat

    def beat(self) -> None:
        """Say that work goes on; to be called every few milliseconds. Raises OutOfTime if it should not."""
        if not self._heartbeat():
            raise OutOfTime

    def take(self, wanted: int) -> int:
        """Bytes granted out of `wanted` for unpacking; they are used up, so ask before you unpack."""
        granted = max(0, min(wanted, self.bytes_left))
        self.bytes_left -= granted
        return granted

    def admit(self) -> bool:
        """True if one more document may be opened; it is used up."""
        self.entries_left -= 1
        return self.entries_left >= 0

    def cells(self, wanted: int) -> int:
        """Cells granted out of `wanted`; they are used up."""
        granted = max(0, min(wanted, self.cells_left))
        self.cells_left -= granted
        return granted

    def page(self) -> bool:
        """True if one more page may be read; it is used up."""
        self.pages_left -= 1
        return self.pages_left >= 0

    def keep(self, size: int) -> bool:
        """True if there is room in memory for `size` bytes of unpacked content; it is used up."""
        self.room -= size
        return self.room >= 0
