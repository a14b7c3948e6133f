"""The customer index in use: load the file when it changes.

A file that cannot be used is logged once, and the previous index stays in use. Holdback maps an unlinked copy
of the file: if the mapped file were truncated, SIGBUS would kill the milter (mmap(2)).
"""

import errno
import os
import shutil
import tempfile
from pathlib import Path

from holdback import metrics
from holdback.config import Config
from holdback.daemon import logline
from holdback.people.customers import Index, IndexBroken, load

_Identity = tuple[int, int, int, int] | None
"""Device, inode, time of the last change in ns, and size of a file; None if there is no file."""


class CustomerIndex:
    """Keeps `current` up to date. Any thread may read it; one thread refreshes it."""

    def __init__(self, config: Config, key_id: str, before: "CustomerIndex | None" = None) -> None:
        """`key_id` as in `Pseudonyms`; nothing is loaded before the first `refresh`.

        before: after a reload, the one of the old configuration; its index stays in use.
        """
        self.current: Index | None = before.current if before else None
        """The index in use; None if there is none. Read it once for each message, because it may change."""
        self._config = config
        self._key_id = key_id
        self._seen: _Identity = before._seen if before else None
        """The last file that was loaded or refused."""
        self._logged = ""

    def refresh(self, now: float) -> None:
        """Load the file if it has changed, and set the gauges; `now` is unix time. Never raises."""
        try:
            self._look()
        except Exception as error:
            # Mail continues with the current index, whatever failed.
            self._refuse(f"{type(error).__name__}: {error}")
        index = self.current
        metrics.customer_index_entries.set(len(index) if index else 0)
        metrics.customer_index_age_seconds.set(max(0.0, now - index.info.made_at) if index else 0.0)

    def _look(self) -> None:
        path = self._config.customer_index
        seen = _identity(path)
        if seen == self._seen and seen:
            return
        if not seen:
            self._seen = None
            if self.current or self._config.customers.index:
                self._refuse(f"{path}: no such file")
            return
        try:
            self.current = _loaded(path, self._config.state_dir, self._key_id)
        except IndexBroken as broken:
            self._seen = seen
            self._refuse(str(broken))
            return
        self._seen, self._logged = seen, ""
        logline.info("customer index loaded", count=len(self.current))

    def _refuse(self, trouble: str) -> None:
        """Log and count the reason why the file cannot be used, unless it is the same as before."""
        if trouble != self._logged:
            self._logged = trouble
            metrics.errors.labels("customers").inc()
            logline.error("customer index refused", stage="customers", trouble=trouble)


def _identity(path: Path) -> _Identity:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


def _loaded(path: Path, folder: Path, key_id: str) -> Index:
    """Load a copy of `path`, made in `folder`. Raises IndexBroken, OSError."""
    if not path.is_file():
        # Opening a pipe would block.
        raise IndexBroken(f"{path} is not a file")
    with path.open("rb") as original, tempfile.TemporaryFile(dir=folder) as copy:
        # The database is in the same directory and needs free space.
        if shutil.disk_usage(folder).free < 2 * os.fstat(original.fileno()).st_size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
        shutil.copyfileobj(original, copy, 1 << 20)
        copy.flush()
        name = f"/proc/self/fd/{copy.fileno()}"
        try:
            return load(Path(name), key_id)
        except IndexBroken as broken:
            raise IndexBroken(str(broken).replace(name, str(path))) from None
