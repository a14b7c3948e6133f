"""The file that a command writes for its operator."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from holdback.exits import Exit, Failure
from holdback.phrases import printable


@contextmanager
def new_file(path: Path) -> Iterator[int]:
    """A new private file, open for writing; removed after an error. Raises Failure if it exists."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        raise Failure(Exit.IO, f"{printable(str(path))}: {error.strerror}") from None
    try:
        yield descriptor
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
