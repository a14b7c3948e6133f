"""The socket on which the milter listens: clear it before the start, wake libmilter, remove it afterwards."""

import contextlib
import os
import socket
import stat
from pathlib import Path


class CannotListen(Exception):
    """libmilter cannot listen on the address: it is in use, no socket, or permission is denied."""


def cannot_listen(key: str, address: str, error: Exception) -> CannotListen:
    """Return the exception that names key and value of the configuration, and the reason."""
    reason = getattr(error, "strerror", None) or str(error)
    return CannotListen(f'{key} = "{address}": {reason[:1].lower()}{reason[1:]}')


def clear(address: str) -> None:
    """Remove the socket that a killed daemon left. Raises CannotListen if the address is in use."""
    kind, _, name = address.partition(":")
    if kind in ("inet", "inet6"):
        _bind(address, *name.partition("@")[::2])
    elif kind == "unix":
        _clear_unix(Path(name))


def _bind(address: str, port: str, host: str) -> None:
    """Bind the address once, because libmilter names neither address nor reason when it cannot."""
    try:
        family, *_, place = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            # Two sockets may be bound to a port, but not listen on it.
            probe.listen()
    except (OSError, UnicodeError) as error:
        raise cannot_listen("milter.listen", address, error) from error


def _clear_unix(path: Path) -> None:
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
    """Connect once: libmilter checks whether to stop at each connection, otherwise every 5 seconds."""
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
    """Remove a unix socket, so that the MTA applies its default action at once instead of after a timeout."""
    kind, _, path = address.partition(":")
    if kind == "unix":
        Path(path).unlink(missing_ok=True)
