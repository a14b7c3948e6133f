"""The signals that a process receives, for its main thread to take when it is ready.

Python runs signal handlers in the main thread, but a signal to another thread does not wake it. So each
signal is also written as a byte to a socket, which the main thread can wait for.
"""

import contextlib
import signal
import socket

END = 0
"""Not a signal: libmilter has returned."""


class Signals:
    """Receives signals of this process from now on. Create it in the main thread."""

    def __init__(self, *numbers: signal.Signals) -> None:
        self._numbers = numbers
        self._receiver, self._sender = socket.socketpair()
        self._receiver.setblocking(False)
        self._sender.setblocking(False)
        signal.set_wakeup_fd(self._sender.fileno(), warn_on_full_buffer=False)
        for number in numbers:
            signal.signal(number, _do_nothing)
        self.take_back()

    def fileno(self) -> int:
        """Return the descriptor that is readable when there is a signal."""
        return self._receiver.fileno()

    def take(self) -> list[int]:
        """Return the numbers of the signals since the last call, and END."""
        with contextlib.suppress(BlockingIOError):
            return list(self._receiver.recv(1000))
        return []

    def leave_to_next_program(self) -> None:
        """Let signals wait for the `Signals` of the program that replaces this one, if not yet taken, too."""
        numbers = [number for number in self._numbers if number != signal.SIGCHLD]
        signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
        for number in self.take():
            if number in numbers:
                signal.raise_signal(number)

    def take_back(self) -> None:
        """Receive signals again: no program has replaced this one."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, self._numbers)

    def end(self) -> None:
        """Add END. Any thread may call it."""
        self._sender.send(bytes([END]))

    def close(self) -> None:
        """Receive nothing any more: the signals are ignored. For a forked process."""
        signal.set_wakeup_fd(-1)
        for number in self._numbers:
            signal.signal(number, signal.SIG_DFL if number == signal.SIGCHLD else signal.SIG_IGN)
        self._receiver.close()
        self._sender.close()


def _do_nothing(number: int, frame: object) -> None:
    """Handle a signal. Python writes the byte only for signals that have a handler."""
