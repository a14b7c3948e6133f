"""Attempts, from inside the confined reader, what a hostile document might try. All of them should fail."""

import ctypes
import errno
import os
import resource
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

_SEIZE = 0x4206
"""PTRACE_SEIZE: attaches without stopping the other process."""
_NEW_FILE = f"/tmp/holdback-probe-{os.getpid()}"
_libc = ctypes.CDLL(None, use_errno=True)


def attempts() -> Iterator[tuple[str, str]]:
    """Name of each attempt, and of the error that stopped it (`EPERM`); empty if nothing did."""
    for name, attempt in ATTEMPTS.items():
        try:
            attempt()
        except OSError as error:
            yield name, errno.errorcode.get(error.errno or 0, "error")
        else:
            yield name, ""


def _open() -> None:
    os.close(os.open("/etc/passwd", os.O_RDONLY))


def _create() -> None:
    os.close(os.open(_NEW_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    Path(_NEW_FILE).unlink()


def _list() -> None:
    os.listdir("/")


def _socket() -> None:
    socket.socket(socket.AF_INET).close()


def _connect() -> None:
    """The socket to the daemon is the only one: it must not be connected to another address."""
    address = socket.inet_aton("127.0.0.1").rjust(6, b"\0").ljust(14, b"\0")
    _check(_libc.connect(0, socket.AF_INET.to_bytes(2, "little") + address, 16))


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _execute() -> None:
    os.execv("/bin/true", ["true"])


def _trace() -> None:
    _check(_libc.ptrace(_SEIZE, os.getppid(), None, None))


def _signal() -> None:
    os.kill(os.getppid(), 0)


def _lift_limit() -> None:
    """More processor time, so that its document is never ended."""
    limits = (ctypes.c_ulong * 2)(*(limit % 2**64 for limit in resource.getrlimit(resource.RLIMIT_CPU)))
    _check(_libc.setrlimit(resource.RLIMIT_CPU, limits))


def _map_code() -> None:
    """Writable memory that is executable, as exploits need it."""
    _libc.mmap.restype = ctypes.c_void_p
    place = _libc.mmap(None, 4096, 7, 0x22, -1, 0)
    _check(-1 if place == ctypes.c_void_p(-1).value else 0)


def _check(result: int) -> None:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


ATTEMPTS: dict[str, Callable[[], None]] = {
    "open a file": _open,
    "create a file": _create,
    "list a folder": _list,
    "make a socket": _socket,
    "connect": _connect,
    "map memory as code": _map_code,
    "lift its limit of processor time": _lift_limit,
    "fork": _fork,
    "trace the daemon": _trace,
    "signal the daemon": _signal,
    "execute a program": _execute,
}
"""In this order: if the last one succeeds, no process is left to report it."""
