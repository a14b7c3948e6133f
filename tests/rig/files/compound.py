"""Write OLE compound files (MS-CFB, version 3) for tests, with one FAT and one mini stream."""

import struct
from collections.abc import Mapping
from typing import Union

Tree = Mapping[str, Union[bytes, "Tree"]]
"""Streams and folders by name."""

_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF


def compound(tree: Tree) -> bytes:
    """Return a file with these streams and folders."""
    entries: list[tuple[str, int, bytes, int, int]] = [("Root Entry", 5, b"", _FREE, _FREE)]
    _list(tree, entries, 0)
    big, small = _Sectors(512), _Sectors(64)
    places = [(small if len(data) < 4096 else big).add(data) for _, _, data, _, _ in entries]
    places[0] = big.add(bytes(small.data))
    mini_table = big.add(struct.pack(f"<{len(small.next)}I", *small.next))
    directory = b""
    for (name, kind, data, right, child), place in zip(entries, places, strict=True):
        size = len(data) if kind == 2 else len(small.data) if kind == 5 else 0
        directory += _entry(name, kind, place, size, right, child)
    directory_start = big.add(directory)
    used = len(big.next)
    tables = next(count for count in range(1, 110) if count * 128 >= used + count)
    table = [*big.next, *[0xFFFFFFFD] * tables]
    table += [_FREE] * (tables * 128 - len(table))
    listed = [used + number if number < tables else _FREE for number in range(109)]
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    fields = (0, tables, directory_start, 0, 4096, mini_table, 1 if small.next else 0, _END, 0)
    header = head + struct.pack("<9I109I", *fields, *listed)
    return header + bytes(big.data) + struct.pack(f"<{len(table)}I", *table)


class _Sectors:
    def __init__(self, size: int) -> None:
        self.size, self.data, self.next = size, bytearray(), list[int]()

    def add(self, data: bytes) -> int:
        if not data:
            return _END
        start, count = len(self.next), -(-len(data) // self.size)
        self.data += data.ljust(count * self.size, b"\0")
        self.next += [*range(start + 1, start + count), _END]
        return start


def _list(tree: Tree, entries: list[tuple[str, int, bytes, int, int]], parent: int) -> None:
    """Append entries in the required order, each as right sibling of the previous one."""
    before = None
    for name in sorted(tree, key=lambda name: (len(name), name.upper())):
        number, content = len(entries), tree[name]
        if before is None:
            entries[parent] = (*entries[parent][:4], number)
        else:
            entries[before] = (*entries[before][:3], number, entries[before][4])
        before = number
        if isinstance(content, bytes):
            entries.append((name, 2, content, _FREE, _FREE))
        else:
            entries.append((name, 1, b"", _FREE, _FREE))
            _list(content, entries, number)


def _entry(name: str, kind: int, start: int, size: int, right: int, child: int) -> bytes:
    wide = name.encode("utf-16-le")
    head = wide.ljust(64, b"\0") + struct.pack("<HBB3I", len(wide) + 2, kind, 1, _FREE, right, child)
    return head + bytes(36) + struct.pack("<IQ", start if kind != 1 else 0, size)
