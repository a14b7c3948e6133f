"""The members of a zip file, from hostile bytes: what the directory says, and what unpackers would find."""

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
from holdback.documents.values import Unread, Unreadable

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
        """Raises Unread if there is no member to be found."""
        found = Listing(data, budget)
        self._data = memoryview(data)
        self._lookup: dict[str, Entry] = {}
        self.entries = tuple(found.entries)
        """Members with content, in order; no folders. Those that the directory does not list come last."""
        self.names = tuple(found.names)
        """All names and comments in the archive, those of folders and empty members included."""
        self.unreadable = tuple(found.unreadable)
        """Why members may be missing from `entries`: the directory is broken, encrypted, or too long."""

    def find(self, name: str) -> Entry | None:
        """The member of that name, the first of several; case does not matter."""
        if not self._lookup:
            self._lookup = {entry.name.lower(): entry for entry in reversed(self.entries)}
        return self._lookup.get(name.lower())

    def read(self, entry: Entry, budget: Budget, most: int | None = None) -> tuple[bytes, Unreadable | None]:
        """As much of the member as can be unpacked within `budget`, and why the rest is missing.

        most: bytes, if `budget` allows more than is wanted.
        """
        if entry.encrypted:
            return b"", Unreadable.ENCRYPTED
        whole, why = gathered(self._chunks(entry, budget), budget, most)
        if entry.checksum is not None and why in (None, Unreadable.BROKEN):
            # Not every writer of LZMA marks the end of the content; then it only looks cut off.
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
    """LZMA in a zip file has a header of its own (5.8.8); here it gets the one of a .lzma file."""
    return memoryview(bytes(packed[4:9]) + b"\xff" * 8 + packed[9:])
