"""Held messages as operators read them: root from the queue, others through the agent.

The agent, which is root, answers the milter's user on a socket in the state directory: the source of messages
that are on record as held on this host, and of no others. It does not look into them.
"""

import os
import socket
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from holdback.cases.model import WAITING, Hold
from holdback.custody.host import Host, is_held
from holdback.mta.interface import Mta, MtaError
from holdback.operators.request import peer_user

SOCKET = "agent.sock"
"""In the state directory."""
_TIMEOUT = 30.0
_CHUNK = 1 << 20
_LONGEST_REQUEST = 200
_HEADER, _MESSAGE = "header", "message"


def read_held(mta: Mta, state_dir: Path, hold: Hold, *, header: bool = False) -> bytes:
    """Return a message that is held on this host, or its header section; lines end in LF. Raises MtaError."""
    if os.geteuid() == 0:
        return _read(mta, (hold,), hold.queue_id, header=header)
    with socket.socket(socket.AF_UNIX) as agent:
        agent.settimeout(_TIMEOUT)
        try:
            agent.connect(str(state_dir / SOCKET))
            agent.sendall(f"{_HEADER if header else _MESSAGE} {hold.queue_id}\n".encode())
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
    # It comes in one piece: a client that sends less is refused, and keeps no other waiting.
    line, end, _ = connection.recv(_LONGEST_REQUEST).decode(errors="replace").partition("\n")
    what, _, queue_id = line.partition(" ")
    try:
        if not end or what not in (_HEADER, _MESSAGE):
            raise MtaError("holdback agent", None, "no request")
        holds = host.book.holds_by_queue_id(host.id, queue_id)
        content = _read(host.mta, holds, queue_id, header=what == _HEADER)
    except MtaError as error:
        connection.sendall(f"error {' '.join(str(error).split())}\n".encode())
        return
    connection.sendall(b"ok %d\n" % len(content))
    connection.sendall(content)


def _read(mta: Mta, holds: Iterable[Hold], queue_id: str, *, header: bool) -> bytes:
    """The message of one of the holds, if it waits, and the queue has it on hold. Raises MtaError.

    MTAs use queue ids again: another message is not read.
    """
    waiting = [hold for hold in holds if hold.state in WAITING]
    listed = mta.list_queue() if waiting else ()
    queue = {queued.queue_id: queued for queued in listed if queued.queue_id == queue_id}
    if not any(is_held(hold, queue) for hold in waiting):
        raise MtaError("queue", None, "no such held message")
    return mta.read_header(queue_id) if header else mta.read(queue_id)
