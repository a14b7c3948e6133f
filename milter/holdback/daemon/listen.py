"""The socket on which the MTA finds us."""

import contextlib
import os
import socket
import stat
from pathlib import Path

import Milter


class SocketTaken(Exception):
    """Another process answers on our socket, or something that is not a socket has its name."""


def listen_on(address: str, mode: int) -> None:
    """Have libmilter listen on `unix:/path`, `inet:port@host` or `fd:N`; `mode` is that of a unix socket.

    Raises SocketTaken, or Milter.error if libmilter cannot bind it.
    """
    kind, _, path = address.partition(":")
    if kind == "unix":
        _remove_stale(Path(path))
    Milter.setconn(address)
    before = os.umask(0o777 & ~mode)
    try:
        Milter.opensocket(False)
    finally:
        os.umask(before)


def wake(address: str) -> None:
    """Have libmilter look around: it does so only when somebody connects, or every 5 seconds."""
    kind, _, place = address.partition(":")
    with contextlib.suppress(OSError):
        if kind == "unix":
            with socket.socket(socket.AF_UNIX) as visitor:
                visitor.connect(place)
        elif kind == "fd":
            with socket.socket(fileno=os.dup(int(place))) as ours, socket.socket(ours.family) as visitor:
                visitor.connect(ours.getsockname())
        else:
            port, _, host = place.partition("@")
            socket.create_connection((host.strip("[]"), int(port)), timeout=1).close()


def remove(address: str) -> None:
    """Take a unix socket away; the MTA's default action takes over at once instead of after a timeout."""
    kind, _, path = address.partition(":")
    if kind == "unix":
        Path(path).unlink(missing_ok=True)


def _remove_stale(path: Path) -> None:
    """A killed daemon leaves its socket; a living one keeps it."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise SocketTaken(f"{path} is not a socket")
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        else:
            raise SocketTaken(f"{path} is in use by another process")
