"""The members of a zip file: those in its central directory, and those found only by local headers."""

from dataclasses import dataclass

from holdback.documents.budget import Budget
from holdback.documents.confined.archives.names import Names, decoded
from holdback.documents.confined.archives.zip_records import Record, find_end, listed, strays
from holdback.documents.document import Unread, Unreadable

_MOST = 200_000
"""Records read, those of folders and empty members included."""
_BLOCK = 1000
"""Records read between two heartbeats."""
_EMPTY = 2
"""Bytes of empty content when deflated."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One member with content."""

    name: str
    """As written, with `/` between folders."""
    size: int
    """Declared uncompressed size in bytes."""
    encrypted: bool
    method: int
    """Compression method (APPNOTE.TXT 4.4.5)."""
    start: int
    """Offset of the compressed bytes."""
    packed: int
    """Number of compressed bytes, at most."""
    checksum: int | None
    """CRC-32 of the content; None if not known."""


class Listing:
    """The members and names in a zip file, and why some may be missing."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        """Raises Unread if nothing is found."""
        self.entries: list[Entry] = []
        """Members with content, in order; those not in the directory come last."""
        self.names: Names = {}
        """Names and comments, those of folders and empty members included."""
        self.unreadable: dict[Unreadable, None] = {}
        """Why members may be missing."""
        self._data, self._budget, self._left = data, budget, _MOST
        self._covered: dict[int, int] = {}
        self._walk()
        if Unreadable.BROKEN in self.unreadable and not self.names:
            raise Unread(Unreadable.BROKEN)

    def _walk(self) -> None:
        end = find_end(self._data)
        members = 0
        for record, local in listed(self._data, end) if end else ():
            if not self._may_go_on():
                return
            self._add(record, local)
            members += 1
        if end is None or members < end.members & 0xFFFF:
            self.unreadable[Unreadable.BROKEN] = None
        if end:
            self._name(decoded(end.comment))
            self._covered[end.start] = end.stop
        for stray in strays(self._data, sorted(self._covered.items())):
            if not self._may_go_on():
                return
            if stray:
                self._add(stray, stray)

    def _may_go_on(self) -> bool:
        """False if a limit is exceeded; then adds OVER_LIMIT to `unreadable`."""
        self._left -= 1
        if self._left % _BLOCK == 0:
            self._budget.beat()
        budget = self._budget
        if self._left >= 0 and len(self.entries) < budget.entries_left and budget.bytes_left > 0:
            return True
        self.unreadable[Unreadable.OVER_LIMIT] = None
        return False

    def _add(self, record: Record, local: Record | None) -> None:
        """Adds a member; `local` is the header before its content, None if there is none.

        Unpackers differ in which of two contradicting headers they use, so both variants are added.
        """
        if record.masked:
            self.unreadable[Unreadable.ENCRYPTED] = None
        self._name(record.name)
        if record.extra:
            self._name(decoded(record.raw))
        if record.comment:
            self._name(decoded(record.comment))
        if local is None:
            self.unreadable[Unreadable.BROKEN] = None
            return
        if local.header not in self._covered:
            self._name(local.name)
        self._covered[local.header] = local.stop + record.packed
        self._enter(record, local)
        if (local.method, local.encrypted) != (record.method, record.encrypted):
            self._enter(local, local)

    def _name(self, name: str) -> None:
        """Adds a name and charges it to the budget: overlapping names may be much longer than the archive."""
        if name and name not in self.names:
            if self._budget.take(len(name)) == len(name):
                self.names[name] = None
            else:
                self.unreadable[Unreadable.OVER_LIMIT] = None

    def _enter(self, record: Record, local: Record) -> None:
        packed = min(max(record.packed, local.packed), len(self._data) - local.stop)
        if packed <= 0 or (record.size == 0 and packed <= _EMPTY):
            return
        checksum = None if record is local and record.described_later else record.checksum
        name = record.name.replace("\\", "/")
        self.entries.append(
            Entry(name, record.size, record.encrypted, record.method, local.stop, packed, checksum)
        )
