"""The turn of a large message: how many large messages are inspected at once on this host.

The inspection of a large text takes seconds of processor time. Without a limit a few of them keep all other
mail waiting, and each other until their time is over.
"""

import fcntl
import functools
import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from holdback.documents import OutOfTime

LARGE = 512 * 1024
"""Bytes of work that make a message large, see `Budget.announce`: a text counts when it is decoded, and again
when it is searched. Prose of 256 KiB takes about 20 ms, a letter 0.2 ms."""
_FILE = "turns.lock"
_SWITCH_INTERVAL = 0.0005
_INTERVAL_FIRST, _INTERVAL = 0.002, 0.5
"""Seconds between two attempts of the message that is next, and between the heartbeats of all others. Many
large messages take less than 10 ms; an attempt takes 10 µs."""


class Turns:
    """Slots for large messages, shared by all processes that use the same folder.

    A slot is a byte of a file with a lock (fcntl(2)), which the kernel removes when its process ends, however
    it ends. Locks belong to the process, so it inspects one large message at a time; the others wait in the
    order of their arrival. Create one `Turns` for a folder and process, and keep it: closing its file would
    remove the locks.
    """

    def __init__(self, folder: Path, slots: int) -> None:
        """Raises OSError if the file cannot be created."""
        self._file = os.open(folder / _FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._slots = range(1, slots + 1)
        self._taken = 0
        """The slot of this process; 0 if it has none."""
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()
        self.accept: Callable[[bool], None] = _ignore
        """Called with False when this process takes a slot, so that other processes accept new connections;
        with True when it has given the slot back."""

    def take(self, wait: Callable[[], bool]) -> None:
        """Wait for a slot, and take it. `wait` is called all the while; OutOfTime if it returns False."""
        ticket = object()
        with self._changed:
            self._waiting.append(ticket)
        try:
            while not self._try(ticket):
                if not wait():
                    raise OutOfTime
        finally:
            with self._changed:
                if self._waiting[0] is ticket:
                    self._unlock(_NEXT)
                self._waiting.remove(ticket)
                self._changed.notify_all()

    def release(self) -> None:
        """Give the slot of this process back."""
        with self._changed:
            self._unlock(self._taken)
            self._taken = 0
            self.accept(True)
            self._changed.notify_all()

    def _try(self, ticket: object) -> bool:
        """Take a slot if it is the ticket's turn and one is free; otherwise wait for a while."""
        with self._changed:
            first = self._waiting[0] is ticket
            # Who waits for the next free slot of the host holds _NEXT: the process that gave a slot back
            # cannot take it again before the others.
            if first and not self._taken and self._lock(_NEXT):
                self._taken = next(filter(self._lock, self._slots), 0)
                if self._taken:
                    self.accept(False)
                    return True
            self._changed.wait(_INTERVAL_FIRST if first else _INTERVAL)
        return False

    def _lock(self, byte: int) -> bool:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except (BlockingIOError, PermissionError):
            return False
        return True

    def _unlock(self, byte: int) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, byte)


_NEXT = 0
"""The byte that the process locks which gets the next free slot."""


def _ignore(accept: bool) -> None:
    pass


@functools.cache
def turns_in(folder: Path, workers: int) -> Turns:
    """Return the turns of this process and folder: one large message for two processors, at least one.

    One worker of several is left to ordinary mail. Lets the threads of this process take turns in the
    interpreter ten times as often as usual: each message waits for it some twenty times, and during a large
    one for a whole interval each time.
    """
    sys.setswitchinterval(_SWITCH_INTERVAL)
    return Turns(folder, max(1, min(len(os.sched_getaffinity(0)) // 2, workers - 1)))


class Turn:
    """The turn of one message; it ends with the `with` block. Small messages need none."""

    __slots__ = ("_size", "_taken", "_turns", "_wait")

    def __init__(self, turns: Turns, wait: Callable[[], bool]) -> None:
        """`wait` as in `Turns.take`."""
        self._turns = turns
        self._wait = wait
        self._size = 0
        self._taken = False

    def announce(self, size: int) -> None:
        """Count work on `size` bytes; once the message is large, wait for its turn. Raises OutOfTime."""
        self._size += size
        if self._size >= LARGE and not self._taken:
            self._turns.take(self._wait)
            self._taken = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._taken:
            self._turns.release()
