"""Checks Holdback's own parts: state_dir, database, milter socket, metrics."""

import os
import socket
import stat
import struct
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing

from holdback.cases.casebook import Casebook
from holdback.cases.database import created_file_of
from holdback.cases.host_id import read_identity
from holdback.cases.hosts import Conflict
from holdback.cases.model import RecordUnavailable
from holdback.cli.doctor.diagnosis import Diagnosis, failed, ok, warning
from holdback.config import Config
from holdback.phrases import count_of

_TIMEOUT = 5.0
"""Timeout for an answer, in seconds."""
_OFFER = b"O" + struct.pack("!III", 6, 0x1FF, 0x1FFFFF)
"""The first command of an MTA, SMFIC_OPTNEG: version, actions and protocol steps it supports."""
_START = "Start it: systemctl start holdback. See its log: journalctl -u holdback."
_RESTORE = "New holds are in the journal. Restore the file from a backup. To begin a new database instead:"
_FIRST_START = "Start the service once: it creates this."
_AS_ROOT = "Run with sudo."

_CONFLICTS = {
    Conflict.NAME: (
        "another host on the same database has the same name",
        "Rename one. If the other never returns: holdback hosts --gone ID",
    ),
    Conflict.KEY: (
        "another host on the same database has another key",
        "Copy state_dir/key of the first host to the others, and restart them. holdback hosts shows which.",
    ),
    Conflict.STATE_DIR: (
        "another machine runs with a copy of this state directory",
        "Remove host.id from the state directory of the copy, and restart Holdback there.",
    ),
}
"""Text and advice for each conflict."""


def check_state_dir(config: Config) -> Iterator[Diagnosis]:
    """state_dir exists, is private, and has free space."""
    path, name = config.state_dir, "state_dir"
    try:
        mode = path.stat().st_mode
        space = os.statvfs(path)
    except OSError as error:
        yield failed(
            name,
            f"{path}: {error.strerror}",
            _FIRST_START,
        )
        return
    if not stat.S_ISDIR(mode):
        yield failed(name, f"{path} is not a directory", "Move the file away.")
    elif mode & 0o077:
        yield warning(
            name, f"{path} is accessible to other users (mode {stat.S_IMODE(mode):04o})", f"chmod 0700 {path}"
        )
    elif space.f_bavail * space.f_frsize < 100 << 20:
        yield warning(name, f"less than 100 MiB free in {path}", "Free disk space. Holds are recorded there.")
    else:
        yield ok(name, f"{path}, mode 0700, {space.f_bavail * space.f_frsize >> 20:,} MiB free")


def check_database(config: Config) -> Iterator[Diagnosis]:
    """The database can be opened and read."""
    name = "database"
    own = config.state_dir / "holdback.db"
    if not config.database.url:
        try:
            own.open("r+b").close()
        except FileNotFoundError:
            created = created_file_of(own)
            if created.exists():
                yield failed(name, f"{own} was removed", f"{_RESTORE} rm {created}")
            else:
                yield warning(name, f"{own} does not exist yet", _FIRST_START)
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
        yield failed(name, f"unavailable: {error}", "Check database.url. Mail is still being held.")
        return
    yield ok(name, f"available, {count_of(sum(counts.cases.values()), 'case')}")


def check_hosts(config: Config) -> Iterator[Diagnosis]:
    """No other host on the same record has the name, another key, or the state directory of this one."""
    name, identity = "host", read_identity(config.state_dir)
    if not identity.id:
        if os.access(config.state_dir, os.R_OK | os.X_OK):
            yield warning(name, "has no id yet", _FIRST_START)
        else:
            yield warning(name, f"{config.state_dir}: permission denied", _AS_ROOT)
        return
    try:
        with closing(Casebook.open(config.database_url)) as book:
            conflicts = book.conflicts_of(identity)
    except RecordUnavailable:
        # The check of the database says why.
        return
    for conflict in conflicts:
        yield failed(name, *_CONFLICTS[conflict])
    if not conflicts:
        yield ok(name, f"{identity.name}, id {identity.id}")


def check_milter(config: Config) -> Iterator[Diagnosis]:
    """The milter answers on its socket as an MTA expects."""
    name, listen = "milter", config.milter.listen
    if listen.startswith("fd:"):
        yield ok(name, f"{listen}: passed by systemd, not checked")
        return
    try:
        answer = _negotiated(listen)
    except PermissionError as error:
        yield warning(name, f"{listen}: {error.strerror}", _AS_ROOT)
        return
    except OSError as error:
        trouble = error.strerror or str(error)
        advice = f"{_START} Until it answers, the mail server applies its default action."
        yield failed(name, f"{listen}: {trouble}", advice)
        return
    if answer != b"O":
        yield failed(name, f"{listen}: not a milter", "Check milter.listen.")
        return
    yield ok(name, f"answers on {listen}")


def _negotiated(listen: str) -> bytes:
    """The command letter of the milter's answer to SMFIC_OPTNEG. Raises OSError."""
    kind, _, place = listen.partition(":")
    if kind == "unix":
        line = socket.socket(socket.AF_UNIX)
    else:
        line = socket.socket(socket.AF_INET6 if kind == "inet6" else socket.AF_INET)
    with line:
        line.settimeout(_TIMEOUT)
        port, _, host = place.partition("@")
        line.connect(place if kind == "unix" else (host.strip("[]"), int(port)))
        line.sendall(struct.pack("!I", len(_OFFER)) + _OFFER)
        answer = line.recv(5)
        line.sendall(struct.pack("!I", 1) + b"Q")
    return answer[4:]


def check_metrics(config: Config) -> Iterator[Diagnosis]:
    """The metrics can be scraped."""
    name, listen = "metrics", config.metrics.listen
    if not listen:
        yield ok(name, "disabled")
        return
    try:
        with urllib.request.urlopen(f"http://{listen}/metrics", timeout=_TIMEOUT) as page:
            ours = b"holdback_build_info" in page.read()
    except (OSError, ValueError) as error:
        reason = error.reason if isinstance(error, urllib.error.URLError) else error
        yield warning(name, f"{listen}: {getattr(reason, 'strerror', None) or reason}", _START)
        return
    if not ours:
        yield failed(name, f"{listen}: not the metrics of Holdback", "Check metrics.listen.")
        return
    yield ok(name, f"served on {listen}")
