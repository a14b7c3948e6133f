"""The signals that the daemon is sent, in order, for the main thread to wait for.

Python runs its handlers in the main thread, but a signal that another thread gets does not wake it: it would
sleep on. So every signal is also a byte in a socket, whoever got it, and the main thread waits for bytes.
"""

import select
import signal
import socket

END = 0
"""What `end` says: no signal, but the work is over."""


class Signals:
    """SIGHUP, SIGTERM and SIGINT of this process from now on. To be made in the main thread."""

    def __init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        self._theirs.setblocking(False)
        signal.set_wakeup_fd(self._theirs.fileno())
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _leave_it_to_the_socket)

    def next(self) -> int:
        """The number of the next signal, or END. Waits for it."""
        return self._ours.recv(1)[0]

    def waiting(self) -> bool:
        """True if `next` would not wait."""
        return bool(select.select([self._ours], [], [], 0)[0])

    def end(self) -> None:
        """Make `next` return END. For any thread."""
        self._theirs.send(bytes([END]))


def _leave_it_to_the_socket(number: int, frame: object) -> None:
    """Python writes the socket's byte only for signals that have a handler."""
