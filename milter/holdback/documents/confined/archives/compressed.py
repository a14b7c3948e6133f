"""Compressed single files: gzip, bzip2, xz, zstd, and the rarer lzma, lzip, lz4, compress."""

import re
import zlib
from collections.abc import Callable, Iterator

from holdback.documents.budget import Budget
from holdback.documents.confined.archives.libarchive import unfiltered
from holdback.documents.confined.archives.names import as_text
from holdback.documents.confined.archives.unpack import (
    Inflater,
    Unpacker,
    bunzip2,
    charge,
    gathered,
    unlzma,
    unpacked,
    unxz,
)
from holdback.documents.document import Piece, Unreadable, member
from holdback.mail import Part

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_STREAM_COST = 1024
"""Bytes charged to the budget for each stream: a file may have millions of empty ones."""
_PADDING = 512
"""Zeros allowed between two streams."""
_EXTENSION = re.compile(r"\.(?:gz|bz2?|xz|zst|Z|lz|lz4|lzma|(t)(?:gz|bz2?|xz|zst))$", re.I)
_FILTERS = (
    (b"\x1f\x9d", "compress"),
    (b"LZIP", "lzip"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_LZMA = b"\x5d\0\0"
PACKED = (*(magic for magic, _ in _FILTERS), _LZMA)
"""Signatures of the formats that `open_packed` opens."""


def open_gzip(part: Part, budget: Budget) -> Iterator[Piece]:
    """All members of a gzip file (RFC 1952) as one file, as gzip does."""
    return _open(part, budget, b"\x1f\x8b", lambda: Inflater(_GZIP_WINDOW), _gzip_name(part.content))


def open_bzip2(part: Part, budget: Budget) -> Iterator[Piece]:
    """All streams of a bzip2 file as one file."""
    return _open(part, budget, b"BZh", bunzip2)


def open_xz(part: Part, budget: Budget) -> Iterator[Piece]:
    """All streams of an xz file as one file."""
    return _open(part, budget, b"\xfd7zXZ\0", unxz)


def open_zstd(part: Part, budget: Budget) -> Iterator[Piece]:
    """All frames of a zstd file (RFC 8878) as one file."""
    return open_packed(part, budget)


def open_packed(part: Part, budget: Budget) -> Iterator[Piece]:
    """The content of a file in one of the formats in `_FILTERS`, or of an .lzma file."""
    for magic, name in _FILTERS:
        if part.content.startswith(magic):
            chunks = unfiltered(part.content, name)
            yield from _file(part, *gathered(chunks, budget, max(0, budget.room)))
            return
    yield from _open(part, budget, _LZMA, unlzma)


def _open(
    part: Part, budget: Budget, magic: bytes, begin: Callable[[], Unpacker], name: str = ""
) -> Iterator[Piece]:
    """The content of all streams as one file; the bytes after them, which unpackers ignore, as another."""
    if name:
        yield as_text((name,))
    data = memoryview(part.content)
    at = 0

    def chunks() -> Iterator[bytes]:
        nonlocal at
        while data[at : at + len(magic)] == magic:
            charge(_STREAM_COST, budget)
            at += yield from unpacked(begin(), data[at:], budget)
            after = bytes(data[at : at + _PADDING])
            at += len(after) - len(after.lstrip(b"\0"))

    whole, why = gathered(chunks(), budget, max(0, budget.room))
    yield from _file(part, whole, why, name)
    if why is None and (rest := part.content[at:].strip(b"\0")):
        yield member(part, "rest", rest)


def _file(part: Part, whole: bytes, why: Unreadable | None, name: str = "") -> Iterator[Piece]:
    if whole:
        yield member(part, name or _unpacked_name(part.name), whole)
    if why:
        yield why


def _unpacked_name(name: str) -> str:
    """`list.csv` for `list.csv.gz`, `all.tar` for `all.tgz`."""
    return _EXTENSION.sub(lambda match: ".tar" if match[1] else "", name) or "content"


def _gzip_name(data: bytes) -> str:
    """The original file name in the gzip header (RFC 1952, 2.3.1); empty if it has none."""
    flags = int.from_bytes(data[3:4])
    at = 10
    if flags & 4:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    end = data.find(b"\0", at, at + 1024)
    return data[at:end].decode("latin-1") if flags & 8 and end > at else ""
