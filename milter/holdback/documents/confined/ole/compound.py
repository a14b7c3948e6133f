"""OLE compound files (MS-CFB): storages and streams in one file.

Sector chains and the directory tree may be cut or cyclic; everything that can be reached is read.
"""

import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from holdback.documents.budget import Budget
from holdback.documents.document import Unread, Unreadable

_HEADER = 512
_LISTED = 109
"""FAT sectors that the header lists (MS-CFB 2.2)."""
_ENTRY = 128
_MINI = 64
_CUTOFF = 4096
"""Streams shorter than this are stored in the mini stream (MS-CFB)."""
_LAST = 0xFFFFFFFA
"""Sector numbers from here on have special meanings: end of chain, free, FAT (MS-CFB 2.1)."""
_STORAGES, _STREAM = (1, 5), 2
_KNOWN = {
    name.upper(): name
    for name in (
        *(
            "WordDocument",
            "0Table",
            "1Table",
            "Data",
            "ObjectPool",
            "Workbook",
            "Book",
            "PowerPoint Document",
        ),
        *("Current User", "EncryptedPackage", "EncryptedSummary", "EncryptionInfo", "\x09DRMContent"),
        *("\x01Ole10Native", "Package", "CONTENTS", "\x05SummaryInformation"),
        *("\x05DocumentSummaryInformation", "__properties_version1.0", "__nameid_version1.0"),
    )
}
"""Names that determine the kind of a file, by upper case: names are case-insensitive (MS-CFB 2.6.4)."""
_MOST = 250_000
"""Directory entries read; a message with ten thousand recipients has about as many."""


@dataclass(slots=True)
class Storage:
    """A storage object: its streams and storages by name, known names in their usual case."""

    streams: dict[str, "Stream"] = field(default_factory=dict)
    storages: dict[str, "Storage"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream object: first sector and declared size in bytes."""

    start: int
    size: int


class Compound:
    """A compound file in memory."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        """Raises Unread if there is no directory."""
        self._data, self._budget = data, budget
        self.flaws: dict[Unreadable, None] = {}
        """Why something is missing in the streams read so far."""
        shift = int.from_bytes(data[30:32], "little")
        self._sector = 1 << shift if 9 <= shift <= 12 else 512
        self._sectors = max(0, len(data) - 1) // self._sector
        head = _numbers(data[44:_HEADER].ljust(_HEADER - 44, b"\0"))
        self._fat = self._table(head)
        entries = self._follow(head[1], self._fat, self._sector, self._sectors * self._sector)
        if len(entries) < _ENTRY:
            raise Unread(Unreadable.BROKEN)
        root = _stream(entries)
        minis = self._follow(head[4], self._fat, self._sector, self._sectors * self._sector)
        self._mini_fat = _numbers(minis[: len(minis) // 4 * 4])
        self._mini_data = self._follow(root.start, self._fat, self._sector, root.size)
        self.root = self._tree(entries)

    def read(self, stream: Stream) -> bytes:
        """The content of the stream as far as the budget allows; adds to `flaws` why the rest is missing."""
        size = min(stream.size, len(self._data))
        granted = self._budget.take(size)
        if granted < size:
            self.flaws[Unreadable.OVER_LIMIT] = None
        if stream.size < _CUTOFF:
            content = self._follow(stream.start, self._mini_fat, _MINI, granted, self._mini_data)
        else:
            content = self._follow(stream.start, self._fat, self._sector, granted)
        if len(content) < min(granted, stream.size):
            self.flaws[Unreadable.BROKEN] = None
        return content

    def _table(self, head: "array[int]") -> "array[int]":
        """The FAT: for each sector the next one of its chain (MS-CFB 2.3, 2.5)."""
        table: array[int] = array("I")
        listed, following = head[8 : 8 + _LISTED], head[6]
        seen: set[int] = set()
        while True:
            for number in listed:
                if number < self._sectors and len(table) < self._sectors:
                    table.frombytes(self._at(number).ljust(self._sector, b"\xff"))
            if following >= self._sectors or following in seen or len(table) >= self._sectors:
                return _native(table)
            seen.add(following)
            *numbers, following = _numbers(self._at(following).ljust(self._sector, b"\xff"))
            listed = array("I", numbers)

    def _at(self, number: int) -> bytes:
        start = (number + 1) * self._sector
        return self._data[start : start + self._sector]

    def _follow(
        self, number: int, table: "array[int]", sector: int, size: int, within: bytes | None = None
    ) -> bytes:
        """At most `size` bytes of the chain from sector `number` on, of the file or of `within`."""
        offset, data = (1, self._data) if within is None else (0, within)
        pieces: list[bytes] = []
        left = min(size, len(data))
        while left > 0 and number < _LAST:
            if not len(pieces) % 8192:
                self._budget.beat()
            start = (number + offset) * sector
            piece = data[start : start + min(sector, left)]
            if not piece:
                break
            pieces.append(piece)
            left -= len(piece)
            number = table[number] if number < len(table) else _LAST
        return b"".join(pieces)

    def _tree(self, entries: bytes) -> Storage:
        """The root storage; entries that are not in the directory tree are added to it."""
        count = min(len(entries) // _ENTRY, _MOST)
        if len(entries) // _ENTRY > _MOST:
            self.flaws[Unreadable.OVER_LIMIT] = None
        root = Storage()
        seen = {0}
        waiting = [(root, _links(entries, 0)[2])]
        lost = iter(range(1, count))
        while waiting or (number := next((n for n in lost if n not in seen), 0)):
            storage, number = waiting.pop() if waiting else (root, number)
            if number in seen or number >= count:
                continue
            seen.add(number)
            if not len(seen) % 1024:
                self._budget.beat()
            left, right, child = _links(entries, number)
            waiting += [(storage, right), (storage, left)]
            inner = _enter(storage, entries, number)
            if inner is not None:
                waiting.append((inner, child))
        return root


def _enter(storage: Storage, entries: bytes, number: int) -> Storage | None:
    """Adds entry `number` to `storage`; returns it if it is a storage."""
    entry = entries[number * _ENTRY : (number + 1) * _ENTRY]
    size = min(max(int.from_bytes(entry[64:66], "little") - 2, 0), 62)
    written = entry[:size].decode("utf-16-le", "replace")
    name = _KNOWN.get(written.upper()) or sys.intern(written)
    if entry[66] in _STORAGES:
        return storage.storages.setdefault(name, Storage())
    if entry[66] == _STREAM:
        storage.streams.setdefault(name, _stream(entry))
    return None


def _stream(entry: bytes) -> Stream:
    return Stream(int.from_bytes(entry[116:120], "little"), int.from_bytes(entry[120:124], "little"))


def _links(entries: bytes, number: int) -> tuple[int, int, int]:
    """Left and right sibling and the first child of entry `number` (MS-CFB 2.6.1)."""
    at = number * _ENTRY + 68
    left, right, child = (int.from_bytes(entries[at + n : at + n + 4], "little") for n in (0, 4, 8))
    return left, right, child


def _numbers(data: bytes) -> "array[int]":
    return _native(array("I", data))


def _native(numbers: "array[int]") -> "array[int]":
    """`numbers` converted from little-endian to this machine's byte order."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def walk(storage: Storage) -> Iterator[tuple[str, Stream]]:
    """All streams below `storage` with their paths."""
    waiting = [("", storage)]
    while waiting:
        path, here = waiting.pop()
        for name, stream in here.streams.items():
            yield path + name, stream
        if len(path) < 500:
            waiting += [(f"{path}{name}/", inner) for name, inner in here.storages.items()]
