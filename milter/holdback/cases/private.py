"""Creates private files: mode 0600 whatever the umask, with the owner of their folder."""

import os
from pathlib import Path


def create_private(path: Path) -> int:
    """Creates the file `path`, and returns its descriptor, open for appending. Raises OSError."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
        _give_to_owner_of(path.parent, descriptor)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def create_once(path: Path, content: bytes) -> None:
    """Creates the private file `path` unless it exists: complete at once, the first of two processes wins."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = create_private(draft)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
        os.link(draft, path)
        sync_folder(path.parent)
    except FileExistsError:
        return
    finally:
        os.close(descriptor)
        draft.unlink()


def create_private_folder(path: Path) -> None:
    """Creates the folder `path` with mode 0700 unless it exists; its parent must exist."""
    try:
        path.mkdir(0o700)
    except FileExistsError:
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fchmod(descriptor, 0o700)
        _give_to_owner_of(path.parent, descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: Path) -> None:
    """Writes the names in the folder `path` to disk, so that they survive a power failure."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _give_to_owner_of(folder: Path, descriptor: int) -> None:
    """Gives a file that root creates to the owner of `folder`: the milter's user must be able to use it."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
