"""Replace the customer index: atomically, by one process at a time, and by an unexpected one
only on request.

The new index is built in a folder next to the old one. An interrupted build leaves the old index in place.
"""

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from holdback.cases.private import create_private_folder, sync_folder
from holdback.exits import Exit, Failure
from holdback.people.customers import IndexBroken, IndexInfo, read_info
from holdback.phrases import count_of, printable

_DIGITS = re.compile(r"\d+")


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


def replace_index(
    draft: Path, index: Path, new: IndexInfo, key_id: str, confirm: Callable[[str], bool]
) -> None:
    """Rename `draft` to `index`. Raises Failure if it has no people, or if `confirm` refuses.

    `confirm` is asked only if size or source differ much from those of the current index; it gets the reason.
    """
    if new.numbers == 0:
        raise Failure(Exit.DATA, f"no customers in {count_of(new.rows, 'row')}; {_unchanged(index)}")
    reason = _difference(index, new, key_id)
    if reason and not confirm(reason):
        raise Failure(Exit.DATA, f"{reason}; {_unchanged(index)}; to replace it, use --yes")
    draft.replace(index)
    sync_folder(index.parent)


def _difference(index: Path, new: IndexInfo, key_id: str) -> str:
    """Return how `new` differs much from the current index; empty if not, or if that is not usable."""
    try:
        old = read_info(index, key_id)
    except (IndexBroken, OSError):
        return ""
    if new.people * 2 < old.people:
        return f"only {new.people:,} people; the current index has {old.people:,}"
    if new.people > old.people * 2:
        return f"{new.people:,} people; the current index has only {old.people:,}"
    if _names(new.source) != _names(old.source):
        return f"built from {printable(new.source)}; the current index from {printable(old.source)}"
    return ""


def _names(source: str) -> set[str]:
    """Return the names of the sources without digits: an export may have its date in its name."""
    return set(_DIGITS.sub("", source).split(", "))


def _unchanged(index: Path) -> str:
    return f"{index} is unchanged" if index.exists() else "no index was written"
