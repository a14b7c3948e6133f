"""Writes a storage of a compound file as a compound file of its own (MS-CFB), for embedded objects."""

from array import array
from dataclasses import dataclass

from holdback.documents.budget import Budget
from holdback.documents.confined.ole.compound import Compound, Storage
from holdback.documents.document import Unread, Unreadable

_SECTOR, _MINI, _CUTOFF = 4096, 64, 4096
"""Sizes of version 4, whose header can list the FAT of a file of 400 MB (MS-CFB 2.2)."""
_END, _NONE = 0xFFFFFFFE, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5
_LISTED = 109
_LEAST = 5 * _SECTOR
"""Bytes of a nearly empty file."""


@dataclass(slots=True)
class _Entry:
    name: str
    kind: int
    start: int = 0
    size: int = 0
    right: int = _NONE
    child: int = _NONE

    def packed(self) -> bytes:
        """The directory entry (MS-CFB 2.6.1); siblings are linked as a list, not as a balanced tree."""
        name = self.name.encode("utf-16-le", "replace")[:62]
        sizes = bytes([*(len(name) + 2).to_bytes(2, "little"), self.kind, 1])
        links = array("I", (_NONE, self.right, self.child)).tobytes()
        place = array("I", (self.start, self.size, 0)).tobytes()
        return name.ljust(64, b"\0") + sizes + links + bytes(36) + place


@dataclass(slots=True)
class _Area:
    """Sectors and their allocation table."""

    sector: int
    data: bytearray
    table: "array[int]"

    def add(self, content: bytes | bytearray) -> int:
        """Appends `content`; returns the number of its first sector."""
        if not content:
            return _END
        start, count = len(self.table), -(-len(content) // self.sector)
        self.data += content.ljust(count * self.sector, b"\0")
        self.table.extend(range(start + 1, start + count))
        self.table.append(_END)
        return start


def repacked(file: Compound, storage: Storage, budget: Budget) -> bytes:
    """A compound file whose root is `storage` of `file`. Raises Unread if the budget is used up."""
    if budget.take(_LEAST) < _LEAST:
        raise Unread(Unreadable.OVER_LIMIT)
    sectors = _Area(_SECTOR, bytearray(), array("I"))
    minis = _Area(_MINI, bytearray(), array("I"))
    root = _Entry("Root Entry", _ROOT)
    entries = [root]
    waiting = [(root, storage)]
    while waiting:
        parent, here = waiting.pop()
        for name, stream in here.streams.items():
            content = file.read(stream)
            area = minis if len(content) < _CUTOFF else sectors
            _add_child(entries, parent, _Entry(name, _STREAM, area.add(content), len(content)))
        for name, inner in here.storages.items():
            entry = _Entry(name, _STORAGE)
            _add_child(entries, parent, entry)
            waiting.append((entry, inner))
    root.size = len(minis.data)
    root.start = sectors.add(minis.data)
    return _file(sectors, entries, sectors.add(minis.table.tobytes()))


def wrapped(name: str, content: bytes | bytearray) -> bytes:
    """A compound file with one stream; a short stream is padded with zeros, a multiple of four."""
    sectors = _Area(_SECTOR, bytearray(), array("I"))
    content = content + bytes(max(0, _CUTOFF - len(content) // 4 * 4))
    entries = [_Entry("Root Entry", _ROOT)]
    _add_child(entries, entries[0], _Entry(name, _STREAM, sectors.add(content), len(content)))
    return _file(sectors, entries, _END)


def _add_child(entries: list[_Entry], parent: _Entry, entry: _Entry) -> None:
    entry.right, parent.child = parent.child, len(entries)
    entries.append(entry)


def _file(sectors: _Area, entries: list[_Entry], mini_table: int) -> bytes:
    directory = sectors.add(b"".join(entry.packed() for entry in entries))
    first = len(sectors.table)
    tables = -(-first // (_SECTOR // 4 - 1))
    sectors.add(bytes(tables * _SECTOR))
    table = sectors.table.tobytes().ljust(tables * _SECTOR, b"\xff")
    listed = array("I", range(first, first + tables)[:_LISTED]).tobytes().ljust(4 * _LISTED, b"\xff")
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + bytes.fromhex("3e000400feff0c000600") + bytes(10)
    fields = (tables, directory, 0, _CUTOFF, mini_table, 1, _END, 0)
    header = (head + array("I", fields).tobytes() + listed).ljust(_SECTOR, b"\0")
    return header + bytes(sectors.data[: first * _SECTOR]) + table
