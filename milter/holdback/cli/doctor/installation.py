"""Holdback's own parts: where it keeps things, and whether the daemon answers."""

import os
import socket
import stat
import struct
import urllib.error
import urllib.request
from collections.abc import Iterator

from holdback.cases.casebook import Casebook
from holdback.cases.values import RecordUnavailable
from holdback.cli.doctor.diagnosis import Diagnosis, failed, ok, warning
from holdback.config import Config

_PATIENCE = 5.0
"""Seconds to wait for an answer."""
_OFFER = b"O" + struct.pack("!III", 6, 0x1FF, 0x1FFFFF)
"""What an MTA says first (SMFIC_OPTNEG): version, actions and steps that it knows."""
_START = "systemctl start holdback; its log says why it does not"
_AS_ROOT = "only root and the service may look: try it with sudo"


def check_state_dir(config: Config) -> Iterator[Diagnosis]:
    """Holdback's directory: there, closed to others, with room."""
    path, name = config.state_dir, "state_dir"
    try:
        mode = path.stat().st_mode
        space = os.statvfs(path)
    except OSError as error:
        yield failed(
            name, f"{path}: {error.strerror}", "the service makes it at its first start; see state_dir"
        )
        return
    if not stat.S_ISDIR(mode):
        yield failed(name, f"{path} is not a folder", "move away what has its name")
    elif mode & 0o077:
        yield warning(
            name, f"{path} is open to other users (mode {stat.S_IMODE(mode):04o})", f"chmod 0700 {path}"
        )
    elif space.f_bavail * space.f_frsize < 100 << 20:
        yield warning(name, f"less than 100 MiB left in {path}", "make room: holds are recorded there")
    else:
        yield ok(name, f"{path}, mode 0700, {space.f_bavail * space.f_frsize >> 20:,} MiB free")


def check_record(config: Config) -> Iterator[Diagnosis]:
    """The database answers."""
    name = "record"
    own = config.state_dir / "holdback.db"
    if not config.database.url:
        try:
            own.open("r+b").close()
        except FileNotFoundError:
            yield warning(name, f"{own}: not there yet", "the service makes it at its first start")
            return
        except OSError as error:
            yield warning(name, f"{own}: {error.strerror}", _AS_ROOT)
            return
    try:
        book = Casebook.open(config.database_url)
        try:
            counts = book.counts()
        finally:
            book.close()
    except RecordUnavailable as error:
        yield failed(name, f"does not answer: {error}", "mail is held all the same; see database.url")
        return
    yield ok(name, f"answers; {sum(counts.cases.values()):,} cases on record")


def check_milter(config: Config) -> Iterator[Diagnosis]:
    """The milter's socket, asked as Postfix would ask."""
    name, listen = "milter", config.milter.listen
    if listen.startswith("fd:"):
        yield ok(name, f"{listen}: only the service itself can know")
        return
    try:
        answer = _negotiated(listen)
    except PermissionError as error:
        yield warning(name, f"{listen}: {error.strerror}", _AS_ROOT)
        return
    except OSError as error:
        trouble = error.strerror or str(error)
        yield failed(name, f"{listen}: {trouble}", f"until it answers, Postfix decides alone: {_START}")
        return
    if answer != b"O":
        yield failed(name, f"{listen}: something else answers there", "see milter.listen")
        return
    yield ok(name, f"answers on {listen}")


def _negotiated(listen: str) -> bytes:
    """The letter that the milter answers to the offer of an MTA. Raises OSError."""
    kind, _, place = listen.partition(":")
    if kind == "unix":
        line = socket.socket(socket.AF_UNIX)
    else:
        line = socket.socket(socket.AF_INET6 if kind == "inet6" else socket.AF_INET)
    with line:
        line.settimeout(_PATIENCE)
        port, _, host = place.partition("@")
        line.connect(place if kind == "unix" else (host.strip("[]"), int(port)))
        line.sendall(struct.pack("!I", len(_OFFER)) + _OFFER)
        answer = line.recv(5)
        line.sendall(struct.pack("!I", 1) + b"Q")
    return answer[4:]


def check_metrics(config: Config) -> Iterator[Diagnosis]:
    """Prometheus would get an answer."""
    name, listen = "metrics", config.metrics.listen
    if not listen:
        yield ok(name, "turned off")
        return
    try:
        with urllib.request.urlopen(f"http://{listen}/metrics", timeout=_PATIENCE) as page:
            ours = b"holdback_build_info" in page.read()
    except (OSError, ValueError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        yield warning(
            name, f"{listen}: {getattr(reason, 'strerror', None) or reason}", f"nobody watches: {_START}"
        )
        return
    if not ours:
        yield failed(name, f"{listen}: somebody else answers there", "see metrics.listen")
        return
    yield ok(name, f"served on {listen}")
