"""The signals that the daemon receives, in order, for the main thread to wait for.

Python runs its handlers in the main thread, but a signal delivered to another thread does not wake the main
one. So every signal is also written as a byte to a socket, and the main thread waits for bytes.
"""

import select
import signal
import socket

END = 0
"""Not a signal: libmilter has ended."""


class Signals:
    """Receives SIGHUP, SIGTERM and SIGINT of this process from now on. Create it in the main thread."""

    def __init__(self) -> None:
        self._receiver, self._sender = socket.socketpair()
        self._sender.setblocking(False)
        signal.set_wakeup_fd(self._sender.fileno())
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _do_nothing)

    def next(self) -> int:
        """Wait for the next signal; return its number, or END."""
        return self._receiver.recv(1)[0]

    def waiting(self) -> bool:
        """Return whether `next` would return at once."""
        return bool(select.select([self._receiver], [], [], 0)[0])

    def end(self) -> None:
        """Make `next` return END. Any thread may call it."""
        self._sender.send(bytes([END]))


def _do_nothing(number: int, frame: object) -> None:
    """Python writes the socket's byte only for signals that have a handler."""
