"""The customer index in use: load the file when it changes.

A file that cannot be used is logged once, and the previous index stays in use. Holdback maps a copy of the
file: if the mapped file were truncated, SIGBUS would kill the milter (mmap(2)). All processes of a host map
the same copy, so that it is in memory once.
"""

import contextlib
import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from holdback import metrics
from holdback.cases.private import create_private
from holdback.config import Config
from holdback.daemon import logline
from holdback.people.customers import Index, IndexBroken, IndexInfo, load, read_info

_Identity = tuple[int, int, int, int] | None
"""Device, inode, time of the last change in ns, and size of a file; None if there is no file."""
_COPY = "customers-{}.copy"


class CustomerIndex:
    """Keeps `current` up to date. Any thread may read it; one thread refreshes it."""

    def __init__(self, config: Config, key_id: str) -> None:
        """`key_id` as in `Pseudonyms`; nothing is loaded before the first `refresh`."""
        self.current: Index | None = None
        """The index in use; None if there is none. Read it once for each message, because it may change."""
        self._path = config.customer_index
        self._is_required = bool(config.customers.index)
        self._folder = config.state_dir
        self._key_id = key_id
        self._seen: _Identity = None
        """The last file that was loaded or refused."""
        self._logged = ""

    def refresh(self) -> None:
        """Load the file if it has changed. Never raises."""
        try:
            self._look()
        except Exception as error:
            # Mail continues with the current index, whatever failed.
            self._refuse(f"{type(error).__name__}: {error}")

    def set_gauges(self, now: float) -> None:
        """Set the metrics of the index in use; `now` is unix time."""
        index = self.current
        metrics.customer_index_entries.set(len(index) if index else 0)
        metrics.customer_index_age_seconds.set(max(0.0, now - index.info.made_at) if index else 0.0)

    def _look(self) -> None:
        seen = _identity(self._path)
        if seen == self._seen and seen:
            return
        if not seen:
            self._seen = None
            self.current = self.current or _last_good(self._folder, self._key_id)
            if self.current or self._is_required:
                self._refuse(f"{self._path}: no such file")
            return
        try:
            self.current = _loaded(self._path, self._folder, self._key_id)
        except IndexBroken as broken:
            self._seen = seen
            self.current = self.current or _last_good(self._folder, self._key_id)
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


def index_in_use(folder: Path) -> IndexInfo | None:
    """The description of the copy in `folder` (`state_dir`) that the workers map; None if there is none."""
    for copy in _copies(folder):
        with contextlib.suppress(IndexBroken, OSError):
            return read_info(copy)
    return None


def _identity(path: Path) -> _Identity:
    try:
        return _identity_of(path.stat())
    except FileNotFoundError:
        return None


def _identity_of(status: os.stat_result) -> _Identity:
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


def _loaded(path: Path, folder: Path, key_id: str) -> Index:
    """Load the copy of `path` in `folder`; make it if no other process has. Raises IndexBroken, OSError."""
    if not path.is_file():
        # Opening a pipe would block.
        raise IndexBroken(f"{path} is not a file")
    with _locked(folder), path.open("rb") as original:
        status = os.fstat(original.fileno())
        copy = folder / _COPY.format("-".join(f"{number:x}" for number in _identity_of(status) or ()))
        if copy.exists():
            return load(copy, key_id)
        # The database is in the same directory and needs free space.
        if shutil.disk_usage(folder).free < 2 * status.st_size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
        unfinished = folder / _COPY.format("unfinished")
        unfinished.unlink(missing_ok=True)
        try:
            with open(create_private(unfinished), "wb") as file:
                shutil.copyfileobj(original, file, 1 << 20)
            index = load(unfinished, key_id)
        except IndexBroken as broken:
            raise IndexBroken(str(broken).replace(str(unfinished), str(path))) from None
        else:
            earlier = list(_copies(folder))
            unfinished.rename(copy)
        finally:
            unfinished.unlink(missing_ok=True)
        for old in earlier:
            old.unlink(missing_ok=True)
        return index


def _last_good(folder: Path, key_id: str) -> Index | None:
    """Load the copy that the last process used; None if there is none."""
    for copy in _copies(folder):
        with contextlib.suppress(IndexBroken, OSError):
            return load(copy, key_id)
    return None


def _copies(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob(_COPY.format("*")) if path.name != _COPY.format("unfinished"))


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Let one process at a time make the copy."""
    descriptor = os.open(folder / "customers.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
