"""The protocol between the daemon and its confined reader: frames of a tag, a small head and a body.

The daemon does not trust the reader: a hostile document may have taken it over. So there is no pickle here: a
head is JSON of bounded size, a body is characters or bytes.
"""

import io
import json
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

_FRAME = struct.Struct("!cIQ")
"""Tag, bytes of the head, bytes of the body."""
_CHUNK = 256 * 1024
"""Bytes read at a time; a multiple of the widest character."""
_SMALL = 64 * 1024

LONGEST_HEAD = 1024 * 1024


class Tag(Enum):
    """Type of a frame. The daemon sends the first two, the reader all others."""

    DOCUMENT = b"D"
    """Open this document."""
    PROBE = b"P"
    """Attempt what must fail, see `probe`."""
    HELLO = b"H"
    """Ready; the confinement."""
    FAILED = b"F"
    """Cannot start; the reason."""
    TAKEN = b"K"
    """The document has arrived and is opened now."""
    TEXT = b"T"
    TABLE = b"R"
    MEMBER = b"M"
    UNREADABLE = b"U"
    FAULT = b"X"
    """Code of ours raised an exception: its type and place."""
    END = b"E"
    """No more pieces; what is left of the budget."""
    TRIED = b"A"
    """One attempt, and the error that stopped it."""


_CHARSETS = {1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}
"""By bytes per character: a body is as large as its string in memory, so the size is known in advance."""


class ConnectionClosed(Exception):
    """The other end has closed the connection."""


class Malformed(Exception):
    """The other end broke the protocol."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame without its body, which is read next."""

    tag: Tag
    head: Mapping[str, Any]
    size: int
    """Bytes of the body."""
    head_size: int = 0
    """Bytes of the head."""

    def text(self, key: str, longest: int = 200) -> str:
        """A string of the head, cut to `longest` characters. Raises Malformed."""
        value = self.head.get(key)
        if not isinstance(value, str):
            raise Malformed(key)
        return _without_surrogates(value[:longest])

    def number(self, key: str) -> int:
        """A count in the head. Raises Malformed unless it is a plain number from 0 to 2^63."""
        value = self.head.get(key)
        if type(value) is not int or not 0 <= value < 1 << 63:
            raise Malformed(key)
        return value

    def boolean(self, key: str) -> bool:
        """A boolean of the head. Raises Malformed."""
        value = self.head.get(key)
        if not isinstance(value, bool):
            raise Malformed(key)
        return value

    def texts(self, key: str, longest: int = 200) -> tuple[str, ...]:
        """A list of strings in the head, each cut to `longest`. Raises Malformed."""
        value = self.head.get(key)
        if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
            raise Malformed(key)
        return tuple(_without_surrogates(text[:longest]) for text in value)


class Wire:
    """One end of the connection. `read` fills a view, `write` sends one; both return the number of bytes.

    `read` returns 0 when the connection is closed.
    """

    def __init__(self, read: Callable[[memoryview], int], write: Callable[[memoryview], int]) -> None:
        self._read = read
        self._write = write
        self._chunk = memoryview(bytearray(_CHUNK))
        self._start = self._end = 0
        """Received and not yet used: `_chunk[_start:_end]`."""

    def send(self, tag: Tag, head: Mapping[str, Any], body: bytes = b"") -> None:
        """Send one frame."""
        written = json.dumps(head).encode()
        start = _FRAME.pack(tag.value, len(written), len(body)) + written
        if len(body) <= _SMALL:
            start, body = start + body, b""
        for data in (start, body):
            left = memoryview(data)
            while left:
                left = left[self._write(left) :]

    def receive(self, longest: int = LONGEST_HEAD) -> Frame:
        """The next frame without its body. Raises ConnectionClosed, or Malformed for a bad tag or head."""
        tag, head, size = _FRAME.unpack(self.data(_FRAME.size))
        if head > longest:
            raise Malformed("head too long")
        try:
            known, values = Tag(tag), json.loads(self.data(head))
        except (ValueError, RecursionError):
            raise Malformed("tag or head") from None
        if not isinstance(values, dict):
            raise Malformed("head is not an object")
        return Frame(known, values, size, head)

    def data(self, size: int) -> bytes:
        """The next `size` bytes, in memory once only."""
        if size <= _CHUNK:
            return bytes(self._fill(size))
        gathered = io.BytesIO()
        while size:
            size -= gathered.write(self._fill(min(size, _CHUNK)))
        return gathered.getvalue()

    def characters(self, size: int, width: int) -> str:
        """The next `size` bytes as text of `width` bytes a character. Raises Malformed."""
        charset = _CHARSETS.get(width)
        if charset is None or size % width:
            raise Malformed("width")
        text = ""
        # In a plain loop like this one CPython lets a string without another reference grow in place: the
        # text is in memory once only.
        for start in range(0, size, _CHUNK):
            text += str(self._fill(min(size - start, _CHUNK)), charset, "replace")
        return text

    def _fill(self, size: int) -> memoryview:
        """The next `size` bytes, no more than a chunk; valid until the next call."""
        kept = self._end - self._start
        if kept < size:
            self._chunk[:kept] = self._chunk[self._start : self._end]
            self._start, self._end = 0, kept
        while self._end < size:
            count = self._read(self._chunk[self._end :])
            if count == 0:
                raise ConnectionClosed
            self._end += count
        self._start += size
        return self._chunk[self._start - size : self._start]


def _without_surrogates(text: str) -> str:
    """`text` with `?` for lone surrogates: JSON can contain them, but UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")


def encode_text(text: str) -> tuple[int, bytes]:
    """The smallest width that fits `text`, and the body in it. Lone surrogates become `?`."""
    for width in (1, 2):
        try:
            body = text.encode(_CHARSETS[width], "strict" if width == 1 else "replace")
        except UnicodeEncodeError:
            continue
        if len(body) == width * len(text):
            return width, body
    return 4, text.encode(_CHARSETS[4], "replace")
