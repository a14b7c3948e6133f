"""The customer index that messages are compared with: loaded when its file changes, swapped in one step.

A file that cannot be used is told of once, and the index before it stays in use. What is in use is a copy
without a name: whoever writes over the file, or cuts it, would otherwise end the milter by SIGBUS (mmap(2)).
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
"""Device, inode, nanosecond of the last change, size: what differs is another file. None: there is none."""


class CustomerIndex:
    """Keeps `current` up to date. Read by any thread, refreshed by one."""

    def __init__(self, config: Config, key_id: str, before: "CustomerIndex | None" = None) -> None:
        """`key_id` as in `Pseudonyms`; nothing is loaded before the first `refresh`.

        before: the one of the last configuration, after a reload: what it has in use stays in use.
        """
        self.current: Index | None = before.current if before else None
        """The index in use; None if there is none. Take it once a message: it may be another one later."""
        self._config = config
        self._key_id = key_id
        self._seen: _Identity = before._seen if before else None
        """The file looked at last, be it good or bad."""
        self._told = ""

    def refresh(self, now: float) -> None:
        """Load the file if it has changed, and set the gauges; `now` is unix time. Never raises."""
        try:
            self._look()
        except Exception as error:
            # Whatever it is, mail goes on with the index that we have.
            self._tell(f"{type(error).__name__}: {error}")
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
                self._tell(f"{path}: no such file")
            return
        try:
            self.current = _loaded(path, self._config.state_dir, self._key_id)
        except IndexBroken as broken:
            self._seen = seen
            self._tell(str(broken))
            return
        self._seen, self._told = seen, ""
        logline.info("customer index loaded", count=len(self.current))

    def _tell(self, trouble: str) -> None:
        """Log and count why the file is of no use; once, until it is another reason."""
        if trouble != self._told:
            self._told = trouble
            metrics.errors.labels("customers").inc()
            logline.error("customer index refused", stage="customers", trouble=trouble)


def _identity(path: Path) -> _Identity:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


def _loaded(path: Path, folder: Path, key_id: str) -> Index:
    """The index in `path`, of which a copy in `folder` is made. Raises IndexBroken, OSError."""
    if not path.is_file():
        # To open a pipe would wait for ever.
        raise IndexBroken(f"{path} is no file")
    with path.open("rb") as original, tempfile.TemporaryFile(dir=folder) as copy:
        # The record is kept in the same folder: it must not run out of room because of us.
        if shutil.disk_usage(folder).free < 2 * os.fstat(original.fileno()).st_size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
        shutil.copyfileobj(original, copy, 1 << 20)
        copy.flush()
        name = f"/proc/self/fd/{copy.fileno()}"
        try:
            return load(Path(name), key_id)
        except IndexBroken as broken:
            raise IndexBroken(str(broken).replace(name, str(path))) from None
