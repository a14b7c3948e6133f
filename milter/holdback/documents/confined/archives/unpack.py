"""Unpacks streams of bytes (deflate, bzip2, LZMA, xz) in small pieces, never more than the budget grants."""

import bz2
import lzma
import zlib
from collections.abc import Generator, Iterable, Iterator
from io import BytesIO
from typing import Protocol

from holdback.documents.budget import Budget
from holdback.documents.values import Unread, Unreadable

CHUNK = 64 * 1024
"""Bytes in hand at a time, packed or unpacked."""
_FIRST = 512
"""Packed bytes given to a decompressor at first: there may be millions of tiny streams."""
_MEMORY = 192 * 1024 * 1024
"""Bytes of memory that an LZMA decoder may take; the strongest preset of xz needs 65 MiB."""
_BROKEN = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError)


class Unpacker(Protocol):
    """What the decompressors of bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class Inflater:
    """zlib's decompressor in the shape of the others. Keeps what came before a damaged place."""

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
    """For one stream of bzip2."""
    return bz2.BZ2Decompressor()


def unxz() -> Unpacker:
    """For one stream of xz."""
    return lzma.LZMADecompressor(lzma.FORMAT_XZ, _MEMORY)


def unlzma() -> Unpacker:
    """For one stream of .lzma."""
    return lzma.LZMADecompressor(lzma.FORMAT_ALONE, _MEMORY)


def unpacked(unpacker: Unpacker, data: memoryview, budget: Budget) -> Generator[bytes, None, int]:
    """The content of the stream that `data` begins with; returns the number of bytes it took.

    Packed bytes that give nothing are charged to `budget`: they cost time as well.
    Raises Unread if the stream is damaged, cut off, or wants too much memory.
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
    """Take the price of work that gave nothing. Raises Unread if it cannot be paid."""
    budget.beat()
    if budget.take(size) < size:
        raise Unread(Unreadable.OVER_LIMIT)


def stored(data: memoryview) -> Iterator[bytes]:
    """Bytes that are not packed at all."""
    for start in range(0, len(data), CHUNK):
        yield bytes(data[start : start + CHUNK])


def gathered(
    chunks: Iterable[bytes], budget: Budget, most: int | None = None
) -> tuple[bytes, Unreadable | None]:
    """The chunks as one, at most `most` bytes, charged to `budget`; and why the rest is missing.

    Nothing is in memory twice: `BytesIO` hands out the buffer it filled.
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
