"""The MTA's side of the milter protocol, byte by byte; can also send what no correct MTA sends.

Protocol version 6, as in libmilter/mfdef.h: a packet is a length (4 bytes, big endian), a letter, data.
"""

import socket
import struct
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from rig.waiting import LONGEST

VERSION = 6
ALL_ACTIONS = 0x1FF
ALL_STEPS = 0x1FFFFF
CHUNK = 65_535

LEADING_SPACE = 0x100000
_NO_REPLY = {"C": 0x1000, "M": 0x4000, "R": 0x8000, "T": 0x10000, "L": 0x80, "N": 0x40000, "B": 0x80000}
_NOT_WANTED = {"C": 0x01, "H": 0x02, "M": 0x04, "R": 0x08, "B": 0x10, "L": 0x20, "N": 0x40, "T": 0x200}


@dataclass(slots=True)
class Ending:
    """The milter's replies at end of message."""

    reply: str
    """`accept`, `continue`, `tempfail`, `reject` or `discard`; or the text of an SMTP reply."""
    quarantine: str | None = None
    header_changes: list[tuple[str, int, str]] = field(default_factory=list)
    """(name, occurrence, new value; empty to delete)."""
    progress: int = field(default=0, compare=False)
    """Number of progress replies; not compared, because it depends on the load of the machine."""


class Hangup(Exception):
    """The milter closed the connection."""


class MilterClient:
    """A connection of an MTA to the milter on a unix socket."""

    def __init__(
        self, path: Path, actions: int = ALL_ACTIONS, steps: int = ALL_STEPS, seconds: float = LONGEST
    ) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(seconds)
        self._socket.connect(str(path))
        self._send("O", struct.pack("!III", VERSION, actions, steps))
        letter, data = self._receive()
        assert letter == "O", letter
        self.version, self.actions, self.steps = struct.unpack("!III", data[:12])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def connect(self, name: bytes = b"client.corp.example", address: str = "192.0.2.1") -> str:
        return self._step("C", b"%s\0004%s%s\0" % (name, struct.pack("!H", 2525), address.encode()))

    def helo(self, name: bytes = b"client.corp.example") -> str:
        """Send HELO, even if the milter negotiated not to receive it."""
        self._send("H", name + b"\0")
        return _reply(*self._receive())

    def macros(self, command: str, **values: str | bytes) -> None:
        """Send the macros of the step `command`; names longer than a letter are put in braces."""
        data = b"".join(
            b"%s\0%s\0" % (_braced(name), value.encode() if isinstance(value, str) else value)
            for name, value in values.items()
        )
        self._send("D", command.encode() + data)

    def mail(self, sender: bytes = b"<ann@corp.example>") -> str:
        return self._step("M", sender + b"\0")

    def rcpt(self, recipient: bytes) -> str:
        return self._step("R", recipient + b"\0")

    def header(self, name: bytes, value: bytes) -> str:
        """Send a header field; `value` has no blank after the colon."""
        blank = b" " if self.steps & LEADING_SPACE else b""
        return self._step("L", b"%s\0%s%s\0" % (name, blank, value))

    def end_of_header(self) -> str:
        return self._step("N", b"")

    def body(self, content: bytes) -> None:
        for start in range(0, len(content), CHUNK):
            self._step("B", content[start : start + CHUNK])

    def abort(self) -> None:
        self._send("A")

    def quit(self) -> None:
        self._send("Q")

    def end(self, queue_id: str = "") -> Ending:
        """Send end of message and return all replies."""
        self.begin_end(queue_id)
        return self.await_end()

    def begin_end(self, queue_id: str = "") -> None:
        """Send end of message without waiting for the replies."""
        if queue_id:
            self.macros("E", i=queue_id)
        self._send("E")

    def await_end(self) -> Ending:
        """Return the milter's replies after `begin_end`."""
        ending = Ending("")
        while not ending.reply:
            letter, data = self._receive()
            if letter == "p":
                ending.progress += 1
            elif letter == "q":
                ending.quarantine = data.rstrip(b"\0").decode()
            elif letter == "m":
                name, value = data[4:].split(b"\0")[:2]
                ending.header_changes.append((name.decode(), *struct.unpack("!I", data[:4]), value.decode()))
            else:
                ending.reply = _reply(letter, data)
        return ending

    def begin(self, sender: bytes, recipients: list[bytes], queue_id: str, **macros: str | bytes) -> None:
        """Send MAIL and RCPTs of one message; the queue id comes after the first recipient, as from smtpd."""
        self.macros("M", **macros)
        self.mail(sender)
        for recipient in recipients:
            self.rcpt(recipient)
        self.macros("T", i=queue_id)

    def content(self, raw: bytes) -> None:
        """Send header fields and body of `raw` (CRLF) as Postfix does."""
        header, _, body = (b"\r\n" + raw).partition(b"\r\n\r\n")
        unfolded = header.replace(b"\r\n ", b"\n ").replace(b"\r\n\t", b"\n\t")
        for line in unfolded.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            self.header(name, value.removeprefix(b" "))
        self.end_of_header()
        self.body(body)

    def message(
        self,
        raw: bytes,
        recipients: list[bytes],
        sender: bytes = b"<ann@corp.example>",
        queue_id: str = "4ABC",
        **macros: str | bytes,
    ) -> Ending:
        """Send a complete message on a connection after `connect`, and return the replies."""
        self.begin(sender, recipients, queue_id, **macros)
        self.content(raw)
        return self.end(queue_id)

    def _step(self, command: str, data: bytes) -> str:
        """Send a step, unless the milter does not want it, and return the reply, unless it sends none."""
        if self.steps & _NOT_WANTED[command]:
            return "continue"
        self._send(command, data)
        return "continue" if self.steps & _NO_REPLY[command] else _reply(*self._receive())

    def _send(self, command: str, data: bytes = b"") -> None:
        self._socket.sendall(struct.pack("!I", len(data) + 1) + command.encode() + data)

    def _receive(self) -> tuple[str, bytes]:
        (length,) = struct.unpack("!I", self._exactly(4))
        packet = self._exactly(length)
        return chr(packet[0]), packet[1:]

    def _exactly(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            more = self._socket.recv(length - len(data))
            if not more:
                raise Hangup
            data += more
        return data


def _braced(name: str) -> bytes:
    return name.encode() if len(name) == 1 else b"{%s}" % name.encode()


def _reply(letter: str, data: bytes) -> str:
    plain = {"a": "accept", "c": "continue", "t": "tempfail", "r": "reject", "d": "discard"}
    return data.rstrip(b"\0").decode() if letter == "y" else plain[letter]
