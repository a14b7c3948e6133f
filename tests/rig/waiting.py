"""Waiting for conditions, and free ports."""

import contextlib
import random
import socket
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


LONGEST = 90.0
"""Seconds that a test waits for a condition: far more than it takes, for the machine may be busy."""
_PORTS = range(20_000, 32_000)
"""Below the ports that Linux gives to clients: one that is free now is still free a moment later."""
_CHANCE = random.SystemRandom()


def wait_until(condition: Callable[[], T], what: str, seconds: float = LONGEST) -> T:
    """The first true value of `condition()`; after `seconds` without one a TimeoutError that names `what`."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:g} s for {what}; last seen: {value!r}")
        time.sleep(0.02)
    return value


def free_port() -> int:
    """A TCP port on 127.0.0.1 that is not in use."""
    while True:
        port = _CHANCE.choice(_PORTS)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
