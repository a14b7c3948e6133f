"""Loads or creates the secret key of the installation, and hashes text with it.

Without the key, hashes in the record and the log cannot be compared with addresses. Hosts that share a
database must share the key: else they do not recognise each other's copies of a campaign.
"""

import os
from hashlib import blake2b
from pathlib import Path

from holdback.cases.private import create_once

KEY_BYTES = 32


class KeyBroken(Exception):
    """The key file has the wrong size.

    It is not replaced: with a new key no past decision would be recognised.
    """


def load_key(state_dir: Path) -> bytes:
    """The 32 bytes of `state_dir/key`, which is created on first use.

    Raises KeyBroken, or OSError if it cannot be read or created.
    """
    path = state_dir / "key"
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        create_once(path, os.urandom(KEY_BYTES))
        key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise KeyBroken(f"{path} has {len(key)} bytes, not {KEY_BYTES}")
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return key


def key_id(key: bytes) -> str:
    """The same for the same key, and does not reveal it."""
    return keyed_hash(key, "id of the key")


def keyed_hash(key: bytes, text: str) -> str:
    """Keyed hash of `text`, 16 hex digits: the same for the same text, and not readable."""
    return blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=8).hexdigest()
