"""Fills a disk."""

import errno
from pathlib import Path


def fill(folder: Path) -> Path:
    """A file that uses all space of its file system."""
    filler = folder / "filler"
    try:
        with filler.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
    return filler
