"""Loads or creates the id of this host, by which the record knows its holds.

The host name is for people: it may change, and two hosts may have the same.
"""

import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path

from holdback.cases.key import KEY_BYTES, KeyBroken, key_id, keyed_hash
from holdback.cases.model import Hold
from holdback.cases.private import create_once

_NAME = "host.id"
_IN_USE_BEFORE = ("serving.json", "custody.lock")
"""Files of a state directory that was used by a version without ids: by its milter, by its commands."""
_CONTENT = re.compile(r"([0-9a-f]{32})\n(\S*)\n")
_MACHINE_FILES = (Path("/etc/machine-id"), Path("/proc/sys/kernel/random/boot_id"))


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity of a host, as it is on record."""

    id: str
    """32 hex digits, random."""
    name: str
    """Host name."""
    former: str = ""
    """Host name under which holds without an id are this host's; empty if it never had any."""
    key_id: str = ""
    """Keyed hash by which hosts with another key are recognised. It does not reveal the key."""
    machine: str = ""
    """Keyed hash of this boot of this machine: two of them alive with one id are copies of one directory."""

    def owns(self, hold: Hold) -> bool:
        """True for a hold of this host."""
        return self.is_host(hold.host_id, hold.host)

    def is_host(self, host_id: str, name: str) -> bool:
        """True if the id is that of this host. Without an id, on either side, the name decides."""
        return host_id == self.id if host_id and self.id else name == self.name


def load_identity(state_dir: Path, key: bytes) -> Identity:
    """The identity of this host; its id is created on first use.

    Raises KeyBroken if `host.id` is damaged, or OSError if it cannot be read or created.
    """
    path, name = state_dir / _NAME, socket.gethostname()
    if not path.exists():
        former = name if any((state_dir / one).exists() for one in _IN_USE_BEFORE) else ""
        create_once(path, f"{os.urandom(16).hex()}\n{former}\n".encode())
    found = _CONTENT.fullmatch(path.read_text("utf-8", "replace"))
    if not found:
        raise KeyBroken(
            f"{path} has no host id; restore it from a backup, or remove it to begin as a new host"
        )
    machine = " ".join([*map(_text, _MACHINE_FILES), name])
    return Identity(found[1], name, found[2], key_id(key), keyed_hash(key, machine))


def read_identity(state_dir: Path) -> Identity:
    """Id, name and key id of this host, for a command that creates nothing; empty if it cannot read them."""
    found = _CONTENT.fullmatch(_text(state_dir / _NAME))
    key = _bytes(state_dir / "key")
    known_key = key_id(key) if len(key) == KEY_BYTES else ""
    return Identity(found[1] if found else "", socket.gethostname(), key_id=known_key)


def _text(path: Path) -> str:
    return _bytes(path).decode("utf-8", "replace")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
