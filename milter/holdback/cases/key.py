"""Loads or creates the secret key of the installation, and hashes text with it.

Without the key, hashes in the record and the log cannot be compared with addresses. Hosts that share a
database must share the key: else they do not recognise each other's copies of a campaign.
"""

import os
from hashlib import blake2b
from pathlib import Path

from holdback.cases.private import create_private, sync_folder

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
        _make(path)
        key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise KeyBroken(f"{path} has {len(key)} bytes, not {KEY_BYTES}")
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return key


def _make(path: Path) -> None:
    """Creates the key file: only a complete file gets its name, and the first of two processes wins."""
    draft = path.with_name(f"key.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = create_private(draft)
    try:
        os.write(descriptor, os.urandom(KEY_BYTES))
        os.fsync(descriptor)
        os.link(draft, path)
        sync_folder(path.parent)
    except FileExistsError:
        return
    finally:
        os.close(descriptor)
        draft.unlink()


def keyed_hash(key: bytes, text: str) -> str:
    """Keyed hash of `text`, 16 hex digits: the same for the same text, and not readable."""
    return blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=8).hexdigest()
