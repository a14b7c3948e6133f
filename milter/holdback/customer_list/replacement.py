"""How a new customer index takes the place of the old one: whole, by one process, and never by mistake.

It is made in a folder of its own beside the index. Whatever interrupts that, the old index stays.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from holdback.cases.private import create_private_folder, sync_folder
from holdback.exits import Exit, Failure
from holdback.people.customers import IndexBroken, Info, read_info
from holdback.phrases import count_of


@contextmanager
def workshop(index: Path) -> Iterator[Path]:
    """A private folder beside `index`, for this process alone; it is gone afterwards. Raises Failure."""
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
    """Descriptor of `folder`, locked. Whoever finds it locked, or gone meanwhile, is second."""
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
    raise Failure(Exit.TEMPORARY, f"{folder}: another build is at work there")


def put_in_place(draft: Path, index: Path, new: Info, key_id: str, force: bool) -> None:
    """Let `draft` become `index`. Raises Failure if that would blind the check: a broken export does."""
    if new.numbers == 0:
        raise Failure(Exit.DATA, f"no customer in {count_of(new.rows, 'row')}; {_stays(index)}")
    old = _people(index, key_id)
    if new.people * 2 < old and not force:
        text = f"only {new.people:,} people, where the index has {old:,}; {_stays(index)}"
        raise Failure(Exit.DATA, f"{text}; if the export is complete, use --force")
    draft.replace(index)
    sync_folder(index.parent)


def _people(index: Path, key_id: str) -> int:
    """People in the index in place; 0 if it is of no use."""
    try:
        return read_info(index, key_id).people
    except (IndexBroken, OSError):
        return 0


def _stays(index: Path) -> str:
    return f"{index} stays as it is" if index.exists() else "no index is written"
