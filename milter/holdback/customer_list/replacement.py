"""Replace the customer index: atomically, by one process at a time, and not by a broken export.

The new index is built in a folder next to the old one. An interrupted build leaves the old index in place.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from holdback.cases.private import create_private_folder, sync_folder
from holdback.exits import Exit, Failure
from holdback.people.customers import IndexBroken, IndexInfo, read_info
from holdback.phrases import count_of


@contextmanager
def build_folder(index: Path) -> Iterator[Path]:
    """Provide a private, locked folder next to `index`, removed at the end. Raises Failure."""
    folder = index.with_name(f"{index.name}.new")
    descriptor = _entered(folder)
    try:
        for left_over in folder.iterdir():
            left_over.unlink()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def _entered(folder: Path) -> int:
    """Create and lock `folder`, return its descriptor. Raises Failure if another process has it."""
    try:
        create_private_folder(folder)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise Failure(Exit.NO_INPUT, f"{folder.parent}: no such folder") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), folder.stat()):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    raise Failure(Exit.TEMPORARY, f"{folder}: another build is running")


def replace_index(draft: Path, index: Path, new: IndexInfo, key_id: str, force: bool) -> None:
    """Rename `draft` to `index`. Raises Failure if it has no people, or less than half unless `force`."""
    if new.numbers == 0:
        raise Failure(Exit.DATA, f"no customers in {count_of(new.rows, 'row')}; {_unchanged(index)}")
    old = _people(index, key_id)
    if new.people * 2 < old and not force:
        text = f"only {new.people:,} people; the current index has {old:,}; {_unchanged(index)}"
        raise Failure(Exit.DATA, f"{text}; if the export is complete, use --force")
    draft.replace(index)
    sync_folder(index.parent)


def _people(index: Path, key_id: str) -> int:
    """Return the number of people in the current index; 0 if it is not usable."""
    try:
        return read_info(index, key_id).people
    except (IndexBroken, OSError):
        return 0


def _unchanged(index: Path) -> str:
    return f"{index} is unchanged" if index.exists() else "no index was written"
