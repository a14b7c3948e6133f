"""How much reading one message may cost: bytes, entries, nesting and time, for all its documents together."""

from collections.abc import Callable

from holdback.mail import Limits


class OutOfTime(Exception):
    """The heartbeat said that the inspection has lasted too long."""


class Budget:
    """What is left for one message. Shared by all openers, and used up by them."""

    __slots__ = ("_heartbeat", "bytes_left", "depth", "entries_left")

    def __init__(self, limits: Limits, heartbeat: Callable[[], bool]) -> None:
        self.bytes_left = limits.bytes
        self.entries_left = limits.entries
        self.depth = limits.depth
        self._heartbeat = heartbeat

    def beat(self) -> None:
        """Say that work goes on; to be called every few milliseconds. Raises OutOfTime if it should not."""
        if not self._heartbeat():
            raise OutOfTime

    def take(self, wanted: int) -> int:
        """Bytes granted out of `wanted`; they are used up."""
        granted = min(wanted, self.bytes_left)
        self.bytes_left -= granted
        return granted

    def admit(self) -> bool:
        """True if one more document may be opened; it is used up."""
        self.entries_left -= 1
        return self.entries_left >= 0
