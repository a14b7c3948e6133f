"""Held messages as operators read them: root from the queue, others through the agent.

The agent, which is root, answers the milter's user on a socket in the state directory: the source of messages
that are on record as held on this host, and of no others. It does not look into them.
"""

import os
import socket
from functools import partial
from pathlib import Path

from holdback.cases.model import WAITING
from holdback.custody.host import Host
from holdback.mta.interface import Mta, MtaError, Place
from holdback.operators.request import peer_user

SOCKET = "agent.sock"
"""In the state directory."""
_TIMEOUT = 30.0
_CHUNK = 1 << 20
_LONGEST_REQUEST = 200
_HEADER, _MESSAGE = "header", "message"


def read_held(mta: Mta, state_dir: Path, queue_id: str, *, header: bool = False) -> bytes:
    """Return a message that is held on this host, or its header section; lines end in LF. Raises MtaError."""
    if os.geteuid() == 0:
        return mta.read_header(queue_id) if header else mta.read(queue_id)
    with socket.socket(socket.AF_UNIX) as agent:
        agent.settimeout(_TIMEOUT)
        try:
            agent.connect(str(state_dir / SOCKET))
            agent.sendall(f"{_HEADER if header else _MESSAGE} {queue_id}\n".encode())
            status, _, content = b"".join(iter(partial(agent.recv, _CHUNK), b"")).partition(b"\n")
        except OSError as error:
            raise MtaError("holdback agent", None, error.strerror or "timeout") from None
    word, _, rest = status.decode(errors="replace").partition(" ")
    if (word, rest) != ("ok", str(len(content))):
        raise MtaError("holdback agent", None, rest if word == "error" else "answer incomplete")
    return content


def listen_for_readers(state_dir: Path) -> socket.socket:
    """Return the agent's socket, which its own user and the owner of the state directory may use.

    Raises OSError.
    """
    path, owner = state_dir / SOCKET, state_dir.stat()
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
    listener.listen()
    return listener


def answer_reader(host: Host, connection: socket.socket) -> None:
    """Answer one request for a held message. Raises OSError, RecordUnavailable."""
    connection.settimeout(_TIMEOUT)
    if peer_user(connection) not in (0, host.state_dir.stat().st_uid):
        return
    what, _, queue_id = _line(connection).partition(" ")
    try:
        content = _read(host, what, queue_id)
    except MtaError as error:
        connection.sendall(f"error {' '.join(str(error).split())}\n".encode())
        return
    connection.sendall(b"ok %d\n" % len(content))
    connection.sendall(content)


def _read(host: Host, what: str, queue_id: str) -> bytes:
    """The source of a message that is held on this host, or its header. Raises MtaError."""
    on_record = host.book.holds_by_queue_id(host.id, queue_id) if what in (_HEADER, _MESSAGE) else ()
    waits = any(hold.state in WAITING for hold in on_record)
    if not waits or host.mta.place_of(queue_id) is not Place.HELD:
        raise MtaError("holdback agent", None, "no such held message")
    return host.mta.read_header(queue_id) if what == _HEADER else host.mta.read(queue_id)


def _line(connection: socket.socket) -> str:
    """The first line of a request; cut where it is too long."""
    received = b""
    while b"\n" not in received and len(received) < _LONGEST_REQUEST:
        chunk = connection.recv(_LONGEST_REQUEST)
        if not chunk:
            break
        received += chunk
    return received.partition(b"\n")[0].decode(errors="replace")
