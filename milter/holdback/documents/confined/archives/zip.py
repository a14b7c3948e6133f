"""Zip files: find the members and read their content."""

import zlib
from collections.abc import Callable, Iterator, Mapping

from holdback.documents.budget import Budget
from holdback.documents.confined.archives import zip_records as method
from holdback.documents.confined.archives.directory import Entry, Listing
from holdback.documents.confined.archives.libarchive import unfiltered
from holdback.documents.confined.archives.unpack import (
    Inflater,
    Unpacker,
    bunzip2,
    gathered,
    stored,
    unlzma,
    unpacked,
    unxz,
)
from holdback.documents.document import Unread, Unreadable

__all__ = ["Entry", "Zip"]

_UNPACKERS: Mapping[int, Callable[[], Unpacker]] = {
    method.DEFLATE: Inflater,
    method.BZIP2: bunzip2,
    method.LZMA: unlzma,
    method.XZ: unxz,
}


class Zip:
    """A zip file in memory."""

    def __init__(self, data: bytes, budget: Budget) -> None:
        """Raises Unread if no member is found."""
        found = Listing(data, budget)
        self._data = memoryview(data)
        self._lookup: dict[str, Entry] = {}
        self.entries = tuple(found.entries)
        """Members with content, in order, without folders; those not in the directory come last."""
        self.names = tuple(found.names)
        """All names and comments in the archive, those of folders and empty members included."""
        self.unreadable = tuple(found.unreadable)
        """Why members may be missing from `entries`: the directory is broken, encrypted, or too long."""

    def find(self, name: str) -> Entry | None:
        """The first member of that name, upper and lower case alike; None if there is none."""
        if not self._lookup:
            self._lookup = {entry.name.lower(): entry for entry in reversed(self.entries)}
        return self._lookup.get(name.lower())

    def read(self, entry: Entry, budget: Budget, most: int | None = None) -> tuple[bytes, Unreadable | None]:
        """The content of the member as far as `budget` allows, and why the rest is missing.

        most: limit in bytes, in addition to `budget`.
        """
        if entry.encrypted:
            return b"", Unreadable.ENCRYPTED
        whole, why = gathered(self._chunks(entry, budget), budget, most)
        if entry.checksum is not None and why in (None, Unreadable.BROKEN):
            # Some LZMA writers leave out the end marker, so complete content looks cut off.
            right = len(whole) == entry.size and zlib.crc32(whole) == entry.checksum
            why = None if right else Unreadable.BROKEN
        return whole, why

    def _chunks(self, entry: Entry, budget: Budget) -> Iterator[bytes]:
        packed = self._data[entry.start : entry.start + entry.packed]
        if entry.method == method.STORED:
            yield from stored(packed)
        elif entry.method == method.ZSTD:
            yield from unfiltered(bytes(packed), "zstd")
        elif entry.method in _UNPACKERS:
            framed = _framed(packed) if entry.method == method.LZMA else packed
            yield from unpacked(_UNPACKERS[entry.method](), framed, budget)
        else:
            raise Unread(Unreadable.UNSUPPORTED)


def _framed(packed: memoryview) -> memoryview:
    """LZMA data with the header of an .lzma file instead of that of a zip file (APPNOTE.TXT 5.8)."""
    return memoryview(bytes(packed[4:9]) + b"\xff" * 8 + packed[9:])
