"""Ask the running milter to inspect a message that is in the queue, over its own socket, as the MTA would.

The milter recognises the request by a sealed client name, and replies with one line instead of an answer for
the MTA. So one process judges all messages, with the same knowledge, ledger and metrics, and no program with
root opens attachments.
"""

import hashlib
import hmac
import ipaddress
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

from holdback.mta.interface import HeldMail

PREFIX = "holdback-inspect;"
"""Beginning of the client name of a request."""
_LINE = "holdback inspected: "
_VERSION, _ACTIONS, _CHUNK = 6, 0x1FF, 65_535
_LONGEST_PACKET = 1 << 20


class Purpose(StrEnum):
    ORPHAN = "orphan"
    """Record the outcome: the message has no record."""
    AGAIN = "again"
    """Inspect a hold that was recorded without an inspection."""
    PREVIEW = "preview"
    """Change nothing."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, as the milter receives it."""

    purpose: Purpose
    queue_id: str
    arrived: float
    """Unix time, as the queue shows it."""
    hold: int = 0
    """Id of the hold to be inspected again; 0 for an orphan."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """The milter's reply."""

    action: str
    """`pass`, `observe`, `hold`, `discard`, or `own` for a copy of `release --bcc`."""
    case: str = ""
    why: str = ""
    """Findings, as in the log: `customer_data:40`."""


class NotInspected(Exception):
    """The milter did not answer, or could not record the outcome. Nothing changed."""


def client_name(key: bytes, request: Request) -> str:
    """Return the client name that carries the request."""
    claim = f"{PREFIX}{request.purpose};{request.queue_id};{request.arrived!r};{request.hold}"
    return f"{claim};{_seal(key, claim)}"


def verify(key: bytes, name: str) -> Request | None:
    """Return the request in a client name; None if we did not make it."""
    claim, _, seal = name.rpartition(";")
    if not name.isascii() or not hmac.compare_digest(seal, _seal(key, claim)):
        return None
    purpose, queue_id, arrived, hold = claim.removeprefix(PREFIX).split(";")
    return Request(Purpose(purpose), queue_id, float(arrived), int(hold))


def reply_line(inspected: Inspected) -> str:
    """Return the reply as one line of ASCII without `%`, which libmilter would expand."""
    return f"{_LINE}{inspected.action};{inspected.case};{inspected.why[:600]}"


def ask(listen: str, key: bytes, request: Request, mail: HeldMail, timeout: float) -> Inspected:
    """Return what the milter on `listen` says about the message. Raises NotInspected.

    timeout: seconds without any sign of the milter; a long inspection sends signs of progress.
    """
    try:
        with _connected(listen, timeout) as line:
            return _transaction(line, client_name(key, request), request, mail)
    except (OSError, EOFError, struct.error) as error:
        raise NotInspected(
            f"the milter on {listen} does not answer: {error or type(error).__name__}"
        ) from None


def answers(listen: str, timeout: float) -> bool:
    """Return whether a milter on `listen` answers the negotiation within `timeout` seconds."""
    try:
        with _connected(listen, timeout):
            return True
    except (OSError, EOFError, struct.error):
        return False


@contextmanager
def _connected(listen: str, timeout: float) -> Iterator[socket.socket]:
    """Yield a connection on which the negotiation is over."""
    kind, _, place = listen.partition(":")
    port, _, host = place.partition("@")
    if kind == "unix":
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(timeout)
    else:
        line = socket.create_connection((host.strip("[]") or "localhost", int(port)), timeout)
    with line:
        if kind == "unix":
            line.connect(place)
        _send(line, b"O", struct.pack("!III", _VERSION, _ACTIONS, 0))
        if _receive(line)[0] != b"O":
            raise OSError("it is not a milter")
        yield line
        _send(line, b"Q")


def _transaction(line: socket.socket, name: str, request: Request, mail: HeldMail) -> Inspected:
    _step(line, b"C", name.encode() + b"\0" + _family_and_address(mail.client))
    _send(line, b"D", b"M{auth_authen}\0%s\0" % _encoded(mail.login))
    _step(line, b"M", b"<%s>\0" % _encoded(mail.sender))
    for recipient in mail.recipients:
        _step(line, b"R", b"<%s>\0" % _encoded(recipient))
    raw = mail.raw.replace(b"\n", b"\r\n")
    for start in range(0, len(raw), _CHUNK):
        _step(line, b"B", raw[start : start + _CHUNK])
    _send(line, b"D", b"Ei\0%s\0" % request.queue_id.encode())
    _send(line, b"E")
    while (packet := _receive(line))[0] == b"p":
        pass
    letter, data = packet
    text = data.rstrip(b"\0").decode("ascii", "replace")
    _, found, line_text = text.partition(_LINE)
    if letter != b"y" or not found:
        raise NotInspected("the milter could not inspect it now")
    action, case, why = line_text.split(";", 2)
    return Inspected(action, case, why)


def _family_and_address(client: str) -> bytes:
    try:
        version = ipaddress.ip_address(client).version
    except ValueError:
        return b"U"
    return b"%d\0\0%s\0" % (version, client.encode())


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape").replace(b"\0", b"")


def _step(line: socket.socket, command: bytes, data: bytes) -> None:
    """Send a command, and wait until the milter lets the message continue."""
    _send(line, command, data)
    letter, _ = _receive(line)
    if letter not in (b"c", b"s"):
        raise NotInspected("the milter refused it before its end")


def _send(line: socket.socket, command: bytes, data: bytes = b"") -> None:
    line.sendall(struct.pack("!I", len(data) + 1) + command + data)


def _receive(line: socket.socket) -> tuple[bytes, bytes]:
    (size,) = struct.unpack("!I", _exactly(line, 4))
    if not 0 < size < _LONGEST_PACKET:
        raise OSError("it is not a milter")
    packet = _exactly(line, size)
    return packet[:1], packet[1:]


def _exactly(line: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        piece = line.recv(size - len(data))
        if not piece:
            raise EOFError("it closed the connection")
        data += piece
    return data


def _seal(key: bytes, claim: str) -> str:
    return hmac.new(key, claim.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
