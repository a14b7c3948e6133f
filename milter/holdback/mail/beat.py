"""The heartbeat: how long work says that it goes on, and is told to end."""

from collections.abc import Callable

Beat = Callable[[], None]
"""Called every few milliseconds to half a second of work; it may raise to end the work."""


def no_beat() -> None:
    """For work that nobody needs to end."""
