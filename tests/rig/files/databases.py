"""Databases for tests, written by hand: dBase tables, byte by byte."""

import struct
from collections.abc import Sequence

DBASE_III, DBASE_IV, VISUAL_FOXPRO = 0x03, 0x8B, 0x30
DRIVERS = {
    "cp437": 0x01,
    "cp850": 0x02,
    "cp1252": 0x03,
    "cp866": 0x65,
    "cp1250": 0xC8,
    "cp1251": 0xC9,
    "cp932": 0x7B,
}


def dbase(
    names: Sequence[str],
    rows: Sequence[Sequence[str | bytes]],
    charset: str = "cp1252",
    version: int = DBASE_III,
    kinds: str = "",
    deleted: Sequence[int] = (),
    driver: int | None = None,
) -> bytes:
    """Return a table. kinds: a letter for each column, all text if empty. deleted: rows marked as deleted."""
    cells = [[cell if isinstance(cell, bytes) else cell.encode(charset) for cell in row] for row in rows]
    kinds = kinds or "C" * len(names)
    sizes = [max(len(row[column]) for row in cells) for column in range(len(names))]
    fields = b"".join(
        struct.pack("<11sc4xBB14x", name.encode(charset)[:10], kind.encode(), size % 256, size // 256)
        for name, kind, size in zip(names, kinds, sizes, strict=True)
    )
    link = bytes(263) if version == VISUAL_FOXPRO else b""
    start, size = 32 + len(fields) + 1 + len(link), 1 + sum(sizes)
    mark = DRIVERS[charset] if driver is None else driver
    head = struct.pack("<BBBBIHH17xB2x", version, 126, 11, 22, len(rows), start, size, mark)
    body = b"".join(
        (b"*" if number in deleted else b" ")
        + b"".join(cell.ljust(size) for cell, size in zip(row, sizes, strict=True))
        for number, row in enumerate(cells)
    )
    return head + fields + b"\r" + link + body + b"\x1a"
