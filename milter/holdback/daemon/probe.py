"""Ask the workers through the socket, as Postfix would, whether they answer messages.

The workers share one listening socket: who gets a connection cannot be chosen, but the answer says who it
was. So a round opens connections until all have answered, or the time is over.
"""

import re
import socket
import struct
import time

TIMEOUT = 5.0
"""Seconds until a probe counts as unanswered."""
_MOST = 8
"""Connections of one round for each worker, at most."""

_ANSWER = re.compile(rb"holdback worker (\d+)")
_VERSION, _ACTIONS, _STEPS = 6, 0x1FF, 0x1FFFFF


def _packet(command: bytes, data: bytes = b"") -> bytes:
    """Return one packet of the milter protocol (libmilter/mfdef.h)."""
    return struct.pack("!I", len(data) + 1) + command + data


def _message(secret: str) -> bytes:
    """Return all packets of a connection with one message, from the client named `secret`."""
    return b"".join(
        (
            _packet(b"O", struct.pack("!III", _VERSION, _ACTIONS, _STEPS)),
            _packet(b"C", b"%s\x00U" % secret.encode()),
            _packet(b"M", b"<>\x00"),
            _packet(b"R", b"<postmaster>\x00"),
            _packet(b"L", b"Subject\x00 probe\x00"),
            _packet(b"B", b"probe\r\n"),
            _packet(b"E"),
            _packet(b"Q"),
        )
    )


class Round:
    """One round of probes."""

    def __init__(self, listener: socket.socket, secret: str, workers: int) -> None:
        """`listener`: the socket whose address is asked; `secret` as in `Service.probe`."""
        self._family, self._address = listener.family, listener.getsockname()
        self._secret = secret
        self._workers = workers
        self._open: dict[socket.socket, bytes] = {}
        self._left = _MOST * workers
        self._ends = time.monotonic() + TIMEOUT
        self.answered: set[int] = set()
        """Process ids of the workers that answered."""
        self.refused = ""
        """Why a connection was refused; "" if none was."""
        for _ in range(2 * workers):
            self._connect()

    @property
    def sockets(self) -> list[socket.socket]:
        """Connections that wait for an answer."""
        return list(self._open)

    @property
    def unanswered(self) -> bool:
        """Whether a connection got no answer."""
        return bool(self._open)

    def is_over(self) -> bool:
        """Return whether all workers answered, nothing more is asked, or the time is over."""
        complete = len(self.answered) >= self._workers or not self._left
        return (complete and not self._open) or self.refused != "" or time.monotonic() >= self._ends

    def receive(self, one: socket.socket) -> None:
        """Take what a connection received."""
        try:
            data = one.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._open[one] += data
        answer = _ANSWER.search(self._open[one])
        if not answer and data:
            return
        del self._open[one]
        one.close()
        if answer:
            self.answered.add(int(answer[1]))
        if len(self.answered) < self._workers:
            self._connect()

    def close(self) -> None:
        for one in self._open:
            one.close()
        self._open.clear()

    def _connect(self) -> None:
        if not self._left:
            return
        self._left -= 1
        one = socket.socket(self._family)
        one.settimeout(1)
        try:
            one.connect(self._address)
            one.sendall(_message(self._secret))
        except OSError as error:
            one.close()
            self.refused = error.strerror or type(error).__name__
            return
        one.setblocking(False)
        self._open[one] = b""
