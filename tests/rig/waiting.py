"""Waiting for conditions, and free ports."""

import contextlib
import random
import socket
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


LONGEST = 90.0
"""Timeout of a condition, in seconds: long enough for a busy machine."""
_PORTS = range(20_000, 32_000)
"""Ports below those that Linux assigns to clients, so that a free one stays free."""
_CHANCE = random.SystemRandom()


def wait_until(condition: Callable[[], T], what: str, seconds: float = LONGEST) -> T:
    """Return the first true value of `condition()`; raise TimeoutError with `what` after `seconds`."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:g} s for {what}; last seen: {value!r}")
        time.sleep(0.02)
    return value


def free_port() -> int:
    """Return a TCP port on 127.0.0.1 that is not in use."""
    while True:
        port = _CHANCE.choice(_PORTS)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
