"""The heartbeat: a callback that long work calls regularly, and that may raise to stop it."""

from collections.abc import Callable

Beat = Callable[[], None]
"""Called at least every half second of work; may raise to stop the work."""


def no_beat() -> None:
    """Do nothing: for work that need not be stopped."""
