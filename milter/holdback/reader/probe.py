"""Tries, from inside the confined reader, what a hostile document might have it do. All should fail."""

import ctypes
import errno
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

_SEIZE = 0x4206
"""PTRACE_SEIZE: attaches without stopping the other process."""
_NEW_FILE = f"/tmp/holdback-probe-{os.getpid()}"
_libc = ctypes.CDLL(None, use_errno=True)


def attempts() -> Iterator[tuple[str, str]]:
    """What was tried, and the name of the error that stopped it (`EPERM`); empty if nothing did."""
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
    """The line to the daemon is the only socket there is: it must not lead elsewhere."""
    address = socket.inet_aton("127.0.0.1").rjust(6, b"\0").ljust(14, b"\0")
    _checked(_libc.connect(0, socket.AF_INET.to_bytes(2, "little") + address, 16))


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _execute() -> None:
    os.execv("/bin/true", ["true"])


def _trace() -> None:
    _checked(_libc.ptrace(_SEIZE, os.getppid(), None, None))


def _signal() -> None:
    os.kill(os.getppid(), 0)


def _map_code() -> None:
    """Memory that is code: what an exploit would write its own into."""
    _libc.mmap.restype = ctypes.c_void_p
    place = _libc.mmap(None, 4096, 7, 0x22, -1, 0)
    _checked(-1 if place == ctypes.c_void_p(-1).value else 0)


def _checked(result: int) -> None:
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
    "fork": _fork,
    "trace the daemon": _trace,
    "signal the daemon": _signal,
    "execute a program": _execute,
}
"""In this order: if the last one succeeds, there is nobody left to tell."""
