"""The journal: files with the holds that could not be written to the database, imported later.

Each process has a file, with one JSON object in a line, which is on disk before the MTA gets its reply. A
line without its end was never acknowledged: its message is held without a record, and found as an orphan.
"""

import errno
import fcntl
import json
import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from holdback.cases.model import Fingerprints, NewHold
from holdback.cases.private import create_private, create_private_folder, sync_folder
from holdback.verdict import Action, Finding, Judgement

_BATCH = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One hold in the journal."""

    case_id: str
    """The id that was sent to the MTA and logged."""
    new: NewHold


FileAll = Callable[[list[Entry]], Sequence[Entry] | None]
"""Stores entries; returns those that it refuses, if any."""


class Journal:
    """The journal of one host: this process appends to its file, any process imports all files."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir / "journal"
        self._lock = threading.Lock()
        self._path = self._folder
        self._descriptor: int | None = None
        self._own: set[Path] = set()
        self._read: dict[Path, int] = {}

    def append(self, entry: Entry) -> None:
        """Writes the entry and waits until it is on disk. Raises OSError, and then removes what it wrote."""
        with self._lock:
            descriptor = self._own_file()
            try:
                _write(descriptor, _line(entry))
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Closes the file of this process; the next entry starts another."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def import_into(self, file_all: FileAll) -> int:
        """Passes all entries, in batches, to `file_all`, removes the files, and returns how many it took.

        `file_all` returns those that it refuses: they are kept in a file `*.refused`. It may get an entry
        again: after a crash before the file was removed. An exception that it raises ends the import and
        keeps the file.
        """
        if not self._folder.is_dir():
            return 0
        return sum(_import_file(path, file_all) for path in sorted(self._folder.glob("*.jsonl")))

    def entries(self) -> list[Entry]:
        """Returns the entries that are not imported yet, and changes nothing."""
        lines = (line for path in sorted(self._folder.glob("*.jsonl")) for line in _lines_of(path))
        return [entry for entry in map(_entry, lines) if entry]

    def new_entries_of_others(self) -> list[Entry]:
        """Returns the entries that other processes of this host wrote since the last call.

        None that cannot be read.
        """
        with self._lock, suppress(OSError):
            paths = [path for path in sorted(self._folder.glob("*.jsonl")) if path not in self._own]
            self._read = {path: self._read.get(path, 0) for path in paths}
            return [entry for path in paths for entry in map(_entry, self._new_lines(path)) if entry]
        return []

    def _new_lines(self, path: Path) -> list[bytes]:
        try:
            with path.open("rb") as file:
                file.seek(self._read[path])
                *lines, _torn = file.read().split(b"\n")
        except FileNotFoundError:
            return []
        self._read[path] += sum(len(line) + 1 for line in lines)
        return lines

    def _own_file(self) -> int:
        """Descriptor of this process's file, locked; of a new file if an import has, or had, the old one."""
        while self._descriptor is None or not self._locked(self._descriptor):
            self.close()
            create_private_folder(self._folder)
            self._path = self._folder / f"{os.getpid()}-{os.urandom(6).hex()}.jsonl"
            self._descriptor = create_private(self._path)
            self._own.add(self._path)
            sync_folder(self._folder)
        return self._descriptor

    def _locked(self, descriptor: int) -> bool:
        """True if the file could be locked and is still there: an import removes it while it has the lock."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return self._path.exists()


def _line(entry: Entry) -> bytes:
    return json.dumps(asdict(entry)).encode() + b"\n"


def _write(descriptor: int, line: bytes) -> None:
    size = os.fstat(descriptor).st_size
    try:
        if os.write(descriptor, line) < len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(descriptor)
    except OSError:
        # Half a line would make the next one unreadable.
        os.ftruncate(descriptor, size)
        raise


def _import_file(path: Path, file_all: FileAll) -> int:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return 0
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not path.exists():
            return 0
        *lines, _torn = file.read().split(b"\n")
        entries = [entry for entry in map(_entry, lines) if entry]
        refused: list[Entry] = []
        for start in range(0, len(entries), _BATCH):
            refused += file_all(entries[start : start + _BATCH]) or ()
        if refused:
            _keep_refused(path.with_suffix(".refused"), refused)
        if len(entries) == len(lines):
            path.unlink()
        else:
            # Lines that are no entries: the file is kept for inspection, and not imported again.
            path.rename(path.with_suffix(".unreadable"))
    return len(entries) - len(refused)


def _keep_refused(path: Path, entries: list[Entry]) -> None:
    """Writes the entries to a file of their own: with another suffix, it would be imported."""
    # From an import that was interrupted.
    path.unlink(missing_ok=True)
    descriptor = create_private(path)
    try:
        for entry in entries:
            _write(descriptor, _line(entry))
    finally:
        os.close(descriptor)
    sync_folder(path.parent)


def _lines_of(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().split(b"\n")[:-1]
    except FileNotFoundError:
        return []


def _entry(line: bytes) -> Entry | None:
    try:
        data = json.loads(line)
        new = data["new"]
        # Lines of earlier versions call them `prints`.
        new["fingerprints"] = Fingerprints(**new.pop("prints" if "prints" in new else "fingerprints"))
        new["findings"] = tuple(_judgement(judgement) for judgement in new["findings"])
        return Entry(data["case_id"], NewHold(**new))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def _judgement(data: dict[str, object]) -> Judgement:
    match data:
        case {"finding": dict(finding), "action": str(action), "would": str(would), "because": str(because)}:
            return Judgement(Finding(**finding), Action(action), Action(would), because)
    raise ValueError("not a judgement")
