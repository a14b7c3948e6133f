"""The sockets on which the milter listens. One process opens them, all workers share them."""

import contextlib
import os
import socket
import stat
import threading
from collections.abc import Callable
from pathlib import Path

BACKLOG = 1024
"""Connections that wait, as during a restart. The kernel may allow fewer: net.core.somaxconn."""
_FIRST_PASSED = 3
"""The first descriptor that systemd passes: sd_listen_fds(3)."""


class CannotListen(Exception):
    """An address cannot be listened on: it is in use, no socket, or permission is denied."""


def listen_on(address: str, mode: int) -> socket.socket:
    """Return a listening socket on `unix:/path`, `inet:port@host`, `inet6:port@host`, or an inherited `fd:N`.

    `mode`: permissions of a unix socket. Raises CannotListen.
    """
    kind, _, place = address.partition(":")
    try:
        match kind:
            case "unix":
                listener = _on_path(Path(place), mode)
            case "fd":
                listener = socket.socket(fileno=int(place))
                listener.getsockname()
            case _:
                port, _, host = place.partition("@")
                listener = _on_port(host.strip("[]"), int(port), 1)
        listener.listen(BACKLOG)
    except (OSError, UnicodeError) as error:
        raise _cannot_listen("milter.listen", address, error) from error
    # All workers are woken by one connection, and only one gets it: the others must not wait for another.
    listener.setblocking(False)
    return listener


def listen_for_metrics(address: str) -> socket.socket | None:
    """Return a listening socket on `host:port`; None if the address is empty. Raises CannotListen."""
    if not address:
        return None
    host, _, port = address.rpartition(":")
    try:
        return _on_port(host.strip("[]"), int(port), 64)
    except (OSError, UnicodeError) as error:
        raise _cannot_listen("metrics.listen", address, error) from error


def listen_for_operators(path: str) -> socket.socket:
    """Return a listening socket to which every local user may connect. Raises CannotListen."""
    try:
        listener = _on_path(Path(path), 0o666, socket.SOCK_SEQPACKET)
        listener.listen()
    except OSError as error:
        raise _cannot_listen("roles.socket", path, error) from error
    return listener


def passed_by_systemd() -> socket.socket | None:
    """Return the socket of `holdback.socket`, as passed to this process; None if there is none."""
    if os.environ.get("LISTEN_PID") != str(os.getpid()) or os.environ.get("LISTEN_FDS", "0") == "0":
        return None
    for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"):
        os.environ.pop(name, None)
    listener = socket.socket(fileno=_FIRST_PASSED)
    listener.setblocking(False)
    return listener


def path_of(listener: socket.socket) -> str:
    """Return the path of a unix socket; "" if it is none, or has none."""
    name = listener.getsockname()
    return name if listener.family == socket.AF_UNIX and isinstance(name, str) else ""


def set_mode(listener: socket.socket, mode: int | None) -> None:
    """Change the permissions of a unix socket, if there is a `mode`."""
    path = path_of(listener)
    if path and mode is not None:
        with contextlib.suppress(OSError):
            os.chmod(path, mode)


def file_of(listener: socket.socket) -> tuple[int, int] | None:
    """Return device and inode of the file at the socket's path; None if there is none, or no such socket."""
    path = path_of(listener)
    try:
        status = os.stat(path) if path else None
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if status else None


def remove(listener: socket.socket) -> None:
    """Remove the file of a unix socket: the MTA notices at once that it is gone, not after a timeout."""
    path = path_of(listener)
    if path:
        with contextlib.suppress(OSError):
            os.unlink(path)


class Acceptance:
    """Whether this process accepts connections on the listening socket that it shares. Thread-safe.

    libmilter cannot be asked to pause, and cuts its connections when it is stopped. So a socket without
    clients takes the place of the listening one, in this process only.
    """

    def __init__(self, listener: socket.socket, wake: Callable[[], object]) -> None:
        """`wake` interrupts the system call in which libmilter waits for a connection."""
        self.address = listener.getsockname()
        self._descriptor = listener.fileno()
        self._shared = listener.dup()
        self._silent: socket.socket | None = None
        self._stopped = False
        self._changing = threading.Lock()
        self._wake = wake

    def allow(self, accept: bool) -> None:
        """Accept connections; or leave them to the other processes, unless no descriptor is free for that."""
        with self._changing:
            if accept and self._silent and not self._stopped:
                os.dup2(self._shared.fileno(), self._descriptor, inheritable=False)
                # poll(2) stays with the socket that had the descriptor when it began, for up to five seconds.
                self._wake()
                self._silent.close()
                self._silent = None
            elif not accept and not self._silent:
                with contextlib.suppress(OSError):
                    self._silent = self._pause()

    def stop(self) -> None:
        """Accept no more connections, whatever `allow` is asked; call it again while connections are open.

        The listening socket is closed in this process: clients must not wait for one that serves none.
        """
        self._stopped = True
        self.allow(False)
        with self._changing:
            self._shared.close()

    def _pause(self) -> socket.socket:
        silent = socket.socket(socket.AF_UNIX)
        # An address of the kernel's choice: unix(7), autobind.
        silent.bind("")
        silent.listen()
        silent.setblocking(False)
        os.dup2(silent.fileno(), self._descriptor, inheritable=False)
        return silent


def connections_to(address: object) -> int:
    """Return the number of open connections of this process that came in at `address` (getsockname)."""
    return sum(_is_connection(int(number), address) for number in os.listdir("/proc/self/fd"))


def _is_connection(descriptor: int, address: object) -> bool:
    try:
        if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            return False
        with socket.socket(fileno=os.dup(descriptor)) as one:
            return one.getsockname() == address and not one.getsockopt(
                socket.SOL_SOCKET, socket.SO_ACCEPTCONN
            )
    except OSError:
        return False


def _cannot_listen(key: str, address: str, error: Exception) -> CannotListen:
    """Return the exception that names key and value of the configuration, and the reason."""
    reason = getattr(error, "strerror", None) or str(error)
    return CannotListen(f'{key} = "{address}": {reason[:1].lower()}{reason[1:]}')


def _on_path(path: Path, mode: int, kind: int = socket.SOCK_STREAM) -> socket.socket:
    _clear(path, kind)
    listener = socket.socket(socket.AF_UNIX, kind)
    before = os.umask(0o777 & ~mode)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    return listener


def _clear(path: Path, kind: int) -> None:
    """Remove the socket that a killed daemon left. Raises OSError if a process listens on it."""
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise OSError("not a socket")
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX, kind) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
        else:
            raise OSError("in use by another process")


def _on_port(host: str, port: int, backlog: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(backlog)
    except OSError:
        listener.close()
        raise
    return listener
