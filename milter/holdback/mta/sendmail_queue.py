"""The files of Sendmail's queue: df is the body, qf the control file, hf that of a quarantined message.

`mailq` cuts addresses, and hides quarantined mail. So the files are read.
"""

import fcntl
import os
import re
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from holdback.mta.interface import MtaError
from holdback.mta.sendmail_queue_file import ControlFile, control_file

_LONGEST = 64 << 20
"""Bytes of a control file that are read: MaxHeadersLength and the recipients bound it."""
_VERSION = re.compile(rb"V(\d{1,9})\n")
_KNOWN_VERSION = 8
_CREATED = b"\nT"
_OF_PROCESS = 8
"""Where the number of the process begins in a queue id, after the time and a counter."""


@dataclass(frozen=True, slots=True)
class QueueFile:
    """One message in the queue, or a part of one whose recipients Sendmail divided."""

    path: Path
    """Its control file."""
    control: ControlFile

    @property
    def own_id(self) -> str:
        return self.path.name[2:]

    @property
    def message_id(self) -> str:
        """The queue id that Holdback knows it by."""
        return self.control.milter_id or self.own_id

    @property
    def is_held(self) -> bool:
        return self.path.name.startswith("hf")

    @property
    def body(self) -> Path | None:
        """The path of its body, beside it or in the folder df; None if there is none."""
        folders = (self.path.parent, self.path.parent.parent / "df")
        paths = (folder / f"df{self.own_id}" for folder in folders)
        return next((path for path in paths if path.exists()), None)

    def read(self) -> bytes:
        """Return header and body, lines ending in LF. Raises MtaError if there is no body."""
        return b"%s\n%s" % (self.control.header, self.read_body())

    def read_body(self) -> bytes:
        """Return the body, lines ending in LF. Raises MtaError if there is none."""
        try:
            if self.body:
                return self.body.read_bytes()
        except OSError as error:
            raise MtaError("queue file", None, f"{self.own_id}: {error.strerror}") from None
        raise MtaError("queue file", None, f"{self.own_id} has no body")


class Queue:
    """The queue in some folders (QueueDirectory, and P= of queue groups)."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = folders

    def of(self, *queue_ids: str) -> Mapping[str, list[QueueFile]]:
        """Return the files of each message, the first part first.

        All parts have ids of the process that received the message, so no other file is read.
        """
        found: dict[str, list[QueueFile]] = {queue_id: [] for queue_id in queue_ids}
        processes = {queue_id[_OF_PROCESS:] for queue_id in queue_ids}
        for file in self._files(processes):
            if file.message_id in found:
                found[file.message_id].append(file)
            elif file.own_id in found:
                found[file.own_id].append(file)
        for files in found.values():
            files.sort(key=lambda file: file.own_id)
        return found

    def files(self) -> Iterator[QueueFile]:
        """Yield all control files. Raises MtaError if a folder cannot be read."""
        return self._files(None)

    def _files(self, processes: Collection[str] | None) -> Iterator[QueueFile]:
        for folder, name in self._control_files():
            if processes is None or name[2 + _OF_PROCESS :] in processes:
                found = _read(folder / name)
                # For a moment both exist while a quarantine is lifted: then qf counts.
                if found and not (found.is_held and _counterpart(found.path).exists()):
                    yield found

    def _control_files(self) -> Iterator[tuple[Path, str]]:
        for folder in self._folders:
            yield from ((folder, name) for name in _names(folder) if name.startswith(("qf", "hf")))

    def check_unique(self, own_ids: Collection[str]) -> None:
        """Raise MtaError if one of the ids is a part of another one: Sendmail would choose both."""
        longest = max(map(len, own_ids), default=0)
        names = (name[2:] for _, name in self._control_files() if len(name) > longest + 2)
        for name in names:
            if any(own_id in name for own_id in own_ids):
                raise MtaError(
                    "queue id", None, f"part of {name}, too; try again when that has left the queue"
                )

    def finish_releases(self, own_ids: Collection[str]) -> None:
        """Delete each hf file that has a qf file, too: Sendmail died while it lifted the quarantine."""
        for folder in self._folders:
            for own_id in own_ids:
                path = folder / f"hf{own_id}"
                file = _read(path) if path.exists() and _counterpart(path).exists() else None
                if file:
                    _finish_release(file)

    def has_body_only(self, queue_id: str) -> bool:
        """Return whether only the body exists: the message waits for the milter's answer."""
        folders = {folder.parent / "df" if folder.name == "qf" else folder for folder in self._folders}
        return any((folder / f"df{queue_id}").exists() for folder in folders)


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError as error:
        raise MtaError("queue", None, f"{folder}: {error.strerror}") from None


def _read(path: Path) -> QueueFile | None:
    """Return the file; None if it is gone meanwhile, or not written yet."""
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise MtaError("queue file", None, f"{path.name}: {error.strerror}") from None
    if (version := _VERSION.match(content)) and int(version[1]) > _KNOWN_VERSION:
        raise MtaError("queue file", None, f"{path.name}: unknown format V{int(version[1])}")
    try:
        return QueueFile(path, control_file(content))
    except (MtaError, ValueError):
        return None


def _counterpart(path: Path) -> Path:
    return path.with_name(f"{'q' if path.name.startswith('h') else 'h'}{path.name[1:]}")


@contextmanager
def _locked(file: QueueFile) -> Iterator[int | None]:
    """Yield a descriptor of the control file under Sendmail's own lock; None if it is gone or changed.

    Raises MtaError if Sendmail works on it.
    """
    try:
        descriptor = os.open(file.path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        raise MtaError("queue file", None, f"{file.own_id}: {error.strerror}") from None
    try:
        _lock(descriptor, file.own_id)
        yield descriptor if _is_current(descriptor, file) else None
    finally:
        os.close(descriptor)


def _lock(descriptor: int, queue_id: str, timeout: float = 5.0) -> None:
    ends = time.monotonic() + timeout
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > ends:
                raise MtaError("queue file", None, f"{queue_id} is locked: Sendmail works on it") from None
            time.sleep(0.05)


def _is_current(descriptor: int, file: QueueFile) -> bool:
    """Return whether the path still leads to this file, with the same message."""
    status = os.fstat(descriptor)
    with suppress(FileNotFoundError):
        named = os.lstat(file.path)
        again = _read(file.path)
        same = (named.st_ino, named.st_dev) == (status.st_ino, status.st_dev)
        return same and status.st_nlink == 1 and again is not None and again.message_id == file.message_id
    return False


def delete(file: QueueFile) -> None:
    """Delete a message: the control file first, because a control file alone is sent with an empty body."""
    with _locked(file) as descriptor:
        if descriptor is None:
            return
        body = file.body
        file.path.unlink()
        _sync(file.path.parent)
        if body:
            body.unlink(missing_ok=True)


def renew(file: QueueFile, now: float) -> None:
    """Let the age of a message begin now: Sendmail bounces mail that is older than Timeout.queuereturn."""
    with _locked(file) as descriptor:
        if descriptor is None:
            return
        content = os.pread(descriptor, _LONGEST, 0)
        at = content.find(_CREATED) + len(_CREATED)
        written = content[at : content.find(b"\n", at)]
        time_now = b"%d" % now
        # In place, because Sendmail finds the file by its name and inode: the length has to stay.
        if at > 1 and len(written) == len(time_now):
            os.pwrite(descriptor, time_now, at)
            os.fsync(descriptor)


def _finish_release(file: QueueFile) -> None:
    with _locked(file) as descriptor:
        if descriptor is not None and _counterpart(file.path).exists():
            file.path.unlink()


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
