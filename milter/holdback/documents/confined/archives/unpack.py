"""Unpacks streams of bytes (deflate, bzip2, LZMA, xz) in small pieces, never more than the budget grants."""

import bz2
import lzma
import zlib
from collections.abc import Generator, Iterable, Iterator
from io import BytesIO
from typing import Protocol

from holdback.documents.budget import Budget
from holdback.documents.document import Unread, Unreadable

CHUNK = 64 * 1024
"""Bytes processed at a time, compressed or not."""
_FIRST = 512
"""Compressed bytes in the first step: a file may have millions of tiny streams."""
_MEMORY = 192 * 1024 * 1024
"""Memory limit of an LZMA decoder in bytes; the strongest preset of xz needs 65 MiB."""
_BROKEN = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError)


class Unpacker(Protocol):
    """The interface of the decompressors of bz2 and lzma."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class Inflater:
    """zlib's decompressor as an `Unpacker`; returns all content before a damaged place."""

    def __init__(self, window: int = -zlib.MAX_WBITS) -> None:
        """window: as in zlib; by default deflate without a frame (RFC 1951)."""
        self._stream = zlib.decompressobj(window)

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def needs_input(self) -> bool:
        return not self._stream.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """At most `max_length` bytes more. Raises zlib.error where the damage begins, not earlier."""
        data = self._stream.unconsumed_tail or data
        while True:
            before = self._stream.copy()
            try:
                return self._stream.decompress(data, max_length)
            except zlib.error:
                if max_length <= 1:
                    raise
                self._stream = before
                max_length //= 2


def bunzip2() -> Unpacker:
    """A decompressor for one bzip2 stream."""
    return bz2.BZ2Decompressor()


def unxz() -> Unpacker:
    """A decompressor for one xz stream."""
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, _MEMORY)


def unlzma() -> Unpacker:
    """A decompressor for one .lzma stream."""
    return lzma.LZMADecompressor(lzma.FORMAT_ALONE, _MEMORY)


def unpacked(unpacker: Unpacker, data: memoryview, budget: Budget) -> Generator[bytes, None, int]:
    """The content of the stream at the start of `data`; returns the stream's length in bytes.

    Compressed bytes without output are charged to `budget`, as they take time.
    Raises Unread if the stream is damaged, cut off, or needs too much memory.
    """
    at = 0
    step = _FIRST
    while not unpacker.eof:
        feed = bytes(data[at : at + step]) if unpacker.needs_input else b""
        at += len(feed)
        step = min(step * 2, CHUNK)
        try:
            chunk = unpacker.decompress(feed, CHUNK)
        except MemoryError:
            raise Unread(Unreadable.OVER_LIMIT) from None
        except _BROKEN as error:
            why = Unreadable.OVER_LIMIT if "emory" in str(error) else Unreadable.BROKEN
            raise Unread(why) from None
        if chunk:
            yield chunk
        elif not feed and not unpacker.eof:
            raise Unread(Unreadable.BROKEN)
        else:
            charge(len(feed), budget)
    return at - len(unpacker.unused_data)


def charge(size: int, budget: Budget) -> None:
    """Charges `size` bytes for work without output. Raises Unread if the budget is used up."""
    budget.beat()
    if budget.take(size) < size:
        raise Unread(Unreadable.OVER_LIMIT)


def stored(data: memoryview) -> Iterator[bytes]:
    """`data` in chunks, for content that is not compressed."""
    for start in range(0, len(data), CHUNK):
        yield bytes(data[start : start + CHUNK])


def gathered(
    chunks: Iterable[bytes], budget: Budget, most: int | None = None
) -> tuple[bytes, Unreadable | None]:
    """The joined chunks, at most `most` bytes, charged to `budget`; and why the rest is missing.

    `BytesIO.getvalue` does not copy its buffer, so the content is in memory once.
    """
    whole = BytesIO()
    left = budget.bytes_left if most is None else most
    try:
        for chunk in chunks:
            granted = min(budget.take(len(chunk)), left)
            left -= granted
            if granted < len(chunk):
                whole.write(chunk[:granted])
                return whole.getvalue(), Unreadable.OVER_LIMIT
            whole.write(chunk)
            budget.beat()
    except Unread as unread:
        return whole.getvalue(), unread.why
    return whole.getvalue(), None
