"""The address on which the MTA reaches the milter: cleared before use, woken, removed afterwards."""

import contextlib
import os
import socket
import stat
from pathlib import Path


class CannotListen(Exception):
    """libmilter cannot listen on the address: it is in use, or not a socket, or not ours to open."""


def clear(address: str) -> None:
    """Remove the socket that a killed daemon left. Raises CannotListen if a living one answers there."""
    kind, _, name = address.partition(":")
    if kind != "unix":
        return
    path = Path(name)
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise CannotListen(f"{path} is not a socket")
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        else:
            raise CannotListen(f"{path} is in use by another process")


def wake(address: str) -> None:
    """Connect once: libmilter notices that it has to stop only at a connection, or every 5 seconds."""
    kind, _, place = address.partition(":")
    with contextlib.suppress(OSError):
        if kind == "unix":
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(place)
        elif kind == "fd":
            with socket.socket(fileno=os.dup(int(place))) as ours, socket.socket(ours.family) as client:
                client.connect(ours.getsockname())
        else:
            port, _, host = place.partition("@")
            socket.create_connection((host.strip("[]"), int(port)), timeout=1).close()


def remove(address: str) -> None:
    """Remove a unix socket: the MTA applies its default action at once instead of after a timeout."""
    kind, _, path = address.partition(":")
    if kind == "unix":
        Path(path).unlink(missing_ok=True)
