"""Waiting for conditions, and free ports."""

import contextlib
import os
import random
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
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


def stop(pid: int) -> None:
    """Stop a process with SIGSTOP, until SIGCONT; on a busy machine its threads run on after kill(2)."""
    os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: _states(pid) == {"T"}, f"process {pid} stopped")


def _states(pid: int) -> set[str]:
    """The states of the threads of a process: proc(5), field 3 of stat."""
    stats = (file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/stat"))
    return {stat.rpartition(")")[2].split()[0] for stat in stats}


def free_port() -> int:
    """Return a TCP port on 127.0.0.1 that is not in use."""
    while True:
        port = _CHANCE.choice(_PORTS)
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
